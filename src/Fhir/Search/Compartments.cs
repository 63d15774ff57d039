namespace CloudPacs.Fhir.Search;

/// <summary>
/// Which resources belong to a patient or an encounter, by search parameters (FHIR R4 compartmentdefinition-patient.html).
/// </summary>
public static class Compartments
{
    private static readonly Dictionary<string, Dictionary<string, string[]>> All = new(StringComparer.Ordinal)
    {
        ["Patient"] = new(StringComparer.Ordinal)
        {
            ["Appointment"] = ["actor"], ["AuditEvent"] = ["patient"], ["Consent"] = ["patient"], ["DiagnosticReport"] = ["subject"],
            ["DocumentReference"] = ["subject", "author"], ["Encounter"] = ["patient"], ["Group"] = ["member"],
            ["ImagingStudy"] = ["patient"], ["List"] = ["subject", "source"], ["Media"] = ["subject"],
            ["Observation"] = ["subject", "performer"], ["Patient"] = ["link"], ["Procedure"] = ["patient", "performer"],
            ["Provenance"] = ["patient"], ["ServiceRequest"] = ["subject", "performer"], ["Task"] = ["patient", "focus"],
        },
        ["Encounter"] = new(StringComparer.Ordinal)
        {
            ["DiagnosticReport"] = ["encounter"], ["DocumentReference"] = ["encounter"], ["ImagingStudy"] = ["encounter"],
            ["List"] = ["encounter"], ["Media"] = ["encounter"], ["Observation"] = ["encounter"], ["Procedure"] = ["encounter"],
            ["ServiceRequest"] = ["encounter"], ["Task"] = ["encounter"],
        },
    };

    /// <summary>The types that have resources in a compartment; none for what has none.</summary>
    public static IEnumerable<string> TypesOf(string owner) => All.TryGetValue(owner, out var types) ? types.Keys : [];

    /// <summary>The parameters of a type, of which one must refer to the owner.</summary>
    public static IReadOnlyList<string> ParametersOf(string owner, string type) =>
        All.TryGetValue(owner, out var types) && types.TryGetValue(type, out var parameters) ? parameters : [];
}
