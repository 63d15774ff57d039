using CloudPacs.Store.Fhir;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer.History;

/// <summary>history of a resource, a type and the system (FHIR R4 http.html 3.1.0.10): versions, the newest first, in pages.</summary>
internal static class HistoryInteraction
{
    public static async Task<FhirResult> OfInstanceAsync(FhirCall call)
    {
        if (await call.Ports.Reader.ReadAsync(call.Type.Name, call.Id, call.Facility, call.Aborted) is null)
            return FhirResult.Problem(404, "not-found", $"There is no {call.Type.Name} with this id.");
        return await ListAsync(call, $"/{call.Type.Name}/{call.Id}/_history", new FhirVersions([call.Type.Name]) { Id = call.Id });
    }

    public static Task<FhirResult> OfTypeAsync(FhirCall call) =>
        ListAsync(call, $"/{call.Type.Name}/_history", new FhirVersions([call.Type.Name]));

    public static Task<FhirResult> OfSystemAsync(FhirCall call)
    {
        var types = ServedTypes.Served.Where(static type => type.Can(TypeInteractions.HistoryType));
        return ListAsync(call, "/_history", new FhirVersions([.. types.Select(static type => type.Name)]));
    }

    private static async Task<FhirResult> ListAsync(FhirCall call, string path, FhirVersions wanted)
    {
        var (parameters, refusal) = HistoryParameters.Read(call.Request.Query);
        if (parameters is null) return refusal!;
        wanted = wanted with { Since = parameters.Since, At = parameters.At, Facility = call.Facility, Hold = call.Hold };
        var history = path + '?' + parameters.Applied;
        HistoryPage? page = null;
        var text = call.Request.Query[PageSeal.Parameter].ToString();
        if (text.Length > 0 && (page = HistoryPage.Read(call.Ports.Pages, text, history)) is null)
        {
            return FhirResult.Problem(400, new FhirIssue("value", "This is no page of this history: follow the links of its first page.")
            {
                Parameter = PageSeal.Parameter,
            });
        }

        var total = page is null ? await call.Ports.History.CountAsync(wanted, call.Aborted) : page.Total;
        // One more than the page has tells whether there is a next one.
        var versions = parameters.Count == 0
            ? []
            : await call.Ports.History.ListAsync(wanted, page?.After, parameters.Count + 1, call.Aborted);
        List<(string, string)> links = [("self", Address(call.Base, history, page is null ? null : text))];
        if (parameters.Count > 0) links.Add(("first", Address(call.Base, history, page: null)));
        var isCut = versions.Sum(static version => (long)version.Content.Length) >= ContentLimit.Page;
        if (parameters.Count > 0 && (versions.Count > parameters.Count || isCut))
        {
            versions = [.. versions.Take(parameters.Count)];
            var last = versions[^1];
            var next = new HistoryPage(new FhirVersionPosition(last.LastUpdated, last.Type, last.Id, last.Version), total);
            links.Add(("next", Address(call.Base, history, next.Write(call.Ports.Pages, history))));
        }

        return new FhirResult(StatusCodes.Status200OK, HistoryBundle.Write(call.Base, versions, parameters.View, total, links));
    }

    private static string Address(string root, string history, string? page)
    {
        if (page is null) return root + history.TrimEnd('?');
        return $"{root}{history}{(history.EndsWith('?') ? "" : "&")}{PageSeal.Parameter}={page}";
    }
}
