namespace CloudPacs.Fhir.Definitions;

/// <summary>One element of a type as its StructureDefinition describes it (FHIR R4 elementdefinition.html).</summary>
public sealed class FhirElement
{
    /// <summary>The name as it is defined; a choice of types ends in <c>[x]</c>.</summary>
    public required string DefinedName { get; init; }

    /// <summary>The name in the JSON of a resource; of a choice, what stands before the type.</summary>
    public string Name => IsChoice ? DefinedName[..^3] : DefinedName;

    /// <summary>The type is part of the name: <c>valueQuantity</c> (FHIR R4 formats.html 2.6.0.2).</summary>
    public bool IsChoice => DefinedName.EndsWith("[x]", StringComparison.Ordinal);

    /// <summary>Its place among the elements of its type.</summary>
    public int Order { get; internal set; }

    public required int Min { get; init; }

    /// <summary>How often it may stand there; null for any number of times.</summary>
    public required int? Max { get; init; }

    public bool IsList => Max is null or > 1;

    public required bool IsSummary { get; init; }

    public required bool IsModifier { get; init; }

    /// <summary>An attribute of its parent in XML: ids, the url of an extension.</summary>
    public required bool IsXmlAttribute { get; init; }

    /// <summary>The types it may have, in the order of the definition.</summary>
    public required IReadOnlyList<ElementType> Types { get; init; }

    /// <summary>Canonical address of the value set that a code must be from; null where none is required.</summary>
    public required string? RequiredValueSet { get; init; }

    /// <summary>The elements inside, for an element that has no type of its own; null for all others.</summary>
    public FhirType? Inside { get; internal set; }
}

/// <summary>A type that an element may have.</summary>
/// <param name="Name">Name of the type, such as <c>CodeableConcept</c>.</param>
/// <param name="Targets">Resource types that a reference may point to; empty for any, and for all other types.</param>
public sealed record ElementType(string Name, IReadOnlyList<string> Targets);
