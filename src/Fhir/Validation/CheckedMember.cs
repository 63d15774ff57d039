using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Validation;

/// <summary>What the validator looks at besides the type of a value.</summary>
internal enum MemberRole : byte
{
    None,

    /// <summary>Reference.reference.</summary>
    ReferenceText,

    /// <summary>Reference.type.</summary>
    ReferenceType,

    /// <summary>The id of a resource.</summary>
    ResourceId,

    /// <summary>DomainResource.contained.</summary>
    Contained,

    /// <summary>What a contained resource must not have in its meta (dom-4, dom-5).</summary>
    OfWholeResource,

    /// <summary>An address, which may name a contained resource.</summary>
    Address,
}

/// <summary>A member of the JSON of a type.</summary>
internal sealed class CheckedMember
{
    private readonly FhirType? _type;
    private CheckedType? _checked;

    public CheckedMember(string name, FhirElement element, ElementType type, int index, FhirType owner)
    {
        Name = name;
        Path = element.Name;
        Index = index;
        IsList = element.IsList;
        Most = element.Max ?? int.MaxValue;
        IsChoice = element.IsChoice;
        TypeName = type.Name;
        Role = RoleOf(element, type, owner);
        IsResource = type.Name == "Resource";
        Primitive = element.Inside is not null ? PrimitiveKind.None
            : Role == MemberRole.ResourceId ? PrimitiveKind.Id : PrimitiveKinds.Of(type.Name);
        _type = Primitive == PrimitiveKind.None && !IsResource ? FhirDefinitions.TypeOf(element, type) : null;
        Codes = Primitive == PrimitiveKind.Code && element.RequiredValueSet is { } set ? ValueSets.Find(set) : null;
        Targets = type.Targets;
    }

    public string Name { get; }

    /// <summary>The name in FHIRPath, which is without the type of a choice.</summary>
    public string Path { get; }

    /// <summary>Place of the element, which the members of a choice share.</summary>
    public int Index { get; }

    public bool IsList { get; }

    public int Most { get; }

    public bool IsChoice { get; }

    public bool IsResource { get; }

    public string TypeName { get; }

    public PrimitiveKind Primitive { get; }

    public MemberRole Role { get; }

    public NameTable? Codes { get; }

    public IReadOnlyList<string> Targets { get; }

    /// <summary>The type of a value that is an object.</summary>
    public CheckedType Type => _checked ??= CheckedType.Of(_type!);

    private static MemberRole RoleOf(FhirElement element, ElementType type, FhirType owner) => (owner.Name, element.Name) switch
    {
        ("Reference", "reference") => MemberRole.ReferenceText,
        ("Reference", "type") => MemberRole.ReferenceType,
        ("Meta", "versionId" or "lastUpdated" or "security") => MemberRole.OfWholeResource,
        (_, "id") when owner.IsResource => MemberRole.ResourceId,
        (_, "contained") when owner.IsResource && type.Name == "Resource" => MemberRole.Contained,
        _ => type.Name is "uri" or "url" or "canonical" ? MemberRole.Address : MemberRole.None,
    };
}
