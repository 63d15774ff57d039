using System.Text.RegularExpressions;

namespace CloudPacs.Fhir.Formats;

/// <summary>Which primitive types of FHIR are a text, a number or a boolean in JSON (FHIR R4 json.html 2.6.2.3).</summary>
internal static partial class JsonScalars
{
    public static bool IsText(string type) => type is not ("boolean" or "decimal" or "integer" or "unsignedInt" or "positiveInt");

    /// <summary>The text of a value can stand in JSON as the kind that its type has there.</summary>
    public static bool Fits(string type, string value) => type switch
    {
        "boolean" => value is "true" or "false",
        "decimal" => Number().IsMatch(value),
        "integer" or "unsignedInt" or "positiveInt" => Integer().IsMatch(value),
        _ => true,
    };

    [GeneratedRegex("\\A-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex("\\A-?(?:0|[1-9][0-9]*)\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Integer();
}
