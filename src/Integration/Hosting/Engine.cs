using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Commands;
using CloudPacs.Integration.Jobs;
using CloudPacs.Integration.Messages;
using CloudPacs.Integration.Resources;
using CloudPacs.Integration.Settings;
using CloudPacs.Integration.Worklist;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Loading;
using CloudPacs.Store;
using CloudPacs.Store.Blobs;
using CloudPacs.Store.Cluster;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Migrations;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Worklist;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>
/// The engine put together: database, maps, worklist, message pipeline, listeners; started in this order and stopped in the other. Read
/// the private StartAsync to see what depends on what.
/// </summary>
internal sealed class Engine : IAsyncDisposable
{
    /// <summary>
    /// What the database may take after the peers' time; with the stop of the server (DatabaseAccess) and of HTTP it stays below 20 s.
    /// </summary>
    private static readonly TimeSpan DatabaseGrace = TimeSpan.FromSeconds(2);
    private readonly EngineSettings settings;
    private readonly TimeProvider clock;
    private readonly ILoggerFactory loggers;
    private readonly ILogger<Engine> logger;
    private DatabaseAccess? access;
    private NpgsqlDataSource? database;
    private ChangePipeline? pipeline;
    private MapWatcher? watcher;
    private WorklistUpkeep? upkeep;
    private JobServer? jobs;
    private ChangeListener? changes;
    private MllpHost? mllp;
    private DicomHost? dicom;

    private Engine(EngineSettings settings, TimeProvider clock, ILoggerFactory loggers)
    {
        this.settings = settings;
        this.clock = clock;
        this.loggers = loggers;
        logger = loggers.CreateLogger<Engine>();
    }

    public WorklistIndex Worklist { get; } = new();

    public MapCatalog Maps { get; private set; } = null!;

    public FhirQueries Resources { get; private set; } = null!;

    public JournalQueries Journal { get; private set; } = null!;

    /// <summary>Takes messages that come by another way than a listener: replay.</summary>
    public MessageDoor Messages { get; private set; } = null!;

    public CommandDoor Commands { get; private set; } = null!;

    /// <summary>Where the timed duties are kept, for the dashboard.</summary>
    public Hangfire.JobStorage Jobs => jobs!.Storage;

    /// <summary>What holds for a message that is replayed.</summary>
    public ListenerProfile ReplayListener => new("replay", settings.Mllp);

    public IReadOnlyList<Mllp.MllpListener> MllpListeners => mllp?.Listeners ?? [];

    public IReadOnlyList<DicomServer> DicomServers => dicom?.Servers ?? [];

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
        if (mllp is null || dicom is null || database is null || access?.Cluster is { IsUp: false }) return false;
        try
        {
            await using var probe = database.CreateCommand("SELECT 1");
            probe.CommandTimeout = 2;
            await probe.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>In order as long as everything answers; what does not, such as a database server that hangs, is left behind.</summary>
    public async ValueTask DisposeAsync()
    {
        Log.Stopping(logger);
        var inOrder = StopInOrderAsync();
        if (await Task.WhenAny(inOrder, Task.Delay(settings.DrainTime + DatabaseGrace, clock)) == inOrder) await inOrder;
        else Log.StopCutShort(logger);
        if (access is not null) await access.DisposeAsync();
        Log.Stopped(logger);
    }

    private async Task StopInOrderAsync()
    {
        // Senders and modalities first, then what they wait for: what is in flight is answered within the drain time.
        await Task.WhenAll(
            mllp?.StopAsync(settings.DrainTime) ?? Task.CompletedTask, dicom?.StopAsync(settings.DrainTime) ?? Task.CompletedTask);
        watcher?.Dispose();
        if (jobs is not null) await jobs.DisposeAsync();
        if (upkeep is not null) await upkeep.DisposeAsync();
        if (changes is not null) await changes.DisposeAsync();
        if (pipeline is not null)
        {
            await pipeline.StopAsync(TimeSpan.FromSeconds(1));
            await pipeline.DisposeAsync();
        }

        if (database is not null) await database.DisposeAsync();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var zone = settings.Site.TimeZone.Length > 0 ? TimeZoneInfo.FindSystemTimeZoneById(settings.Site.TimeZone) : TimeZoneInfo.Local;
        var siteClock = new SiteClock(clock, zone);
        var ids = new IdSource(clock);

        access = await DatabaseAccess.OpenAsync(settings, mayShare: false, loggers, cancellationToken);
        await Migrator.MigrateAsync(access.ConnectionString, ids, loggers.CreateLogger("CloudPacs.Store"), cancellationToken);
        database = StoreConnection.CreateDataSource(access.ConnectionString);
        await new Partitions(database, clock).EnsureAsync(monthsAhead: 2, cancellationToken);
        // With a database of its own there is no other node that would have to be told.
        Guid? node = access.Cluster is null ? ids.Next() : null;
        var large = new LargeMessages(new BlobFolder(Path.Combine(settings.Data, "blobs")), settings.Database.InlineMessageBytes);
        var store = await WorkspaceStore.OpenAsync(database, large, ids, node, cancellationToken);
        Resources = new FhirQueries(database);
        Journal = new JournalQueries(database, large);

        Maps = LoadMaps(
            new MapEnvironment(
                settings.Site.Name, zone, $"urn:cloudpacs:{settings.Site.Name.ToLowerInvariant()}", store.InstallationNamespace)
            {
                Owned = ResourceTypes.Owned,
            });

        var factory = new EntryFactory(settings.Worklist);
        var revisions = new Revisions();
        var loader = new WorklistLoader(
            new WorklistQueries(database), Worklist, factory, revisions, loggers.CreateLogger<WorklistLoader>());
        var updater = new WorklistUpdater(Worklist, factory, loader, revisions);
        await loader.RefreshAsync(cancellationToken);
        if (node is { } self) changes = new ChangeListener(database, self, loader, clock, loggers.CreateLogger("CloudPacs.Store"));

        pipeline = new ChangePipeline(database, store, updater, settings.Database, clock, loggers);
        var reader = new MessageReader(
            Maps, new SenderDirectory(settings), siteClock, ids, store.InstallationNamespace, store.Numbers.Next);
        Messages = new MessageDoor(
            reader, store.Numbers, new MessageAnswers(ids), new EntryVisibility(settings), pipeline, new Continuations(Journal),
            loggers.CreateLogger<MessageDoor>());
        Commands = new CommandDoor(Maps, pipeline, siteClock, store.InstallationNamespace, new EntryVisibility(settings), ids);
        upkeep = new WorklistUpkeep(updater, Worklist, siteClock, loggers.CreateLogger<WorklistUpkeep>());
        jobs = JobServer.Start(
            access.ConnectionString,
            zone,
            new Expiry(new WorklistQueries(database), pipeline, siteClock, settings.Worklist, loggers.CreateLogger<Expiry>()),
            new Retention(database, large, settings.Database, clock),
            new CertificateWatch(settings, clock, loggers.CreateLogger<CertificateWatch>()),
            loggers);

        Warmup.Run(Maps, settings, siteClock);
        var stations = new StationDirectory(settings);
        dicom = new DicomHost(settings, new Dictionary<string, IDimseService>
        {
            [Uids.ModalityWorklistFind] = new WorklistFindService(
                Worklist, stations, siteClock, loggers.CreateLogger<WorklistFindService>()),
        }, stations, clock, loggers.CreateLogger<DicomHost>());
        await dicom.StartAsync(cancellationToken);
        MllpReceiver Receiver(ListenerProfile profile) => new(profile, Messages, reader, ids, loggers.CreateLogger<MllpReceiver>());
        mllp = new MllpHost(settings, Receiver, clock, loggers.CreateLogger<MllpHost>());
        await mllp.StartAsync(cancellationToken);
        Log.Ready(logger, Worklist.Current.Count, Maps.Current.Version);
    }

    private MapCatalog LoadMaps(MapEnvironment environment)
    {
        var (set, diagnostics) = MapCatalog.Load(settings.Mapping.Directory, environment);
        if (set is null)
            throw new StartException(
                $"Mapping:Directory: the maps in '{settings.Mapping.Directory}' cannot be "
                    + $"used:{Environment.NewLine}{string.Join(Environment.NewLine, diagnostics.Where(static d => d.IsError))}");
        var siteFolder = Path.Combine(settings.Mapping.Directory, "sites", settings.Site.Name);
        if (!Directory.Exists(siteFolder)) Log.SiteWithoutMaps(logger, settings.Site.Name, siteFolder);
        var catalog = new MapCatalog(
            settings.Mapping.Directory, environment, set, _ => new MapTestRunner(settings.Mapping.Directory, environment).Verify());
        if (settings.Mapping.HotReload)
            watcher = new MapWatcher(settings.Mapping.Directory, catalog, isNew => LogMaps(catalog, isNew), clock);
        return catalog;
    }

    private void LogMaps(MapCatalog catalog, bool isNew)
    {
        if (isNew) Log.MapsActive(logger, catalog.Current.Version);
        foreach (var diagnostic in catalog.Diagnostics.Where(static d => d.IsError))
            Log.MapsFaulty(logger, catalog.Current.Version, diagnostic.ToString());
    }
}
