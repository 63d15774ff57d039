namespace CloudPacs.Fhir.Formats;

/// <summary>A text is not a FHIR resource in the format that it says to be in.</summary>
/// <param name="place">Where: a path of elements such as <c>Patient.name[0].given[1]</c>, in XML with line and column.</param>
/// <param name="problem">What is wrong, as a sentence without the values of the resource.</param>
public sealed class FhirFormatException(string place, string problem) : Exception(place.Length == 0 ? problem : $"{place}: {problem}")
{
    /// <summary>Where: a path of elements; empty for the text as a whole.</summary>
    public string Place { get; } = place;

    /// <summary>What is wrong, as a sentence without the values of the resource.</summary>
    public string Problem { get; } = problem;
}
