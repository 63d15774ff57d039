using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.Writing;

/// <summary>What came of a write.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Row">The version that is current now; null when there is none.</param>
/// <param name="IsWritten">The version is new.</param>
/// <param name="Problem">Why it is refused; null when it is not.</param>
public sealed record WriteOutcome(int Status, FhirResourceRow? Row, bool IsWritten, FhirIssue? Problem)
{
    /// <summary>The resource was there, and met criteria under which nothing is to be written.</summary>
    public bool IsMet { get; init; }

    /// <summary>What else is wrong with it, or is to be known although it was done.</summary>
    public IReadOnlyList<FhirIssue> Told { get; init; } = [];

    public static WriteOutcome Written(int status, FhirResourceRow row) => new(status, row, true, null);

    public static WriteOutcome Kept(int status, FhirResourceRow? row) => new(status, row, false, null);

    public static WriteOutcome Refused(int status, string code, string text) => new(status, null, false, new FhirIssue(code, text));

    public static WriteOutcome Refused(int status, IReadOnlyList<FhirIssue> issues) =>
        new(status, null, false, issues[0]) { Told = [.. issues.Skip(1)] };
}
