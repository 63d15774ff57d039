namespace CloudPacs.FhirServer;

/// <summary>A resource type of this server and what works with it: routes, refusals and the CapabilityStatement follow from it.</summary>
/// <param name="Name">Name of the type in FHIR R4.</param>
/// <param name="Interactions">What works; none for a type that is to come, which is not declared.</param>
/// <param name="Origin">Where its resources come from, when no client writes them.</param>
public sealed record ServedType(string Name, TypeInteractions Interactions, string? Origin = null)
{
    private static readonly (TypeInteractions Interaction, string Code)[] Codes =
    [
        (TypeInteractions.Read, "read"), (TypeInteractions.Vread, "vread"), (TypeInteractions.Update, "update"),
        (TypeInteractions.Patch, "patch"), (TypeInteractions.Delete, "delete"),
        (TypeInteractions.HistoryInstance, "history-instance"), (TypeInteractions.HistoryType, "history-type"),
        (TypeInteractions.Create, "create"), (TypeInteractions.SearchType, "search-type"),
    ];

    /// <summary>A type without any interaction is not served.</summary>
    public bool IsServed => Interactions != TypeInteractions.None;

    /// <summary>An update may create, as clients give the ids; those of rows are the server's.</summary>
    public bool TakesIds => Can(TypeInteractions.Update) && Origin is null;

    /// <summary>What its resources are found by stands in the index: others can be searched by way of them.</summary>
    public bool IsIndexed => Can(TypeInteractions.SearchType) && Name != "AuditEvent";

    /// <summary>Former versions can be read.</summary>
    public bool IsVersioned => Can(TypeInteractions.Vread);

    /// <summary>The codes of what works (value set type-restful-interaction).</summary>
    public IEnumerable<string> InteractionCodes => Codes.Where(pair => Can(pair.Interaction)).Select(static pair => pair.Code);

    /// <summary>Code of value set versioning-policy.</summary>
    public string Versioning => !IsVersioned ? "no-version" : Can(TypeInteractions.Update) ? "versioned-update" : "versioned";

    public bool Can(TypeInteractions interaction) => (Interactions & interaction) == interaction;
}
