namespace CloudPacs.FhirServer.Operations;

/// <summary>
/// Judges resources by all that FHIR R4 says of them, its invariants with it, and by profiles. It costs milliseconds, and seconds the first
/// time: it is for who asks.
/// </summary>
public interface IProfileJudge
{
    /// <param name="resource">A resource that is well-formed (<see cref="Fhir.Validation.FhirValidator"/>).</param>
    /// <param name="profiles">Canonical addresses of profiles, beside those that the resource names itself.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TimeoutException">Too many ask at once.</exception>
    Task<ProfileVerdict> JudgeAsync(ReadOnlyMemory<byte> resource, IReadOnlyList<string> profiles, CancellationToken cancellationToken);
}

/// <summary>What was found.</summary>
/// <param name="Issues">What is wrong, or worth a word.</param>
/// <param name="UnknownProfile">A profile that is not known, so that nothing was judged.</param>
public sealed record ProfileVerdict(IReadOnlyList<FhirIssue> Issues, string? UnknownProfile = null);
