using CloudPacs.Archive;
using CloudPacs.DicomWeb;
using CloudPacs.DicomWeb.Search;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Fetching;
using CloudPacs.Studies.Finding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudPacs.Studies.Web;

/// <summary>The routes of the Studies service that read (PS3.18 chapters 9 and 10).</summary>
public sealed class StudyEndpoints : IDisposable
{
    private readonly SearchService _search;
    private readonly ObjectService _objects;
    private readonly PreparedMetadata _prepared = new();
    private readonly MetadataService _metadata;
    private readonly FrameService _frames;
    private readonly BulkDataService _bulkData;
    private readonly WadoUriService _wado;

    /// <param name="queries">Finds what is shown.</param>
    /// <param name="archive">Has the bytes.</param>
    /// <param name="fetched">Has those of other archives.</param>
    /// <param name="site">Zone of times that name none.</param>
    public StudyEndpoints(StudyQueries queries, IArchive archive, FetchedInstances fetched, TimeZoneInfo site)
    {
        _search = new SearchService(new StudyFinder(queries), site);
        var instances = new StoredInstances(queries, fetched);
        _objects = new ObjectService(instances, archive);
        _metadata = new MetadataService(instances, archive, _prepared);
        _frames = new FrameService(instances, archive);
        _bulkData = new BulkDataService(instances, archive);
        _wado = new WadoUriService(instances, _objects, _frames);
    }

    public void Dispose() => _prepared.Dispose();

    public void Map(IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        const string Study = "/dicomweb/studies/{study}", Series = Study + "/series/{series}", Instance = Series + "/instances/{instance}";
        Search(routes, "/dicomweb/studies", SearchLevel.Study);
        Search(routes, "/dicomweb/series", SearchLevel.Series);
        Search(routes, "/dicomweb/instances", SearchLevel.Instance);
        Search(routes, Study + "/series", SearchLevel.Series);
        Search(routes, Study + "/instances", SearchLevel.Instance);
        Search(routes, Series + "/instances", SearchLevel.Instance);
        foreach (var level in (string[])[Study, Series, Instance])
        {
            Get(level, http => _objects.SendAsync(http, ScopeOf(http)));
            Get(level + "/metadata", http => _metadata.SendAsync(http, ScopeOf(http)));
            Get(level + "/rendered", http => _frames.RenderAsync(http, ScopeOf(http), number: null, isThumbnail: false));
            Get(level + "/thumbnail", http => _frames.RenderAsync(http, ScopeOf(http), number: null, isThumbnail: true));
        }

        Get(Instance + "/frames/{frames}", http => _frames.SendAsync(http, ScopeOf(http), Value(http, "frames")!));
        Get(
            Instance + "/frames/{frame:int:min(1)}/rendered", http => _frames.RenderAsync(http, ScopeOf(http), Frame(http), false));
        Get(
            Instance + "/frames/{frame:int:min(1)}/thumbnail", http => _frames.RenderAsync(http, ScopeOf(http), Frame(http), true));

        Get(Instance + "/bulkdata/{**value}", http => _bulkData.SendAsync(http, ScopeOf(http), Value(http, "value") ?? ""));
        Get("/wado", _wado.SendAsync);

        // Another archive may not give what is asked for.
        void Get(string pattern, Func<HttpContext, Task> run) => routes.MapGet(pattern, http => ForeignFaults.GuardAsync(http, run));
    }

    private void Search(IEndpointRouteBuilder routes, string pattern, SearchLevel level) => routes.MapGet(
        pattern, http => _search.RunAsync(http, new SearchPath(level, Value(http, "study"), Value(http, "series"))));

    private static FetchScope ScopeOf(HttpContext http) =>
        new(Value(http, "study")!, Value(http, "series"), Value(http, "instance")) { Facility = CallerFacility.Of(http) };

    private static int Frame(HttpContext http) =>
        int.Parse(Value(http, "frame")!, System.Globalization.CultureInfo.InvariantCulture);

    private static string? Value(HttpContext http, string name) => http.Request.RouteValues[name] as string;
}
