using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Exchange.Availability;
using CloudPacs.Exchange.Commitment;
using CloudPacs.Exchange.Forwarding;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Availability;
using CloudPacs.Studies.Commitment;
using CloudPacs.Studies.Fetching;
using CloudPacs.Worklist;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>
/// What is told to, and by, other systems that make or keep studies: storage commitment both ways, forwarding, availability both ways.
/// </summary>
internal sealed class ExchangeHost : IAsyncDisposable
{
    private readonly DicomSettings _settings;
    private readonly DicomDestinations _destinations;
    private readonly Retrieval _retrieval;
    private readonly AskedCommitments _asked;
    private readonly CommitmentReports _reports;
    private readonly CommitmentService _commitment;
    private readonly Upkeep[] _upkeeps;
    private readonly TimeProvider _clock;
    private readonly IdSource _ids;
    private readonly ILoggerFactory _loggers;

    public ExchangeHost(
        DicomSettings settings, NpgsqlDataSource database, IArchive archive, Retrieval retrieval, DicomDestinations destinations,
        StationDirectory stations, DeliverySignal signal, TimeProvider clock, IdSource ids, ILoggerFactory loggers)
    {
        (_settings, _destinations, _retrieval, _clock, _ids, _loggers) = (settings, destinations, retrieval, clock, ids, loggers);
        var desk = new CommitmentDesk(database);
        _asked = new AskedCommitments(database);
        var queue = new StudyNewsQueue(database);
        _reports = new CommitmentReports(
            settings, desk, new CommitmentCheck(desk, archive, clock), new HeldDeliveries(database, signal), clock,
            loggers.CreateLogger<CommitmentReports>());
        var followUp = new CommitmentFollowUp(
            _asked, signal, settings.CommitmentPatience, clock, loggers.CreateLogger<CommitmentFollowUp>());
        _commitment = new CommitmentService(
            desk, _reports, followUp, stations, clock, ids, loggers.CreateLogger<CommitmentService>());
        Services = new Dictionary<string, IDimseService>(StringComparer.Ordinal)
        {
            [Uids.StorageCommitmentPushModel] = _commitment,
            [Uids.InstanceAvailabilityNotification] = new AvailabilityService(
                new NoticeBoard(database), clock, loggers.CreateLogger<AvailabilityService>()),
        };
        var availability = new AvailabilityGathering(
            settings, queue, new StudyAvailability(new StudyQueries(database)), signal, clock, ids);
        _upkeeps =
        [
            Keep("Deciding storage commitments", CommitmentReports.Interval, _reports.RunAsync),
            Keep("Following up storage commitments", CommitmentFollowUp.Interval, followUp.RunAsync),
            Keep("Gathering what is forwarded", ForwardGathering.Interval, new ForwardGathering(queue, signal, clock).RunAsync),
            Keep("Gathering what is available", AvailabilityGathering.Interval, availability.RunAsync),
        ];

        Upkeep Keep(string name, TimeSpan interval, Func<CancellationToken, Task> work) =>
            new(name, interval, work, clock, loggers.CreateLogger<Upkeep>());
    }

    /// <summary>The SOP classes that it serves.</summary>
    public IReadOnlyDictionary<string, IDimseService> Services { get; }

    /// <summary>A way to a configured application entity for everything that it is sent.</summary>
    public IDeliveryLink OpenLink(string aeTitle)
    {
        var options = _destinations.OptionsOf(aeTitle);
        var news = new StudyNewsLink(options, _clock);
        var asked = _settings.Destinations[aeTitle].AskCommitment ? _asked : null;
        return new LinkByKind(new Dictionary<string, IDeliveryLink>(StringComparer.Ordinal)
        {
            [DicomKinds.CommitmentReport] = news,
            [DicomKinds.Availability] = news,
            [DicomKinds.Forward] = new ForwardLink(
                options, _retrieval, asked, _commitment, _clock, _ids, _loggers.CreateLogger<ForwardLink>()),
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var upkeep in _upkeeps) await upkeep.DisposeAsync();
        await _reports.DisposeAsync();
    }
}
