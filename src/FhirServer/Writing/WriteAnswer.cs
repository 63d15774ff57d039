using System.Globalization;

namespace CloudPacs.FhirServer.Writing;

/// <summary>Outcomes of writes as answers (FHIR R4 http.html 3.1.0.4, 3.1.0.7, 3.1.0.8).</summary>
internal static class WriteAnswer
{
    public static FhirResult Of(FhirCall call, WriteOutcome outcome, Preference preference)
    {
        if (outcome.Problem is { } problem) return FhirResult.Problem(outcome.Status, [problem, .. outcome.Told]);
        if (outcome.Row is not { } row) return new FhirResult(outcome.Status, default);
        ReadOnlyMemory<byte> body = row.Deleted ? default : preference switch
        {
            Preference.Minimal => default,
            // What became of it may have more in it than was sent.
            Preference.Representation => call.Rights.Can('r', row.Type) ? row.Content : default,
            _ => FhirResult.Problem(
                outcome.Status, [new FhirIssue("informational", TextOf(outcome)) { Severity = "information" }, .. outcome.Told]).Body,
        };
        return new FhirResult(outcome.Status, body)
        {
            Version = row.Version,
            LastModified = row.LastUpdated,
            Location = row.Deleted ? null : string.Create(
                CultureInfo.InvariantCulture, $"{call.Base}/{row.Type}/{row.Id}/_history/{row.Version}"),
        };
    }

    /// <summary>The database is away: nothing is known to be changed.</summary>
    public static FhirResult Unavailable() =>
        FhirResult.Problem(503, "transient", "The database is not available, and nothing is known to be changed. Try again.");

    private static string TextOf(WriteOutcome outcome) => outcome switch
    {
        { Status: 201 } => "The resource is stored.",
        { IsMet: true } => "A resource meets the criteria already: nothing is made.",
        { IsWritten: false } => "The resource says the same already: it has no new version.",
        _ => "The resource has a new version.",
    };
}
