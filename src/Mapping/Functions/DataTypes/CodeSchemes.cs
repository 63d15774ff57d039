using System.Collections.Concurrent;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>
/// Coding schemes: HL7 table 0396 name to DICOM designator (PS3.16 8) and FHIR system, by the tables <c>schemes_dicom</c> and
/// <c>schemes</c>. What starts with 99, or is L or missing, is private to the site.
/// </summary>
internal static class CodeSchemes
{
    /// <summary>Characters in Coding Scheme Designator (0008,0102), VR SH.</summary>
    private const int DesignatorLimit = 16;

    private static readonly ConcurrentDictionary<string, string> LocalDesignators = new(StringComparer.Ordinal);

    /// <param name="scheme">As it was sent.</param>
    /// <param name="settings">The tables.</param>
    /// <param name="context">Counts what the tables lack; null when nobody does.</param>
    public static string Designator(string? scheme, MapSettings settings, EvalContext? context)
    {
        if (IsLocal(scheme)) return LocalDesignator(settings.Site);
        if (Listed(scheme!, "schemes_dicom", settings, context) is { } listed) return listed;
        var text = VrRules.Clean(scheme!, VR.LO);
        return VrRules.CountCharacters(text) <= DesignatorLimit ? text : LocalDesignator(settings.Site);
    }

    /// <summary>
    /// The scheme of table 0396 that a FHIR system is, the way back from <see cref="SystemUri"/>; null for the site's own.
    /// </summary>
    public static string? SchemeOf(string? system, MapSettings settings)
    {
        if (system is null || system == settings.LocalCodeSystem) return null;
        const string V2 = "http://terminology.hl7.org/CodeSystem/v2-";
        if (system.StartsWith(V2, StringComparison.Ordinal)) return "HL7" + system[V2.Length..];
        if (system.StartsWith(settings.SchemesUri + "/", StringComparison.Ordinal))
            return Uri.UnescapeDataString(system[(settings.SchemesUri.Length + 1)..]);
        var listed = settings.Tables.GetValueOrDefault("schemes")?.Rows.Where(row => row.To == system)
            .OrderBy(static row => row.From.Length).ThenBy(static row => row.From, StringComparer.Ordinal).FirstOrDefault();
        return listed?.From ?? system;
    }

    public static string SystemUri(string? scheme, EvalContext context)
    {
        if (IsLocal(scheme)) return context.Settings.LocalCodeSystem;
        if (scheme!.Contains("://", StringComparison.Ordinal) || scheme.StartsWith("urn:", StringComparison.Ordinal)) return scheme;
        if (V2Table(scheme) is { } number) return "http://terminology.hl7.org/CodeSystem/v2-" + number;
        return Listed(scheme, "schemes", context.Settings, context) ?? context.Settings.UriBelow(context.Settings.SchemesUri, scheme);
    }

    /// <summary>The URI of a scheme; null when it is not known.</summary>
    public static string? FindUri(string scheme, MapSettings settings)
    {
        if (scheme.StartsWith("http://", StringComparison.Ordinal) || scheme.StartsWith("https://", StringComparison.Ordinal)
            || scheme.StartsWith("urn:", StringComparison.Ordinal)) return scheme;
        if (scheme.Length == 7 && scheme.StartsWith("v2-", StringComparison.Ordinal)
            && scheme.AsSpan(3).IndexOfAnyExceptInRange('0', '9') < 0) return "http://terminology.hl7.org/CodeSystem/" + scheme;
        if (scheme.Length > 3 && scheme.StartsWith("v3-", StringComparison.Ordinal))
            return "http://terminology.hl7.org/CodeSystem/" + scheme;
        return settings.Tables.GetValueOrDefault("schemes")?.Find(scheme) is { To.Length: > 0 } row ? row.To : null;
    }

    public static string HintFor(string scheme, MapSettings settings) =>
        Hints.DidYouMean(scheme, settings.Tables.GetValueOrDefault("schemes")?.Rows.Select(row => row.From) ?? [],
            "Add it to the table schemes, or write its URI.");

    /// <summary>Whether a scheme that a map writes out means something: the site's own, a v2 table, a URI or one of the tables.</summary>
    public static bool IsKnown(string scheme, MapSettings settings) => IsLocal(scheme) || scheme.StartsWith("99", StringComparison.Ordinal)
        || V2Table(scheme) is not null || FindUri(scheme, settings) is not null
            || settings.Tables.GetValueOrDefault("schemes_dicom")?.Contains(scheme) == true;

    private static bool IsLocal(string? scheme) => string.IsNullOrEmpty(scheme) || scheme is "L" or "99zzz";

    /// <summary><c>99</c> and the site's short name, letters and digits in upper case.</summary>
    private static string LocalDesignator(string site) => LocalDesignators.GetOrAdd(site, static name =>
        name.Where(char.IsAsciiLetterOrDigit).Take(DesignatorLimit - 2).ToArray() is { Length: > 0 } kept
            ? "99" + new string(kept).ToUpperInvariant()
            : "99LOCAL");

    private static string? Listed(string scheme, string tableName, MapSettings settings, EvalContext? context)
    {
        if (scheme.StartsWith("99", StringComparison.Ordinal) || V2Table(scheme) is not null) return null;
        return FhirIdentifiers.Row(tableName, scheme, settings, context) is { To.Length: > 0 } row ? row.To : null;
    }

    /// <summary>The four digits of <c>HL70001</c> or <c>v2-0001</c>.</summary>
    private static string? V2Table(string scheme)
    {
        var digits = scheme.StartsWith("HL7", StringComparison.Ordinal) ? scheme.AsSpan(3)
            : scheme.StartsWith("v2-", StringComparison.Ordinal) ? scheme.AsSpan(3) : default;
        return digits.Length == 4 && digits.IndexOfAnyExceptInRange('0', '9') < 0 ? digits.ToString() : null;
    }
}
