using CloudPacs.Store;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Saving;
using Microsoft.Extensions.Logging;

namespace CloudPacs.Identity;

/// <summary>
/// Who was refused, in the audit trail. The same refusals of five seconds are one entry with their number, so that a thousand bad tokens a
/// second are a few rows; what was refused in the five seconds before the engine was killed may be missing.
/// </summary>
public sealed partial class RefusalTrail : IAsyncDisposable
{
    private const int MostKinds = 1000;
    private static readonly Refusal Rest = new("unknown", "many addresses", "many kinds of requests");
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly AuditWriter _audit;
    private readonly IdSource _ids;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _turn = new();
    private readonly Task _care;
    private Dictionary<Refusal, int> _refusals = [];

    public RefusalTrail(AuditWriter audit, IdSource ids, TimeProvider clock, ILogger<RefusalTrail> logger)
    {
        (_audit, _ids, _clock, _logger) = (audit, ids, clock, logger);
        _care = Task.Run(CareAsync);
    }

    internal void Note(Refusal refusal)
    {
        lock (_turn)
        {
            Add(refusal, 1);
        }
    }

    /// <summary>Beyond a number of kinds the rest is summed up: an attacker has any number of addresses.</summary>
    private void Add(Refusal refusal, int times)
    {
        if (_refusals.Count >= MostKinds && !_refusals.ContainsKey(refusal)) refusal = Rest;
        _refusals[refusal] = _refusals.GetValueOrDefault(refusal) + times;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _care.ConfigureAwait(false);
        await WriteAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task CareAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, _clock, _stop.Token).ConfigureAwait(false);
                await WriteAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The engine stops.
        }
    }

    private async Task WriteAsync()
    {
        Dictionary<Refusal, int> refusals;
        lock (_turn)
        {
            if (_refusals.Count == 0) return;
            (refusals, _refusals) = (_refusals, []);
        }

        var now = _clock.GetUtcNow();
        AuditRow[] rows =
        [
            .. refusals.Select(one => new AuditRow
            {
                Id = _ids.Next(), At = now, Action = "access.refused", Outcome = AuditOutcome.SeriousFailure, Actor = one.Key.Who,
                Source = one.Key.Source, Detail = one.Value == 1 ? one.Key.Words : $"{one.Key.Words} ({one.Value} times)",
            }),
        ];
        foreach (var row in rows) Refused(_logger, row.Actor, row.Source, row.Detail!);
        try
        {
            await _audit.WriteAsync(rows, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Unwritten(_logger, e, rows.Length);
            lock (_turn)
            {
                foreach (var (refusal, times) in refusals) Add(refusal, times);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused {Who} from {Source}: {Reason}")]
    private static partial void Refused(ILogger logger, string who, string? source, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} refusals could not be written into the audit trail, and wait.")]
    private static partial void Unwritten(ILogger logger, Exception exception, int count);
}

/// <summary>Why somebody was refused.</summary>
/// <param name="Who">Name of the caller; <c>unknown</c> for one who is not.</param>
/// <param name="Source">Network address.</param>
/// <param name="Words">Status, area and reason; never a whole address, which may name a patient.</param>
internal sealed record Refusal(string Who, string Source, string Words);
