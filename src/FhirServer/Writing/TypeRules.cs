using System.Text.Json;
using CloudPacs.Fhir.Search.Defining;

namespace CloudPacs.FhirServer.Writing;

/// <summary>What this server asks of resources of single types, beyond what FHIR asks of them.</summary>
internal static class TypeRules
{
    /// <summary>Why a valid resource is not taken; null when it is.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="json">The resource.</param>
    /// <param name="place">FHIRPath of it in the body; null when it is the body.</param>
    public static FhirResult? Refuse(string type, ReadOnlySpan<byte> json, string? place) => type switch
    {
        "Subscription" => OfSubscription(json, place ?? type),
        "SearchParameter" => OfSearchParameter(json, place),
        _ => null,
    };

    /// <summary>What a site searches by is indexed, or refused: a parameter that finds nothing would tell that there is nothing.</summary>
    private static FhirResult? OfSearchParameter(ReadOnlySpan<byte> json, string? place)
    {
        if (SiteParameter.Read(json.ToArray(), isReady: false).Problem is not { } problem) return null;
        var issue = new FhirIssue(problem.Code, problem.Text) { Expression = problem.Expression };
        return FhirResult.Problem(422, place is null ? issue : issue.In(place));
    }

    /// <summary>
    /// A client that asks for notifications would wait for them (FHIR R4 subscription.html 3.3.8.1: a server accepts a subscription by
    /// setting it active).
    /// </summary>
    private static FhirResult? OfSubscription(ReadOnlySpan<byte> json, string place)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("status"u8)) continue;
            reader.Read();
            if (reader.ValueTextEquals("off"u8) || reader.ValueTextEquals("error"u8)) return null;
            break;
        }

        const string Text = "This server sends no notifications: a Subscription is stored with status off (or error), and does nothing.";
        return FhirResult.Problem(422, new FhirIssue("business-rule", Text) { Expression = place + ".status" });
    }
}
