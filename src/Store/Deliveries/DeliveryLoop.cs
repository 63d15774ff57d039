using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudPacs.Store.Deliveries;

/// <summary>
/// Sends the deliveries of one destination, each key in order and different ones side by side. A refusal, or an answer that does not come,
/// holds up its own key only; a destination that cannot be reached is tried again after a pause that grows.
/// </summary>
/// <param name="name">Of the destination.</param>
/// <param name="options">How many connections it has, and its pauses.</param>
/// <param name="open">Makes a way to it.</param>
/// <param name="database">Where deliveries wait.</param>
/// <param name="signal">Tells that something new may be sent.</param>
/// <param name="clock">Time.</param>
/// <param name="random">For the spread of pauses.</param>
/// <param name="logger">Where it is told how the destination stands.</param>
public sealed class DeliveryLoop(
    string name, DeliveryOptions options, Func<IDeliveryLink> open, NpgsqlDataSource database, DeliverySignal signal, TimeProvider clock,
    Random random, ILogger<DeliveryLoop> logger)
{
    private const int PageSize = 100;

    /// <summary>
    /// How often an engine that does not have the lane asks for it, and one that has it looks for what others have written.
    /// </summary>
    private static readonly TimeSpan Rhythm = TimeSpan.FromMilliseconds(500);

    /// <summary>So many in a row without an answer are the destination's affair, and not that of their orders.</summary>
    private const int MostUnanswered = 3;

    private Queue<long> _page = [];
    private DateTimeOffset _quietUntil;
    private int _failures;
    private int _unanswered;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var lane = await DeliveryLane.TryTakeAsync(database, name, cancellationToken).ConfigureAwait(false);
                if (lane is null) await WaitAsync(Rhythm, cancellationToken, signal.Next).ConfigureAwait(false);
                else await ServeAsync(lane, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, the destination is tried again, after a pause that grows.
                Log.DeliveriesInterrupted(logger, e, name);
                await WaitAsync(PauseOf(++_failures), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(DeliveryLane lane, CancellationToken cancellationToken)
    {
        await using var links = new DeliveryLinks(
            [.. Enumerable.Range(0, options.Connections).Select(_ => open())], options.LongestPause, clock);
        _page.Clear();
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var next = signal.Next;
                var takesMore = await BeginAsync(lane, links, cancellationToken).ConfigureAwait(false);
                var quiet = _quietUntil - clock.GetUtcNow();
                var time = quiet > TimeSpan.Zero && quiet < Rhythm ? quiet : Rhythm;
                Task[] changes = [.. links.Changes, .. takesMore ? [next] : Array.Empty<Task>()];
                await lane.WhileHeldAsync(token => WaitAsync(time, token, changes), cancellationToken).ConfigureAwait(false);
                foreach (var sending in links.TakeEnded()) await EndAsync(lane, links, sending).ConfigureAwait(false);
            }
        }
        finally
        {
            // What was answered is written down even when the engine stops now.
            var answered = await links.StopAsync().ConfigureAwait(false);
            foreach (var sending in answered) await EndAsync(lane, links, sending).ConfigureAwait(false);
        }
    }

    /// <summary>Sends as much as there are connections for; of each key one.</summary>
    /// <returns>Whether more could be sent if there were more.</returns>
    private async Task<bool> BeginAsync(DeliveryLane lane, DeliveryLinks links, CancellationToken cancellationToken)
    {
        while (_quietUntil <= clock.GetUtcNow() && links.Free() is { } link)
        {
            if (_page.Count == 0)
            {
                var ids = lane.NextAsync(clock.GetUtcNow(), links.Keys, links.MayRepeat, PageSize, cancellationToken);
                _page = new(await ids.ConfigureAwait(false));
            }

            if (!_page.TryDequeue(out var id))
            {
                links.Rest();
                return true;
            }

            // A person may have corrected, skipped or paused it since the page was read.
            var delivery = await lane.TakeAsync(id, cancellationToken).ConfigureAwait(false);
            if (delivery is { WasSent: false } || (delivery is not null && links.MayRepeat)) links.Begin(delivery, link);
        }

        return false;
    }

    private async Task EndAsync(DeliveryLane lane, DeliveryLinks links, Sending sending)
    {
        var (verdict, reach, answer) = await sending.Attempt.ConfigureAwait(false);
        var delivery = sending.Delivery;
        if (links.IsRefusal(sending, reach))
        {
            // It is the oldest of what waits, and is sent over one of the others.
            _page.Clear();
            return;
        }

        if (reach == Reach.NotConnected)
        {
            if (_failures == 0) Log.DestinationAway(logger, name, verdict.Error ?? "");
            DeliveryMetrics.Attempted(name, DeliveryMetrics.NotReached);
            await lane.NoteAsync(delivery.Id, verdict.Error ?? "It cannot be reached.", CancellationToken.None).ConfigureAwait(false);
            Pause();
            return;
        }

        if (reach == Reach.Answered)
        {
            if (_failures > 0) Log.DestinationBack(logger, name);
            (_failures, _unanswered) = (0, 0);
        }
        else if (reach is Reach.Unanswered or Reach.Ended && ++_unanswered >= MostUnanswered) Pause();

        var now = clock.GetUtcNow();
        var again = verdict.State == DeliveryState.Waiting ? now + PauseOf(delivery.Failures + 1) : (DateTimeOffset?)null;
        var ended = lane.EndAttemptAsync(delivery, verdict.State, now, again, verdict.Error, answer, CancellationToken.None);
        await ended.ConfigureAwait(false);
        DeliveryMetrics.Attempted(name, reach == Reach.Answered ? DeliveryMetrics.Name(verdict.State) : DeliveryMetrics.NotAnswered);
        if (verdict.State == DeliveryState.Parked) Log.DeliveryParked(logger, delivery.Id, name, verdict.Error ?? "");
    }

    /// <summary>Nothing is sent for a while, which grows.</summary>
    private void Pause()
    {
        _page.Clear();
        var now = clock.GetUtcNow();
        if (_quietUntil <= now) _quietUntil = now + PauseOf(++_failures);
    }

    private TimeSpan PauseOf(int failures)
    {
        var doubled = options.FirstPause * (1L << Math.Min(failures - 1, 20));
        return (doubled < options.LongestPause ? doubled : options.LongestPause) * (1 + (random.NextDouble() / 5));
    }

    private async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken, params IEnumerable<Task> changes)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny([Task.Delay(time, clock, ending.Token), .. changes]).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
    }
}
