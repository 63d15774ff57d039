namespace CloudPacs.FhirServer;

/// <summary>The resource types of this server, by name; the one table that routes, refusals and the CapabilityStatement are made from.</summary>
public static class ServedTypes
{
    /// <summary>What the engine writes from rows and messages.</summary>
    private const TypeInteractions Kept = TypeInteractions.Read | TypeInteractions.Vread | TypeInteractions.HistoryInstance
        | TypeInteractions.HistoryType | TypeInteractions.SearchType;

    /// <summary>What rows of the domain show: a client's own elements are kept, and what follows from rows is a command or refused.</summary>
    private const TypeInteractions Shared = Kept | TypeInteractions.Update | TypeInteractions.Patch;

    /// <summary>The same, where a new resource is a command: an order, a booking, a registration.</summary>
    private const TypeInteractions Asked = Shared | TypeInteractions.Create;

    /// <summary>What no row of the domain shows: clients write it.</summary>
    private const TypeInteractions Written = Kept | TypeInteractions.Create | TypeInteractions.Update | TypeInteractions.Patch
        | TypeInteractions.Delete;

    private const string ByMessages = "HL7v2 messages and the commands of /api";

    private const string ByModalities = "images and performed procedure steps of modalities";

    public static IReadOnlyList<ServedType> All { get; } =
    [
        new("Appointment", Asked, ByMessages),
        // Made of the audit trail when somebody asks.
        new("AuditEvent", TypeInteractions.Read | TypeInteractions.SearchType, "what is done, as it is done"),
        // Content never changes under its id, so it has no versions.
        new("Binary", TypeInteractions.Read, "HL7v2 messages with documents"),
        new("Bundle", Written),
        new("CodeSystem", Written),
        new("Consent", Written),
        new("Device", Written),
        new("DiagnosticReport", Shared, ByMessages),
        new("DocumentReference", Written),
        new("Encounter", Asked, ByMessages),
        new("Endpoint", Kept, "the settings of the server"),
        new("Group", Written),
        new("ImagingStudy", Shared, ByModalities),
        new("List", Written),
        new("Location", Written),
        new("Media", Written),
        new("Observation", Shared, ByMessages),
        new("OperationDefinition", Kept, "the program"),
        new("Organization", Written),
        new("Patient", Asked, ByMessages),
        new("Practitioner", Written),
        new("PractitionerRole", Written),
        new("Procedure", Shared, ByModalities),
        new("Provenance", Written),
        new("SearchParameter", Written),
        new("ServiceRequest", Asked, ByMessages),
        new("StructureDefinition", Written),
        new("Subscription", Written),
        new("Task", Asked, ByMessages),
        new("ValueSet", Written),
    ];

    private static readonly Dictionary<string, ServedType> ByName =
        All.Where(static type => type.IsServed).ToDictionary(static type => type.Name, StringComparer.Ordinal);

    /// <summary>The types that something can be done with, by name.</summary>
    public static IEnumerable<ServedType> Served => ByName.Values;

    /// <summary>A type by its name, which is case-sensitive; null when nothing can be done with it.</summary>
    public static ServedType? Find(string name) => ByName.GetValueOrDefault(name);
}
