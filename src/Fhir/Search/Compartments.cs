namespace CloudPacs.Fhir.Search;

/// <summary>
/// Which resources belong to a patient, an encounter, a practitioner or a device, by search parameters (FHIR R4
/// compartmentdefinition.html). The owner belongs to its compartment too.
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
        ["Practitioner"] = new(StringComparer.Ordinal)
        {
            ["Appointment"] = ["actor"], ["AuditEvent"] = ["agent"], ["DiagnosticReport"] = ["performer"],
            ["DocumentReference"] = ["subject", "author", "authenticator"], ["Encounter"] = ["practitioner", "participant"],
            ["Group"] = ["member"], ["List"] = ["source"], ["Media"] = ["subject", "operator"], ["Observation"] = ["performer"],
            ["Patient"] = ["general-practitioner"], ["PractitionerRole"] = ["practitioner"], ["Procedure"] = ["performer"],
            ["Provenance"] = ["agent"], ["ServiceRequest"] = ["performer", "requester"],
        },
        ["Device"] = new(StringComparer.Ordinal)
        {
            ["Appointment"] = ["actor"], ["AuditEvent"] = ["agent"], ["DiagnosticReport"] = ["subject"],
            ["DocumentReference"] = ["subject", "author"], ["Group"] = ["member"], ["List"] = ["subject", "source"],
            ["Media"] = ["subject"], ["Observation"] = ["subject", "device"], ["Provenance"] = ["agent"],
            ["ServiceRequest"] = ["performer", "requester"],
        },
    };

    /// <summary>The types whose resources have compartments.</summary>
    public static IEnumerable<string> Owners => All.Keys;

    /// <summary>The types that have resources in a compartment; none for what has none.</summary>
    public static IEnumerable<string> TypesOf(string owner) => All.TryGetValue(owner, out var types) ? types.Keys : [];

    /// <summary>The parameters of a type, of which one must refer to the owner.</summary>
    public static IReadOnlyList<string> ParametersOf(string owner, string type) =>
        All.TryGetValue(owner, out var types) && types.TryGetValue(type, out var parameters) ? parameters : [];
}
