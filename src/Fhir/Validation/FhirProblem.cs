namespace CloudPacs.Fhir.Validation;

/// <summary>How bad a problem is (FHIR R4 valueset-issue-severity.html).</summary>
public enum ProblemSeverity
{
    Fatal,
    Error,
    Warning,
}

/// <summary>What is wrong with a resource, as an issue of an OperationOutcome says it (FHIR R4 operationoutcome.html).</summary>
/// <param name="Severity">Fatal when nothing after it was looked at.</param>
/// <param name="Code">Of valueset-issue-type.html: structure, required, value, code-invalid, invariant, too-long.</param>
/// <param name="Expression">FHIRPath of the place, such as <c>ImagingStudy.series[0].uid</c>; empty when there is no place to name.</param>
/// <param name="Text">What is wrong, for people.</param>
public sealed record FhirProblem(ProblemSeverity Severity, string Code, string Expression, string Text);

/// <summary>What was found in a resource.</summary>
/// <param name="Type">Its type; null when that cannot be told.</param>
/// <param name="Problems">What is wrong; nothing when it may be stored. Of very many the first.</param>
public sealed record ValidationResult(string? Type, IReadOnlyList<FhirProblem> Problems)
{
    public bool IsValid => Problems.Count == 0;
}
