using System.Text;
using CloudPacs.FhirServer.Searching;

namespace CloudPacs.FhirServer.Pages;

/// <summary>
/// What a browser shows at the service base URL, when it asks for nothing there: the types, how many resources each has, what can be
/// done with them, and searches to begin with.
/// </summary>
internal static class StartPage
{
    /// <summary>More are not counted for a page.</summary>
    private const int Most = 1000;

    public static async Task<FhirResult> AnswerAsync(FhirCall call)
    {
        var asksForMore = call.Request.Query.Keys.Any(static name => name is not ("_format" or "_pretty"));
        if (asksForMore || FhirFormat.Choose(call.Request) is not { IsHtml: true })
            return await SearchInteraction.OfSystemAsync(call);
        var types = ServedTypes.Served.ToList();
        var counts = await call.Ports.History.CountCurrentAsync([.. types.Select(static type => type.Name)], Most, call.Aborted);
        var rows = new StringBuilder("<table><thead><tr>");
        foreach (var head in new[] { "type", "resources", "interactions", "searches" }) rows.Append("<th>").Append(head).Append("</th>");
        rows.Append("</tr></thead><tbody>");
        foreach (var type in types)
        {
            var count = counts.GetValueOrDefault(type.Name);
            var name = type.Can(TypeInteractions.HistoryType)
                ? $"<a href=\"{ResourcePage.Encoded(call.Base)}/{type.Name}/_history\">{type.Name}</a>"
                : type.Name;
            rows.Append("<tr><td>").Append(name).Append("</td><td>").Append(count > Most ? $"more than {Most}" : $"{count}")
                .Append("</td><td>").AppendJoin(", ", type.InteractionCodes).Append("</td><td>")
                .AppendJoin("<br>", ExampleSearches.Of(type.Name).Select(example => LinkOf(call.Base, type.Name, example)))
                .Append("</td></tr>");
        }

        rows.Append("</tbody></table>");
        return new FhirResult(200, ResourcePage.Page("FHIR R4", call.Base, rows.ToString())) { ContentType = FhirFormat.Html };
    }

    private static string LinkOf(string address, string type, (string Query, string Finds) example) =>
        $"<a href=\"{ResourcePage.Encoded($"{address}/{type}?{example.Query}")}\">{ResourcePage.Encoded(example.Finds)}</a>";
}
