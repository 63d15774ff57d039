using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Store.Orders;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Hosting;

/// <summary>
/// <c>/api/worklist/why</c>: why an entry is not in the answer that a station gets. <c>/api/worklist/entries</c>: all open entries, page by
/// page, as worklist servers of files keep them.
/// </summary>
internal static class WorklistApi
{
    private static readonly string[] Own = ["aet", "accession", "patient"];

    private const int MaxPage = 1000;

    public static void Map(RouteGroupBuilder api, WorklistWhy why, WorklistIndex index)
    {
        api.MapGet("/worklist/why", (HttpRequest request) => Why(request, why)).WithMetadata(new KnownParameters.Any());
        api.MapGet("/worklist/entries", (Guid? after, int? limit) => Entries(index, after, limit ?? MaxPage));
    }

    private static IResult Entries(WorklistIndex index, Guid? after, int limit)
    {
        if (limit is < 1 or > MaxPage) return Results.Problem($"limit must be 1 to {MaxPage}.", statusCode: 400);
        var page = index.Current.ByStep.Values
            .Where(entry => (after is not { } id || entry.StepRowId.CompareTo(id) > 0) && entry.State < StepState.Completed)
            .OrderBy(static entry => entry.StepRowId).Take(limit).ToList();
        return Results.Json(new JsonObject
        {
            ["entries"] = new JsonArray([.. page.Select(static entry => JsonNode.Parse(DicomJson.ToUtf8Bytes(AnswerData.Of(entry, ""))))]),
            ["next"] = page.Count == limit ? page[^1].StepRowId.ToString() : null,
        });
    }

    private static IResult Why(HttpRequest request, WorklistWhy why)
    {
        string? station = request.Query["aet"], accession = request.Query["accession"], patient = request.Query["patient"];
        if (string.IsNullOrEmpty(station)) return Results.Problem("aet is missing: name the AE title of the station.", statusCode: 400);
        if (string.IsNullOrEmpty(accession) && string.IsNullOrEmpty(patient))
            return Results.Problem("Name the accession number (accession) or the Patient ID (patient) of the entry.", statusCode: 400);
        var given = request.Query.Where(static pair => !Own.Contains(pair.Key))
            .SelectMany(static pair => pair.Value.Select(value => (pair.Key, value ?? ""))).ToList();
        if (WorklistParameters.Read(given, out var parameters) is { } fault) return Results.Problem(fault, statusCode: 400);
        return Results.Json(Json(why.Explain(station, accession, patient, given.Count > 0 ? parameters.Keys : null)));
    }

    private static JsonObject Json(WhyAnswer answer) => new()
    {
        ["unconfigured"] = answer.Unconfigured,
        ["asked"] = JsonNode.Parse(DicomJson.ToUtf8Bytes(answer.Keys)),
        ["askedAt"] = answer.AskedAt?.ToString("O", CultureInfo.InvariantCulture),
        ["fault"] = answer.Fault,
        ["candidates"] = new JsonArray([.. answer.Candidates.Select(JsonNode (candidate) => new JsonObject
        {
            ["accessionNumber"] = candidate.Entry.AccessionNumber,
            ["stepId"] = candidate.Entry.StepId,
            ["start"] = candidate.Entry.Start.ToString("s", CultureInfo.InvariantCulture),
            ["stations"] = string.Join(',', candidate.Entry.StationAeTitles),
            ["modality"] = candidate.Entry.Modality,
            ["state"] = StepStates.Status(candidate.Entry.State),
            ["isAnswered"] = candidate.Reason is null,
            ["reason"] = candidate.Reason,
        })]),
    };
}
