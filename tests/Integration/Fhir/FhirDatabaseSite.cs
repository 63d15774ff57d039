using CloudPacs.FhirServer;
using CloudPacs.FhirServer.Operations;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Fhir;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Profiles;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Search;
using CloudPacs.Store.Studies;
using CloudPacs.Worklist;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>The FHIR endpoint behind a Kestrel, over a database and the pipeline of changes.</summary>
internal sealed class FhirDatabaseSite : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ChangePipeline _changes;
    private readonly DefinitionShelf _definitions;
    private readonly ParameterChanges _parameterChanges;
    private readonly IndexRenewal _renewal;

    private FhirDatabaseSite(NpgsqlDataSource database, WorkspaceStore store, IdSource ids, int mostDeleted, bool judgesProfiles, ContentRoom? room)
    {
        _changes = Receivers.Changes(database, store);
        var index = new FhirIndex(store.InstallationNamespace, null, TimeZoneInfo.Utc);
        _parameterChanges = new ParameterChanges(database, index);
        _renewal = new IndexRenewal(database, index);
        Parameters = new SiteParameters(_parameterChanges, index);
        Writer = new FhirWriter(_changes, RulesOf(store, ids), index, Parameters);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddFhir();
        _application = builder.Build();
        var audit = new AuditEvents(new AuditQueries(database), index);
        var reader = new FhirReader(new FhirQueries(database), new StudyQueries(database), audit);
        var pages = new PageSeal([1]);
        var search = new FhirSearch(
            new ResourceSearch(database, database), null, audit, index, pages, null, TimeZoneInfo.Utc, TimeProvider.System);
        _definitions = new DefinitionShelf(new SiteDefinitions(new FhirQueries(database), search), TimeProvider.System);
        var judge = new ProfileJudge(_definitions);
        var ports = new FhirPorts
        {
            Reader = reader, History = new FhirHistory(new FhirVersionQueries(database), reader), Writer = judgesProfiles ? new JudgedWriter(Writer, judge) : Writer, SoftwareVersion = "1", MostDeleted = mostDeleted, Search = search, Pages = pages, Judge = judge, Terminology = new Terminology(_definitions), Started = DateTimeOffset.UnixEpoch,
        };
        _application.MapFhir(room is null ? ports : ports with { Room = room });
    }

    /// <summary>The shipped maps by the clock of the system.</summary>
    public static FhirRules RulesOf(WorkspaceStore store, IdSource ids) =>
        new(Pipeline.ShippedMaps, new SiteClock(TimeProvider.System, Pipeline.Zone), store.InstallationNamespace, new EntryVisibility(new EngineSettings()), ids);

    public IFhirWriter Writer { get; }

    public SiteParameters Parameters { get; }

    public HttpClient Client { get; } = new();

    public static async Task<FhirDatabaseSite> StartAsync(NpgsqlDataSource database, WorkspaceStore store, IdSource ids, int mostDeleted = 1, bool judgesProfiles = false, ContentRoom? room = null)
    {
        var site = new FhirDatabaseSite(database, store, ids, mostDeleted, judgesProfiles, room);
        await site._application.StartAsync();
        site.Client.BaseAddress = new Uri(site._application.Urls.Single() + "/fhir/");
        return site;
    }

    /// <summary>What an engine does again and again: knows the parameters of the site, and indexes by them.</summary>
    public async Task CareAsync(CancellationToken cancellationToken)
    {
        await Parameters.CatchUpAsync(cancellationToken);
        while (await _renewal.RunAsync(cancellationToken)) continue;
        await Parameters.CatchUpAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
        await _changes.DisposeAsync();
        _definitions.Dispose();
        _parameterChanges.Dispose();
    }
}
