using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Commands;
using CloudPacs.Integration.Fhir;
using CloudPacs.Integration.Jobs;
using CloudPacs.Integration.Messages;
using CloudPacs.Integration.Performed;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Loading;
using CloudPacs.Resources;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Blobs;
using CloudPacs.Store.Cluster;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Migrations;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Worklist;
using CloudPacs.Worklist;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>
/// The engine put together: database, maps, worklist, message pipeline, listeners; started in this order and stopped in the other. Read
/// the private StartAsync to see what depends on what.
/// </summary>
internal sealed class Engine : IAsyncDisposable
{
    /// <summary>What the database may take after the peers' time.</summary>
    private static readonly TimeSpan DatabaseGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UpkeepInterval = TimeSpan.FromSeconds(10);
    private readonly EngineSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<Engine> _logger;
    private DatabaseAccess? _access;
    private NpgsqlDataSource? _database;
    private ChangePipeline? _pipeline;
    private MapWatcher? _watcher;
    private Upkeep? _upkeep;
    private JobServer? _jobs;
    private ChangeListener? _changes;
    private MllpHost? _mllp;
    private DicomHost? _dicom;
    private OutboundHost? _outbound;
    private StudyHost? _studies;

    private Engine(EngineSettings settings, TimeProvider clock, ILoggerFactory loggers)
    {
        (_settings, _clock, _loggers) = (settings, clock, loggers);
        _logger = loggers.CreateLogger<Engine>();
    }

    public WorklistIndex Worklist { get; } = new();

    public MapCatalog Maps { get; private set; } = null!;

    public FhirHost Fhir { get; private set; } = null!;

    /// <summary>Who may come over HTTP.</summary>
    public IdentityHost Identity { get; private set; } = null!;

    public JournalQueries Journal { get; private set; } = null!;

    public ReportDocuments Documents { get; private set; } = null!;

    public AuditHost Audit { get; private set; } = null!;

    /// <summary>Takes messages that come by another way than a listener: replay.</summary>
    public MessageDoor Messages { get; private set; } = null!;

    public CommandDoor Commands { get; private set; } = null!;

    /// <summary>Why entries are not in an answer.</summary>
    public WorklistWhy WorklistWhy { get; private set; } = null!;

    /// <summary>The worklist over HTTP.</summary>
    public WorklistHttpService WorklistSearch { get; private set; } = null!;

    /// <summary>Performed steps over HTTP.</summary>
    public PerformedHttpService Performed { get; private set; } = null!;

    /// <summary>Studies over HTTP.</summary>
    public StudyHost Studies => _studies!;

    public DeliveryQueries Deliveries { get; private set; } = null!;

    public IReadOnlyList<string> DeliveryNames => [.. _settings.Outbound.Names(), .. _settings.Dicom.DeliveryNames()];

    /// <summary>Where the timed duties are kept, for the dashboard.</summary>
    public Hangfire.JobStorage Jobs => _jobs!.Storage;

    /// <summary>What holds for a message that is replayed.</summary>
    public ListenerProfile ReplayListener => new("replay", _settings.Mllp);

    public IReadOnlyList<Mllp.MllpListener> MllpListeners => _mllp?.Listeners ?? [];

    public IReadOnlyList<DicomServer> DicomServers => _dicom?.Servers ?? [];

    /// <exception cref="StoreUnavailableException">The database cannot be had.</exception>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    /// <exception cref="StartException">A port is taken, or the maps are faulty.</exception>
    public static async Task<Engine> StartAsync(
        EngineSettings settings, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var engine = new Engine(settings, clock, loggers);
        try
        {
            await engine.StartAsync(cancellationToken);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether every listener accepts and the database answers.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        if (_mllp is null || _dicom is null || _database is null || _access?.Cluster is { IsUp: false }) return false;
        return await DatabaseAccess.AnswersAsync(_database, cancellationToken);
    }

    /// <summary>In order as long as everything answers; what does not, such as a database server that hangs, is left behind.</summary>
    public async ValueTask DisposeAsync()
    {
        Log.Stopping(_logger);
        _access?.BeginStop();
        var inOrder = StopInOrderAsync();
        if (await Task.WhenAny(inOrder, Task.Delay(_settings.DrainTime + DatabaseGrace, _clock)) == inOrder) await inOrder;
        else Log.StopCutShort(_logger);
        if (_access is not null) await _access.StopAsync();
        Log.Stopped(_logger);
    }

    private async Task StopInOrderAsync()
    {
        // Senders and modalities first, then what they wait for: what is in flight is answered within the drain time.
        await Task.WhenAll(
            _mllp?.StopAsync(_settings.DrainTime) ?? Task.CompletedTask, _dicom?.StopAsync(_settings.DrainTime) ?? Task.CompletedTask);
        if (_outbound is not null) await _outbound.DisposeAsync();
        if (Fhir is not null) await Fhir.DisposeAsync();
        _watcher?.Dispose();
        _studies?.Archives.Polling?.Stop();
        if (_jobs is not null) await _jobs.DisposeAsync();
        if (_upkeep is not null) await _upkeep.DisposeAsync();
        if (_changes is not null) await _changes.DisposeAsync();
        if (_pipeline is not null)
        {
            await _pipeline.StopAsync(TimeSpan.FromSeconds(1));
            await _pipeline.DisposeAsync();
        }

        if (_studies is not null) await _studies.DisposeAsync();
        if (Identity is not null) await Identity.DisposeAsync();
        if (Audit is not null) await Audit.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var zone = _settings.Site.FindZone();
        var siteClock = new SiteClock(_clock, zone);
        var ids = new IdSource(_clock);

        _access = await DatabaseAccess.OpenAsync(_settings, mayShare: false, _loggers, cancellationToken);
        var log = _loggers.CreateLogger("CloudPacs.Store");
        await Migrator.MigrateAsync(_access.ConnectionString, zone, ids, log, cancellationToken);
        _database = StoreConnection.CreateDataSource(_access.ConnectionString);
        await new Partitions(_database, _clock).EnsureAsync(monthsAhead: 2, cancellationToken);
        // With a database of its own there is no other node that would have to be told.
        Guid? node = _access.Cluster is null ? ids.Next() : null;
        var blobs = new BlobFolder(Path.Combine(_settings.Data, "blobs"));
        var large = new LargeMessages(blobs, _settings.Database.InlineMessageBytes);
        Documents = new ReportDocuments(_database, blobs);
        Fhir = new FhirHost(_settings, _database, _access.ConnectionString, _clock, _loggers.CreateLogger<Upkeep>());
        var store = await WorkspaceStore.OpenAsync(_database, large, ids, node, cancellationToken, Fhir.IndexOf, Fhir.Cache);
        Journal = new JournalQueries(_database, large);
        Identity = new IdentityHost(_settings, _database, ids, _clock, _loggers);
        Audit = new AuditHost(_settings, _database, _clock, _loggers);

        Maps = LoadMaps(
            new MapEnvironment(
                _settings.Site.Name, zone, $"urn:cloudpacs:{_settings.Site.Name.ToLowerInvariant()}", store.InstallationNamespace)
            {
                Owned = ResourceTypes.Owned,
                OwnedAttributes = OwnedAttributes.All,
            });

        var factory = new EntryFactory(_settings.Worklist, zone);
        var revisions = new Revisions();
        var loader = new WorklistLoader(
            new WorklistQueries(_database), Worklist, factory, revisions, _loggers.CreateLogger<WorklistLoader>());
        var updater = new WorklistUpdater(Worklist, factory, loader, revisions);
        await loader.RefreshAsync(cancellationToken);
        if (node is { } self) _changes = new ChangeListener(_database, self, loader, _clock, _loggers.CreateLogger("CloudPacs.Store"));

        var signal = new DeliverySignal();
        var status = new StatusWriter(_settings.Outbound, Maps, factory, ids, _loggers.CreateLogger<StatusWriter>());
        INewsWriter[] writers = [status, new PerformedWriter(_settings.Outbound), new StudyNewsWriter(_settings.Dicom)];
        _pipeline = new ChangePipeline(_database, store, updater, writers, signal, _settings.Database, _clock, _loggers);
        Deliveries = new DeliveryQueries(_database);
        var visibility = new EntryVisibility(_settings);
        await Fhir.BeginAsync(_pipeline, new FhirRules(Maps, siteClock, store.InstallationNamespace, visibility, ids), cancellationToken);
        var reader = new MessageReader(
            Maps, new SenderDirectory(_settings), siteClock, ids, store.InstallationNamespace, store.Numbers.Next)
        {
            MaxDocumentsInRow = _settings.Database.InlineDocumentBytes,
        };
        Messages = new MessageDoor(
            reader, store.Numbers, new MessageAnswers(ids), visibility, _pipeline, new Continuations(Journal),
            _loggers.CreateLogger<MessageDoor>());
        var kept = StudyRetention.RulesOf(_settings.Archive);
        Commands = new CommandDoor(Maps, _pipeline, siteClock, store.InstallationNamespace, visibility, ids) { Retention = kept };
        _upkeep = new Upkeep("Reading commits in doubt again", UpkeepInterval, token =>
        {
            Worklist.Purge(siteClock.LocalNow);
            return updater.CatchUpAsync(token);
        }, _clock, _loggers.CreateLogger<Upkeep>());
        var stations = new StationDirectory(_settings);
        _studies = await StudyHost.OpenAsync(
            _settings, _database, store, _pipeline, Maps, stations, signal, siteClock, ids, _loggers, cancellationToken);
        _jobs = JobServer.Start(
            _access.ConnectionString, zone,
            new Expiry(new WorklistQueries(_database), _pipeline, siteClock, _settings.Worklist, ids, _loggers.CreateLogger<Expiry>()),
            new Retention(_database, Audit.Sealer, large, Documents, _settings.Database, _settings.Outbound, _clock),
            new CertificateWatch(_settings, _clock, _loggers.CreateLogger<CertificateWatch>()), _studies.Retention,
            _studies.Check, _studies.Archives.Polling, _loggers);

        _outbound = new OutboundHost(_settings, _database, signal, Deliveries, _studies.Exchange, _clock, _loggers);
        Warmup.Run(Maps, _settings, siteClock);
        var queries = new LastQueries(_clock);
        WorklistWhy = new WorklistWhy(Worklist, stations, queries, siteClock);
        WorklistSearch = new WorklistHttpService(Worklist, stations, siteClock);
        var performedSteps = new PerformedRetrieve(new PerformedQueries(_database));
        var performed = new PerformedDoor(
            Maps, _pipeline, siteClock, store.InstallationNamespace, visibility, ids, _loggers.CreateLogger<PerformedDoor>());
        Performed = new PerformedHttpService(performed, performedSteps, stations);
        _dicom = new DicomHost(_settings, new Dictionary<string, IDimseService>(_studies.Services)
        {
            [Uids.ModalityWorklistFind] = new WorklistFindService(
                Worklist, stations, queries, siteClock, _loggers.CreateLogger<WorklistFindService>()),
            [Uids.ModalityPerformedProcedureStep] = new PerformedService(performed, stations),
            [Uids.ModalityPerformedProcedureStepRetrieve] = performedSteps,
        }, stations, _clock, _loggers.CreateLogger<DicomHost>());
        await _dicom.StartAsync(cancellationToken);
        MllpReceiver Receiver(ListenerProfile profile) => new(profile, Messages, reader, ids, _loggers.CreateLogger<MllpReceiver>());
        _mllp = new MllpHost(_settings, Receiver, _clock, _loggers.CreateLogger<MllpHost>());
        await _mllp.StartAsync(cancellationToken);
        _outbound.Start();
        Log.Ready(_logger, Worklist.Current.Count, Maps.Current.Version);
    }

    private MapCatalog LoadMaps(MapEnvironment environment)
    {
        var (set, diagnostics) = MapCatalog.Load(_settings.Mapping.Directory, environment);
        if (set is null)
            throw new StartException(
                $"Mapping:Directory: the maps in '{_settings.Mapping.Directory}' cannot be "
                    + $"used:{Environment.NewLine}{string.Join(Environment.NewLine, diagnostics.Where(static d => d.IsError))}");
        foreach (var (name, destination) in _settings.Outbound.Destinations)
        {
            if (set.FindDestination(destination.MapName(name)) is null)
                throw new StartException(
                    $"Outbound:Destinations:{name}:Map: there is no map '{destination.MapName(name)}'. Write "
                        + $"destinations/{destination.MapName(name)}.yaml in {_settings.Mapping.Directory}, or name one of "
                        + $"{string.Join(", ", set.Destinations.Select(static map => map.Name))}.");
        }

        var siteFolder = Path.Combine(_settings.Mapping.Directory, "sites", _settings.Site.Name);
        if (!Directory.Exists(siteFolder)) Log.SiteWithoutMaps(_logger, _settings.Site.Name, siteFolder);
        var catalog = new MapCatalog(
            _settings.Mapping.Directory, environment, set, _ => new MapTestRunner(_settings.Mapping.Directory, environment).Verify());
        if (_settings.Mapping.HotReload)
            _watcher = new MapWatcher(_settings.Mapping.Directory, catalog, isNew => LogMaps(catalog, isNew), _clock);
        return catalog;
    }

    private void LogMaps(MapCatalog catalog, bool isNew)
    {
        if (isNew) Log.MapsActive(_logger, catalog.Current.Version);
        foreach (var diagnostic in catalog.Diagnostics.Where(static d => d.IsError))
            Log.MapsFaulty(_logger, catalog.Current.Version, diagnostic.ToString());
    }
}
