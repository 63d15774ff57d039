using CloudPacs.Integration.Settings;
using CloudPacs.Store.Deliveries;
using Npgsql;

namespace CloudPacs.Integration.Outbound;

/// <summary>
/// Sends the deliveries of one destination, each key in order. A refusal, or an answer that does not come, holds up its own key only; a
/// destination that cannot be reached is tried again after a pause that grows.
/// </summary>
/// <param name="name">Of the destination.</param>
/// <param name="settings">Its pauses.</param>
/// <param name="open">The way to it.</param>
/// <param name="database">Where deliveries wait.</param>
/// <param name="signal">Tells that something new may be sent.</param>
/// <param name="clock">Time.</param>
/// <param name="random">For the spread of pauses.</param>
/// <param name="logger">Where it is told how the destination stands.</param>
internal sealed class DeliveryLoop(
    string name, PeerSettings settings, Func<IDeliveryLink> open, NpgsqlDataSource database, DeliverySignal signal, TimeProvider clock,
    Random random, ILogger<DeliveryLoop> logger)
{
    private const int PageSize = 100;

    /// <summary>
    /// How often an engine that does not have the lane asks for it, and one that has it looks for what others have written.
    /// </summary>
    private static readonly TimeSpan Rhythm = TimeSpan.FromMilliseconds(500);

    /// <summary>So many in a row without an answer are the destination's affair, and not that of their orders.</summary>
    private const int MostUnanswered = 3;

    private int _failures;
    private int _unanswered;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var lane = await DeliveryLane.TryTakeAsync(database, name, cancellationToken);
                if (lane is null) await WaitAsync(Rhythm, cancellationToken, signal.Next);
                else await ServeAsync(lane, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, the destination is tried again, after a pause that grows.
                Log.DeliveriesInterrupted(logger, e, name);
                await WaitAsync(PauseOf(++_failures), cancellationToken);
            }
        }
    }

    private async Task ServeAsync(DeliveryLane lane, CancellationToken cancellationToken)
    {
        await using var link = open();
        while (!cancellationToken.IsCancellationRequested)
        {
            var next = signal.Next;
            var page = await lane.NextAsync(clock.GetUtcNow(), PageSize, cancellationToken);
            var isReached = true;
            foreach (var id in page)
            {
                // A person may have corrected, skipped or paused it since the page was read.
                if (await lane.TakeAsync(id, cancellationToken) is not { } delivery) continue;
                isReached = await SendAsync(lane, link, delivery, cancellationToken);
                if (!isReached) break;
            }

            if (!isReached) await WaitAsync(PauseOf(++_failures), cancellationToken);
            else if (page.Count == 0)
            {
                await link.RestAsync();
                await WaitAsync(Rhythm, cancellationToken, next);
            }
        }
    }

    /// <returns>False when the destination cannot be reached, or takes what is sent and answers nothing of it.</returns>
    private async Task<bool> SendAsync(DeliveryLane lane, IDeliveryLink link, DeliveryRow delivery, CancellationToken cancellationToken)
    {
        var (verdict, reach, answer) = await lane.WhileHeldAsync(token => link.SendAsync(delivery, token), cancellationToken);
        if (reach == Reach.NotConnected)
        {
            if (_failures == 0) Log.DestinationAway(logger, name, verdict.Error ?? "");
            DeliveryMetrics.Attempted(name, DeliveryMetrics.NotReached);
            await lane.NoteAsync(delivery.Id, verdict.Error ?? "It cannot be reached.", CancellationToken.None);
            return false;
        }

        if (reach == Reach.Answered)
        {
            if (_failures > 0) Log.DestinationBack(logger, name);
            (_failures, _unanswered) = (0, 0);
        }
        else if (reach == Reach.Unanswered) _unanswered++;

        var now = clock.GetUtcNow();
        var again = verdict.State == DeliveryState.Waiting ? now + PauseOf(delivery.Attempts + 1) : (DateTimeOffset?)null;
        // What was answered is written down even when the engine stops now.
        await lane.EndAttemptAsync(delivery, verdict.State, now, again, verdict.Error, answer, CancellationToken.None);
        DeliveryMetrics.Attempted(name, reach == Reach.Answered ? DeliveryMetrics.Name(verdict.State) : DeliveryMetrics.NotAnswered);
        if (verdict.State == DeliveryState.Parked) Log.DeliveryParked(logger, delivery.Id, name, verdict.Error ?? "");
        return _unanswered < MostUnanswered;
    }

    private TimeSpan PauseOf(int failures)
    {
        var doubled = settings.FirstPause * (1L << Math.Min(failures - 1, 20));
        return (doubled < settings.LongestPause ? doubled : settings.LongestPause) * (1 + (random.NextDouble() / 5));
    }

    private async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken, Task? signalled = null)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var delay = Task.Delay(time, clock, ending.Token);
        await Task.WhenAny(delay, signalled ?? delay);
        await ending.CancelAsync();
    }
}
