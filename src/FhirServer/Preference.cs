using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>What a client wants to have in the answer to a write (FHIR R4 http.html 3.1.0.1.7, Prefer: return).</summary>
internal enum Preference
{
    Representation,
    Minimal,
    OperationOutcome,
}

/// <summary>What clients prefer (RFC 7240, as FHIR uses it).</summary>
internal static class Preferences
{
    private static readonly char[] Separators = [',', ';'];

    public static Preference Of(HttpRequest request)
    {
        foreach (var token in Tokens(request))
        {
            switch (token)
            {
                case "return=minimal": return Preference.Minimal;
                case "return=representation": return Preference.Representation;
                case "return=OperationOutcome": return Preference.OperationOutcome;
            }
        }

        return Preference.Representation;
    }

    /// <summary>A parameter that is not known is an error (FHIR R4 search.html 3.1.1.3.2, Prefer: handling=strict).</summary>
    public static bool IsStrict(HttpRequest request) => Tokens(request).Contains("handling=strict");

    private static IEnumerable<string> Tokens(HttpRequest request) => request.Headers["Prefer"]
        .SelectMany(static header => (header ?? "").Split(Separators, StringSplitOptions.TrimEntries))
        .Select(static token => token.Replace(" ", "", StringComparison.Ordinal));
}
