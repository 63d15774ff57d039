using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer.Writing;

/// <summary>What a client wants to have in the answer to a write (FHIR R4 http.html 3.1.0.1.7, Prefer: return).</summary>
internal enum Preference
{
    Representation,
    Minimal,
    OperationOutcome,
}

internal static class Preferences
{
    private static readonly char[] Separators = [',', ';'];

    public static Preference Of(HttpRequest request)
    {
        foreach (var header in request.Headers["Prefer"])
        {
            foreach (var token in (header ?? "").Split(Separators, StringSplitOptions.TrimEntries))
            {
                switch (token.Replace(" ", "", StringComparison.Ordinal))
                {
                    case "return=minimal": return Preference.Minimal;
                    case "return=representation": return Preference.Representation;
                    case "return=OperationOutcome": return Preference.OperationOutcome;
                }
            }
        }

        return Preference.Representation;
    }
}
