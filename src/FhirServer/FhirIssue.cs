using System.Text.Json;

namespace CloudPacs.FhirServer;

/// <summary>One issue of an OperationOutcome (FHIR R4 operationoutcome.html).</summary>
/// <param name="Code">Code of value set issue-type.</param>
/// <param name="Diagnostics">A sentence without patient data.</param>
public sealed record FhirIssue(string Code, string Diagnostics)
{
    /// <summary>Code of value set issue-severity.</summary>
    public string Severity { get; init; } = "error";

    /// <summary>The place in the content as a FHIRPath, such as <c>ImagingStudy.series[0].uid</c>; null for none.</summary>
    public string? Expression { get; init; }

    /// <summary>A header or parameter by its name; <c>http.</c> stands before it (the only form that R4 has for one).</summary>
    public string? Parameter { get; init; }

    /// <summary>The same with its place in what the resource stands in, such as <c>Bundle.entry[0].resource</c>.</summary>
    public FhirIssue In(string place)
    {
        var below = Expression?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return this with { Expression = below < 0 ? place : place + Expression![below..] };
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("severity", Severity);
        json.WriteString("code", Code);
        json.WriteString("diagnostics", Diagnostics);
        if (Parameter is not null) WriteOne(json, "location", "http." + Parameter);
        if (Expression is not null) WriteOne(json, "expression", Expression);
        json.WriteEndObject();
    }

    private static void WriteOne(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartArray(name);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
