using System.Security.Cryptography;
using CloudPacs.DicomWeb;
using CloudPacs.FhirServer;
using CloudPacs.FhirServer.Operations;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Fhir;
using CloudPacs.Profiles;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Search;
using CloudPacs.Store.Studies;
using Npgsql;

namespace CloudPacs.Integration.Hosting;

/// <summary>What the FHIR endpoint stands on, put together.</summary>
/// <param name="settings">Settings of the engine.</param>
/// <param name="database">Its database.</param>
/// <param name="connectionString">How it is reached.</param>
/// <param name="clock">Time of the engine.</param>
/// <param name="logger">Told when the care of the index fails.</param>
internal sealed class FhirHost(
    EngineSettings settings, NpgsqlDataSource database, string connectionString, TimeProvider clock, ILogger<Upkeep> logger)
    : IAsyncDisposable
{
    /// <summary>New keys are sorted into the index so often: what waits is read by every search.</summary>
    private static readonly TimeSpan IndexCare = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _lookups = StoreConnection.CreateDataSource(connectionString, StatementPlans.Once);
    private readonly NpgsqlDataSource _searches = StoreConnection.CreateDataSource(connectionString, StatementPlans.Each);
    private readonly TimeZoneInfo _zone = settings.Site.FindZone();
    private readonly FhirLimits _limits = new(
        settings.Fhir.RequestsPerSecond, settings.Fhir.ConcurrentRequests, settings.Fhir.WaitingRequests);

    private FhirIndex? _index;
    private ParameterChanges? _changes;
    private SiteParameters? _parameters;
    private IndexFilling? _filling;
    private IndexRenewal? _renewal;
    private Upkeep? _care;
    private DefinitionShelf? _definitions;
    private Guid _installation;

    /// <summary>Address under which callers reach the endpoint, without a final slash; null to take it from each request.</summary>
    public string? Address { get; } =
        settings.Http.PublicAddress is { Length: > 0 } address ? address.TrimEnd('/') + FhirCall.Path : null;

    /// <summary>Resources that are read again; null for none: other engines may write to a database server that is not our own.</summary>
    public ResourceCache? Cache { get; } = settings.Fhir.CacheMegabytes > 0 && settings.Database.ConnectionString.Length == 0
        ? new ResourceCache(settings.Fhir.CacheMegabytes * 1024L * 1024, clock)
        : null;

    /// <summary>Writes resources, once changes are taken.</summary>
    public IFhirWriter Writer { get; private set; } = null!;

    /// <summary>Tells what the resources of an installation are found by.</summary>
    public IResourceIndex IndexOf(Guid installation)
    {
        _installation = installation;
        _index = new FhirIndex(installation, OwnBase, _zone);
        _parameters = new SiteParameters(_changes = new ParameterChanges(database, _index), _index);
        return _index;
    }

    /// <summary>Takes writes from now on; the search parameters of the site are in force as they are stored.</summary>
    public Task BeginAsync(ChangePipeline changes, FhirRules rules, CancellationToken cancellationToken)
    {
        Writer = new FhirWriter(changes, rules, _index!, _parameters!);
        return _parameters!.StartAsync(cancellationToken);
    }

    /// <summary>Puts the endpoint's parts together, and begins to care for the search index.</summary>
    /// <param name="studies">Studies, whose instances stand in rows only.</param>
    /// <param name="documents">What is too large for a resource.</param>
    /// <param name="version">Version of the engine.</param>
    public FhirPorts Open(StudyQueries studies, IBinaryReader documents, string version)
    {
        _filling = new IndexFilling(database, _index!);
        _renewal = new IndexRenewal(database, _index!);
        _care = new Upkeep("Making the search index", IndexCare, CareAsync, clock, logger);
        var audit = new AuditEvents(new AuditQueries(_searches), _index!);
        var reader = new FhirReader(new FhirQueries(_lookups), studies, audit, Cache);
        var pages = new PageSeal(SHA256.HashData([.. "pages"u8, .. _installation.ToByteArray()]));
        var search = new FhirSearch(
            new ResourceSearch(_lookups, _searches), _filling, audit, _index!, pages, OwnBase, _zone, clock);
        _definitions = new DefinitionShelf(new SiteDefinitions(new FhirQueries(_lookups), search), clock);
        var judge = new ProfileJudge(_definitions);
        return new FhirPorts
        {
            Reader = reader,
            History = new FhirHistory(new FhirVersionQueries(_searches), reader),
            Search = search,
            Pages = pages,
            Judge = judge,
            Terminology = new Terminology(_definitions),
            Writer = settings.Fhir.JudgeProfiles ? new JudgedWriter(Writer, judge) : Writer,
            Binaries = documents,
            Limits = _limits,
            MostDeleted = settings.Fhir.DeleteLimit,
            FacilityOf = CallerFacility.Of,
            PublicAddress = Address,
            SoftwareVersion = version,
            Started = clock.GetUtcNow(),
        };
    }

    /// <summary>Puts the definitions that come with the program among the resources.</summary>
    public Task PublishAsync(CancellationToken cancellationToken) =>
        OwnDefinitions.PublishAsync(Writer, new PublishedDefinitions(database), Address, cancellationToken);

    /// <summary>Knows the parameters of the site, which other engines may have changed, and makes what is missing of the index.</summary>
    private async Task CareAsync(CancellationToken cancellationToken)
    {
        await _parameters!.CatchUpAsync(cancellationToken);
        await _filling!.RunAsync(cancellationToken);
        await _renewal!.RunAsync(cancellationToken);
        await _parameters.CatchUpAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_care is not null) await _care.DisposeAsync();
        await _limits.DisposeAsync();
        _changes?.Dispose();
        _definitions?.Dispose();
        await _lookups.DisposeAsync();
        await _searches.DisposeAsync();
    }

    private string? OwnBase => Address is null ? null : Address + "/";
}
