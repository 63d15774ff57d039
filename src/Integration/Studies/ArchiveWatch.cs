using System.Diagnostics.Metrics;
using CloudPacs.Archive;
using CloudPacs.Settings;
using CloudPacs.Store.Studies;

namespace CloudPacs.Integration.Studies;

/// <summary>Looks after the room of the archive and what waits for a person: as metrics, and as warnings before it is too late.</summary>
internal sealed class ArchiveWatch : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private readonly Meter _meter = new("CloudPacs.Archive.Watch");
    private readonly IArchive _archive;
    private readonly StudyReviews _studies;
    private readonly Quarantine _quarantine;
    private readonly ArchiveSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger<ArchiveWatch> _logger;
    private DateTimeOffset _warnedAt;
    private long _undecided, _held;

    public ArchiveWatch(
        IArchive archive, StudyReviews studies, Quarantine quarantine, ArchiveSettings settings, TimeProvider clock,
        ILogger<ArchiveWatch> logger)
    {
        (_archive, _studies, _quarantine, _settings, _clock, _logger) = (archive, studies, quarantine, settings, clock, logger);
        _meter.CreateObservableGauge("cloudpacs.archive.free", () => _archive.Status.FreeBytes, "By", "Free bytes of the disk.");
        _meter.CreateObservableGauge(
            "cloudpacs.archive.reserve", () => _archive.Status.ReserveBytes, "By", "Free bytes below which instances are refused.");
        _meter.CreateObservableGauge(
            "cloudpacs.studies.undecided", () => Interlocked.Read(ref _undecided), "{study}", "Studies that wait for a person.");
        _meter.CreateObservableGauge(
            "cloudpacs.quarantine.held", () => Interlocked.Read(ref _held), "{instance}", "Instances in quarantine.");
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (undecided, oldest) = await _studies.CountUndecidedAsync(cancellationToken);
        Interlocked.Exchange(ref _undecided, undecided);
        Interlocked.Exchange(ref _held, (await _quarantine.CountHeldAsync(cancellationToken)).Count);
        var status = _archive.Status;
        var isShort = status.FreeBytes < Math.Max(_settings.WarnBytes, status.ReserveBytes);
        var now = _clock.GetUtcNow();
        var isLate = oldest is { } since && now - since > _settings.WarnUndecidedAfter;
        if (!isShort && !isLate && status.Suspect is null)
        {
            _warnedAt = default;
            return;
        }

        if (now - _warnedAt < Pause) return;
        _warnedAt = now;
        if (isShort) Log.RoomShort(_logger, status.FreeBytes, status.ReserveBytes);
        if (status.Suspect is { } fault) Log.DiskSuspect(_logger, fault);
        if (isLate) Log.StudiesUndecided(_logger, undecided, oldest!.Value);
    }

    public void Dispose() => _meter.Dispose();
}
