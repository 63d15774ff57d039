using CloudPacs.Fhir.Formats;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>Which part of resources is asked for: <c>_summary</c>, <c>_elements</c> (FHIR R4 search.html 3.1.1.5.8, 3.1.1.5.9).</summary>
internal static class ViewParameters
{
    public const string Summary = "_summary", Elements = "_elements";

    /// <summary>The view, null for whole resources; or why there is none.</summary>
    /// <param name="query">The parameters; <c>_summary=count</c> is for who can count, and is refused here.</param>
    public static (ResourceView? View, FhirResult? Refusal) Read(IQueryCollection query)
    {
        if (query.Count == 0) return (null, null);
        var options = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        string[] elements = [.. query[Elements].SelectMany(value => (value ?? "").Split(',', options))];
        ResourceView? summary;
        switch (query[Summary].ToString())
        {
            case "" or "false":
                summary = null;
                break;
            case "true":
                summary = ResourceView.Summary;
                break;
            case "text":
                summary = ResourceView.Text;
                break;
            case "data":
                summary = ResourceView.Data;
                break;
            case "count":
                return (null, Refused(Summary, "There is nothing to count here."));
            default:
                return (null, Refused(Summary, "_summary is one of true, text, data, count and false."));
        }

        if (elements.Length == 0) return (summary, null);
        return summary is null
            ? (ResourceView.Elements(elements), null)
            : (null, Refused(Elements, "_elements and _summary ask for different parts: give one of them."));
    }

    private static FhirResult Refused(string parameter, string text) =>
        FhirResult.Problem(400, new FhirIssue("value", text) { Parameter = parameter });
}
