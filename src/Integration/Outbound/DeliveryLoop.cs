using CloudPacs.Integration.Settings;
using CloudPacs.Mllp;
using CloudPacs.Store.Deliveries;
using Npgsql;

namespace CloudPacs.Integration.Outbound;

/// <summary>
/// Sends the deliveries of one destination, each key in order. A refusal, or an answer that does not come, holds up its own key only; a
/// destination that cannot be reached is tried again after a pause that grows.
/// </summary>
internal sealed class DeliveryLoop(
    string name, DestinationSettings settings, MllpClientTls? tls, NpgsqlDataSource database, DeliverySignal signal, TimeProvider clock,
    Random random, ILogger<DeliveryLoop> logger)
{
    private const int PageSize = 100;

    /// <summary>
    /// How often an engine that does not have the lane asks for it, and one that has it looks for what others have written.
    /// </summary>
    private static readonly TimeSpan Rhythm = TimeSpan.FromMilliseconds(500);

    private int _failures;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var lane = await DeliveryLane.TryTakeAsync(database, name, cancellationToken);
                if (lane is null) await WaitAsync(Rhythm, signal.Next, cancellationToken);
                else await ServeAsync(lane, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
            {
                Log.DeliveriesInterrupted(logger, e, name);
                await Task.Delay(Rhythm, clock, CancellationToken.None);
            }
        }
    }

    private async Task ServeAsync(DeliveryLane lane, CancellationToken cancellationToken)
    {
        await using var client = new MllpClient(
            new MllpClientOptions
            {
                Host = settings.Host,
                Port = settings.Port,
                Tls = tls,
                ConnectTimeout = settings.ConnectTimeout,
                AnswerTimeout = settings.AnswerTimeout,
                MaxAttempts = 1,
                FirstBackoff = TimeSpan.Zero,
                LongestBackoff = TimeSpan.Zero,
                OnUnexpected = content => Log.AnswerUnexpected(logger, name, content.Length),
            },
            clock);
        while (!cancellationToken.IsCancellationRequested)
        {
            var next = signal.Next;
            var page = await lane.NextAsync(clock.GetUtcNow(), PageSize, cancellationToken);
            var isReached = true;
            foreach (var delivery in page)
            {
                isReached = await SendAsync(lane, client, delivery, cancellationToken);
                if (!isReached) break;
            }

            if (!isReached) await WaitAsync(PauseOf(++_failures), Task.Delay(Timeout.Infinite, cancellationToken), cancellationToken);
            else if (page.Count == 0) await WaitAsync(Rhythm, next, cancellationToken);
        }
    }

    /// <returns>False when the destination cannot be reached: nothing was tried.</returns>
    private async Task<bool> SendAsync(DeliveryLane lane, MllpClient client, DeliveryRow delivery, CancellationToken cancellationToken)
    {
        var answer = await client.SendAsync(
            delivery.Payload, content => Verdict.IsAnswerTo(content, delivery.ControlId), cancellationToken);
        if (answer.Status == MllpAnswerStatus.NotConnected)
        {
            if (_failures == 0) Log.DestinationAway(logger, name, answer.Problem ?? "");
            return false;
        }

        if (_failures > 0 && answer.IsAnswered) Log.DestinationBack(logger, name);
        if (answer.IsAnswered) _failures = 0;
        var verdict = Verdict.Of(answer);
        var now = clock.GetUtcNow();
        var again = verdict.State == DeliveryState.Waiting ? now + PauseOf(delivery.Attempts + 1) : (DateTimeOffset?)null;
        // What was answered is written down even when the engine stops now.
        await lane.EndAttemptAsync(delivery.Id, verdict.State, now, again, verdict.Error, answer.Payload, CancellationToken.None);
        if (verdict.State == DeliveryState.Parked) Log.DeliveryParked(logger, delivery.Id, name, verdict.Error ?? "");
        return true;
    }

    private TimeSpan PauseOf(int failures)
    {
        var doubled = settings.FirstPause * (1L << Math.Min(failures - 1, 20));
        return (doubled < settings.LongestPause ? doubled : settings.LongestPause) * (1 + (random.NextDouble() / 5));
    }

    private async Task WaitAsync(TimeSpan time, Task signalled, CancellationToken cancellationToken) =>
        await Task.WhenAny(Task.Delay(time, clock, cancellationToken), signalled);
}
