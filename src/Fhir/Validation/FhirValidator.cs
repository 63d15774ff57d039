using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace CloudPacs.Fhir.Validation;

/// <summary>
/// Says what is wrong with the JSON of a resource, in one pass over its bytes (FHIR R4 json.html, validation.html): the rules of JSON in
/// FHIR, members that the type does not have, cardinality, form of the values, codes of required value sets, targets of references and
/// contained resources. Profiles and the invariants of single types are not looked at.
/// </summary>
public static class FhirValidator
{
    [ThreadStatic]
    private static ProblemList? problems;

    public static ValidationResult Validate(ReadOnlySpan<byte> json)
    {
        var found = problems ??= new ProblemList();
        found.Begin("");
        string? type = null;
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        if (!Utf8.IsValid(json))
        {
            found.AddAt(ProblemSeverity.Fatal, "structure", "", "The text is not UTF-8.");
            return new ValidationResult(null, found.Take());
        }

        try
        {
            var walk = new ResourceWalk(json, found);
            type = walk.Run();
        }
        catch (JsonException e)
        {
            var place = string.Create(
                CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
            found.AddAt(ProblemSeverity.Fatal, "structure", "", $"The text is not JSON: {place}.");
        }
        catch (InvalidOperationException)
        {
            // So the reader says it of a name; of a value it is told with its place.
            found.AddAt(ProblemSeverity.Fatal, "structure", "", "A name has half of a surrogate pair, which is no character.");
        }

        return new ValidationResult(type, found.Take());
    }
}
