using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Jobs;
using CloudPacs.Integration.Studies;
using CloudPacs.Mapping;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Fetching;
using CloudPacs.Studies.Finding;
using CloudPacs.Studies.Intake;
using CloudPacs.Studies.Viewing;
using CloudPacs.Studies.Web;
using CloudPacs.Worklist;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>The archive of studies with the services that stand on it.</summary>
internal sealed class StudyHost : IAsyncDisposable
{
    private readonly PackArchive _archive;
    private readonly Upkeep _telling, _watching;
    private readonly ArchiveWatch _watch;

    private StudyHost(PackArchive archive, Upkeep telling, ArchiveWatch watch, Upkeep watching) =>
        (_archive, _telling, _watch, _watching) = (archive, telling, watch, watching);

    /// <summary>The archives beside this one.</summary>
    public required ArchiveHost Archives { get; init; }

    /// <summary>What is shown of studies.</summary>
    public required StudyQueries Queries { get; init; }

    /// <summary>What is deleted and erased each night.</summary>
    public required StudyRetention Retention { get; init; }

    /// <summary>How the archive stands.</summary>
    public ArchiveStatus Status => _archive.Status;

    /// <summary>Studies as persons look at them who decide about them.</summary>
    public required StudyReviews Reviews { get; init; }

    /// <summary>Whether rows and bytes agree.</summary>
    public required ArchiveCheck Check { get; init; }

    /// <summary>The routes by which persons decide about the quarantine, and look after the archive.</summary>
    public required Action<RouteGroupBuilder> Desk { get; init; }

    /// <summary>Tells under which address studies are fetched.</summary>
    public required Func<string, CancellationToken, Task> PublishAsync { get; init; }

    /// <summary>What is told to, and by, other systems that keep or make studies.</summary>
    public required ExchangeHost Exchange { get; init; }

    /// <summary>The routes that read studies.</summary>
    public required StudyEndpoints Web { get; init; }

    /// <summary>The routes that store instances.</summary>
    public required StoreHttpService Store { get; init; }

    /// <summary>The pages that show studies.</summary>
    public required ViewerRoutes Viewer { get; init; }

    public void Map(IEndpointRouteBuilder routes)
    {
        Viewer.Map(routes);
        Web.Map(routes);
        Store.Map(routes);
    }

    /// <summary>The SOP classes that it serves.</summary>
    public required IReadOnlyDictionary<string, IDimseService> Services { get; init; }

    /// <exception cref="IOException">The folder of the archive cannot be used.</exception>
    /// <exception cref="SettingsException">A certificate cannot be used.</exception>
    public static async Task<StudyHost> OpenAsync(
        EngineSettings settings, NpgsqlDataSource database, WorkspaceStore store, ChangePipeline pipeline, MapCatalog maps,
        StationDirectory stations, DeliverySignal signal, SiteClock clock, IdSource ids, ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var destinations = new DicomDestinations(settings.Dicom, CertificateFiles.LoadDestinations(settings.Dicom, clock.Clock));
        var index = new InstanceIndex(new InstancePlaces(database));
        var archive = await PackArchive.OpenAsync(ArchivePlace.Of(settings), index, clock.Clock, cancellationToken);
        var visibility = new EntryVisibility(settings);
        var quarantine = new Quarantine(database);
        var door = new StudyDoor(
            maps, pipeline, archive, quarantine, clock, store.InstallationNamespace, visibility, ids)
        {
            Retention = StudyRetention.RulesOf(settings.Archive),
        };
        var intake = new InstanceIntake(archive);
        var archives = new ArchiveHost(settings, database, maps, pipeline, clock, store.InstallationNamespace, visibility, ids, loggers);
        var storage = new StorageService(intake, archives.Awaited, door, stations, loggers.CreateLogger<StorageService>());
        var find = new StudyFindService(new StudyFinder(new StudyQueries(database)), stations, settings.Dicom.AeTitle);
        var services = UidDictionary.StorageSopClasses.ToDictionary(
            static entry => entry.Uid, IDimseService (_) => storage, StringComparer.Ordinal);
        var retrieval = new Retrieval(new StoredInstances(new StudyQueries(database), archives.Fetched), archive);
        var retrieve = new StudyRetrieveService(retrieval, stations, destinations, loggers.CreateLogger<StudyRetrieveService>());
        services[Uids.PatientRootFind] = services[Uids.StudyRootFind] = find;
        foreach (var uid in (string[])[Uids.PatientRootGet, Uids.StudyRootGet, Uids.PatientRootMove, Uids.StudyRootMove])
            services[uid] = retrieve;
        var exchange = new ExchangeHost(
            settings.Dicom, database, archive, retrieval, destinations, stations, signal, clock.Clock, ids, loggers);
        foreach (var (uid, service) in exchange.Services) services[uid] = service;
        var telling = new StudyTelling(
            new UntoldStudies(database), pipeline, maps, clock, store.InstallationNamespace, visibility, ids);
        var upkeep = new Upkeep(
            "Renewing ImagingStudy resources", StudyTelling.Interval, telling.RunAsync, clock.Clock, loggers.CreateLogger<Upkeep>());
        var reviews = new StudyReviews(database);
        var check = new ArchiveCheck(
            new InstancePlaces(database), door, intake, archive, stations, clock.Clock, loggers.CreateLogger<ArchiveCheck>());
        var watch = new ArchiveWatch(
            archive, reviews, quarantine, settings.Archive, clock.Clock, loggers.CreateLogger<ArchiveWatch>());
        var watching = new Upkeep(
            "Looking after the archive", ArchiveWatch.Interval, watch.RunAsync, clock.Clock, loggers.CreateLogger<Upkeep>());
        return new StudyHost(archive, upkeep, watch, watching)
        {
            Retention = new StudyRetention(
                new ErasableInstances(database), door, archive, settings.Archive, door.Retention, clock.Clock,
                loggers.CreateLogger<StudyRetention>()),
            Queries = new StudyQueries(database),
            Reviews = reviews,
            Check = check,
            Desk = api =>
            {
                QuarantineApi.Map(api, quarantine, new QuarantineDoor(door, intake, archive, stations), archive);
                ArchiveApi.Map(api, check);
            },
            PublishAsync = (address, token) => pipeline.ApplyAsync(
                new PublishEndpoint(store.InstallationNamespace, address, clock.Clock.GetUtcNow()), token),
            Services = services,
            Archives = archives,
            Exchange = exchange,
            Viewer = new ViewerRoutes(settings.ViewerFolder()),
            Web = new StudyEndpoints(new StudyQueries(database), archive, archives.Fetched, clock.Zone),
            Store = new StoreHttpService(intake, door, stations, loggers.CreateLogger<StoreHttpService>()),
        };
    }

    public async ValueTask DisposeAsync()
    {
        Web.Dispose();
        await Exchange.DisposeAsync();
        await Archives.DisposeAsync();
        await _telling.DisposeAsync();
        await _watching.DisposeAsync();
        _watch.Dispose();
        await _archive.DisposeAsync();
    }
}
