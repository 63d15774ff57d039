namespace CloudPacs.Fhir.Editing;

/// <summary>A patch cannot be applied.</summary>
/// <param name="isMalformed">It is no patch at all; else it does not fit the resource.</param>
/// <param name="problem">What is wrong, as a sentence.</param>
public sealed class PatchException(bool isMalformed, string problem) : Exception(problem)
{
    public bool IsMalformed => isMalformed;
}
