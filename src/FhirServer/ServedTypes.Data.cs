namespace CloudPacs.FhirServer;

/// <summary>The resource types of this server, by name; the one table that routes, refusals and the CapabilityStatement are made from.</summary>
public static class ServedTypes
{
    /// <summary>What the engine writes from rows and messages.</summary>
    private const TypeInteractions Kept = TypeInteractions.Read | TypeInteractions.Vread;

    /// <summary>Types that are in the plan of this server and have no resources yet.</summary>
    private const TypeInteractions ToCome = TypeInteractions.None;

    public static IReadOnlyList<ServedType> All { get; } =
    [
        new("Appointment", Kept),
        new("AuditEvent", ToCome),
        // Content never changes under its id, so it has no versions.
        new("Binary", TypeInteractions.Read),
        new("Bundle", ToCome),
        new("Consent", ToCome),
        new("Device", ToCome),
        new("DiagnosticReport", Kept),
        new("DocumentReference", ToCome),
        new("Encounter", Kept),
        new("Endpoint", Kept),
        new("Group", ToCome),
        new("ImagingStudy", Kept),
        new("List", ToCome),
        new("Location", ToCome),
        new("Media", ToCome),
        new("Observation", Kept),
        new("OperationDefinition", ToCome),
        new("Organization", ToCome),
        new("Patient", Kept),
        new("Practitioner", ToCome),
        new("PractitionerRole", ToCome),
        new("Procedure", Kept),
        new("Provenance", ToCome),
        new("SearchParameter", ToCome),
        new("ServiceRequest", Kept),
        new("Subscription", ToCome),
        new("Task", Kept),
    ];

    private static readonly Dictionary<string, ServedType> ByName =
        All.Where(static type => type.IsServed).ToDictionary(static type => type.Name, StringComparer.Ordinal);

    /// <summary>The types that something can be done with, by name.</summary>
    public static IEnumerable<ServedType> Served => ByName.Values;

    /// <summary>A type by its name, which is case-sensitive; null when nothing can be done with it.</summary>
    public static ServedType? Find(string name) => ByName.GetValueOrDefault(name);
}
