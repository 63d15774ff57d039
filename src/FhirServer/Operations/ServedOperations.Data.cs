
namespace CloudPacs.FhirServer.Operations;

/// <summary>The operations of this server, by id; the one table that routes, refusals and declarations are made from.</summary>
internal static class ServedOperations
{
    private static readonly OperationParameter[] OfEverything =
    [
        new("_since", "instant", "Only what changed since then."),
        new("_type", "code", "Only resources of these types, with commas between them.") { Repeats = true },
        new("_count", "integer", "The most resources of a page; without it all are in one, up to 1000."),
        new(EverythingOperation.Page, "string", "Where a page begins, as a link has it."),
        Output("return", "Bundle", "A searchset."),
    ];

    private static readonly OperationParameter[] OfMeta =
    [
        new("meta", "Meta", "Profiles, tags and security labels.") { IsMandatory = true },
        Output("return", "Meta", "What the resource has then."),
    ];

    public static IReadOnlyList<FhirOperation> All { get; } =
    [
        new("everything", OperationLevels.Instance, EverythingOperation.RunAsync)
        {
            Id = "Encounter-everything",
            Description = "What refers to an encounter, and what that refers to.",
            IsFor = static type => type.Name == "Encounter",
            Parameters = OfEverything,
        },
        new("lastn", OperationLevels.Type, LastObservations.RunAsync)
        {
            Id = "Observation-lastn",
            Description = "The last observations of each code. A patient or subject must be named.",
            IsFor = static type => type.Name == "Observation",
            TakesSearchParameters = true,
            Parameters =
            [
                new("max", "positiveInt", "How many of each code; 1 without it."), Output("return", "Bundle", "A searchset."),
            ],
        },
        new("everything", OperationLevels.Instance, EverythingOperation.RunAsync)
        {
            Id = "Patient-everything",
            Description = "A patient, all in the patient's compartment, and what that refers to.",
            IsFor = static type => type.Name == "Patient",
            Parameters =
            [
                new("start", "date", "Only care from this day on; what has no date stays."),
                new("end", "date", "Only care to this day; what has no date stays."),
                .. OfEverything,
            ],
        },
        new("match", OperationLevels.Type, MatchOperation.RunAsync)
        {
            Id = "Patient-match",
            Description = "Patients who are likely the same as one that is described, the likeliest first.",
            IsFor = static type => type.Name == "Patient",
            Parameters =
            [
                new("resource", "Resource", "What is known of the patient.") { IsMandatory = true },
                new("onlyCertainMatches", "boolean", "Only a certain match, and only when there is one such."),
                new("count", "integer", "The most patients; 20 without it."),
                Output("return", "Bundle", "A searchset, each entry with a score and a grade."),
            ],
        },
        new("create-order", OperationLevels.Type, CreateOrderOperation.RunAsync)
        {
            Id = "ServiceRequest-create-order",
            IsOfStandard = false,
            Description = "Places an order: the entry of the worklist, the numbers and the messages of an order by HL7 v2.",
            IsFor = static type => type.Name == "ServiceRequest",
            ChangesState = true,
            Parameters =
            [
                new(CreateOrderOperation.Order, "Bundle", "A ServiceRequest, with its Tasks, Patient and Encounter where they are new.")
                {
                    IsMandatory = true,
                },
                Output("return", "Bundle", "What was made, as a transaction answers it."),
            ],
        },
        new("meta", OperationLevels.Instance, MetaOperations.ReadAsync)
        {
            Id = "Resource-meta",
            Description = "The meta of a resource.",
            IsFor = static type => type.IsVersioned,
            Parameters = [Output("return", "Meta", "The meta.")],
        },
        new("meta-add", OperationLevels.Instance, MetaOperations.AddAsync)
        {
            Id = "Resource-meta-add",
            Description = "Adds profiles, tags and security labels to a resource, which gets a new version.",
            IsFor = static type => type.Can(TypeInteractions.Update),
            ChangesState = true,
            Parameters = OfMeta,
        },
        new("meta-delete", OperationLevels.Instance, MetaOperations.DeleteAsync)
        {
            Id = "Resource-meta-delete",
            Description = "Takes profiles, tags and security labels from a resource, which gets a new version.",
            IsFor = static type => type.Can(TypeInteractions.Update),
            ChangesState = true,
            Parameters = OfMeta,
        },
        new("validate", OperationLevels.Type | OperationLevels.Instance, ValidateOperation.RunAsync)
        {
            Id = "Resource-validate",
            Description = "Says what is wrong with a resource, by the definitions of FHIR R4, their invariants, and a profile.",
            IsFor = static type => type.Name != "Binary",
            Parameters =
            [
                new("resource", "Resource", "The resource; of mode delete none."),
                new("mode", "code", "What is to be done with it: create, update, delete, profile."),
                new("profile", "uri", "A profile that it is to meet.") { Repeats = true },
                Output("return", "OperationOutcome", "What was found."),
            ],
        },
        new("expand", OperationLevels.Type | OperationLevels.Instance, TerminologyOperations.ExpandAsync)
        {
            Id = "ValueSet-expand",
            Description = "The codes of a value set: of FHIR R4, of the site, or given in the request.",
            IsFor = static type => type.Name == "ValueSet",
            Parameters =
            [
                new("url", "uri", "Canonical address of the value set."), new("valueSet", "ValueSet", "The value set itself."),
                new("filter", "string", "Only codes that have this in their code or display."),
                new("offset", "integer", "How many codes are passed over."), new("count", "integer", "The most codes."),
                Output("return", "ValueSet", "The value set with its expansion."),
            ],
        },
        new("validate-code", OperationLevels.Type | OperationLevels.Instance, TerminologyOperations.ValidateAsync)
        {
            Id = "ValueSet-validate-code",
            Description = "Whether a code is in a value set: of FHIR R4, of the site, or given in the request.",
            IsFor = static type => type.Name == "ValueSet",
            Parameters =
            [
                new("url", "uri", "Canonical address of the value set."), new("valueSet", "ValueSet", "The value set itself."),
                new("code", "code", "The code."), new("system", "uri", "Its code system."),
                new("display", "string", "Its display, which must be right then."), new("coding", "Coding", "A code with its system."),
                new("codeableConcept", "CodeableConcept", "Codes of which one must be in it."),
                Output("result", "boolean", "Whether it is in it."), Output("message", "string", "Why not."),
                Output("display", "string", "The display that it has in the code system."),
            ],
        },
    ];

    /// <summary>The operations of a type.</summary>
    public static IEnumerable<FhirOperation> Of(ServedType type) => All.Where(operation => operation.Types.Contains(type));

    /// <summary>The operation at a path below the base; null when there is none.</summary>
    public static FhirOperation? At(string[] path) => path switch
    {
        [['$', .. var code]] => Find(code, OperationLevels.System, null),
        [var type, ['$', .. var code]] => Find(code, OperationLevels.Type, ServedTypes.Find(type)),
        [var type, _, ['$', .. var code]] => Find(code, OperationLevels.Instance, ServedTypes.Find(type)),
        _ => null,
    };

    /// <summary>An operation by its name, which is case-sensitive; null when that level of that type has none.</summary>
    public static FhirOperation? Find(string code, OperationLevels level, ServedType? type) => All.FirstOrDefault(
        operation => operation.Code == code && operation.Levels.HasFlag(level)
            && (level == OperationLevels.System || (type is not null && operation.IsFor(type))));

    private static OperationParameter Output(string name, string type, string text) => new(name, type, text) { IsOutput = true };
}
