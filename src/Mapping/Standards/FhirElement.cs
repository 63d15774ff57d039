namespace CloudPacs.Mapping.Standards;

/// <summary>What R4 says about one element.</summary>
/// <param name="Type">Data type; of a content reference, the path it refers to with <c>@</c> before it.</param>
/// <param name="Repeats">Max is <c>*</c>.</param>
/// <param name="IsRequired">Min is not 0.</param>
/// <param name="Codes">The codes of a required binding, when they are listed.</param>
internal sealed record FhirElement(string Path, string Type, bool Repeats, bool IsRequired, IReadOnlyList<string> Codes);
