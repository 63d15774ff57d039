using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>The prefixes of numbers, dates and quantities (FHIR R4 search.html 3.1.1.4.5).</summary>
internal static class Prefixes
{
    /// <summary>Takes the prefix off a value; without one it is for equality.</summary>
    public static (Comparison Comparison, string Value) Take(string value) => value.Length < 3 || char.IsAsciiDigit(value[0])
        ? (Comparison.Equal, value)
        : value[..2] switch
        {
            "eq" => (Comparison.Equal, value[2..]),
            "ne" => (Comparison.NotEqual, value[2..]),
            "gt" => (Comparison.Greater, value[2..]),
            "lt" => (Comparison.Less, value[2..]),
            "ge" => (Comparison.GreaterOrEqual, value[2..]),
            "le" => (Comparison.LessOrEqual, value[2..]),
            "sa" => (Comparison.StartsAfter, value[2..]),
            "eb" => (Comparison.EndsBefore, value[2..]),
            "ap" => (Comparison.Overlaps, value[2..]),
            _ => (Comparison.Equal, value),
        };
}
