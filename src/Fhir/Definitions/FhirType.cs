using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace CloudPacs.Fhir.Definitions;

/// <summary>A type of FHIR R4, or the elements inside one of its elements (FHIR R4 structuredefinition.html).</summary>
public sealed class FhirType
{
    /// <summary>More than the longest name of a member has.</summary>
    private const int LongestName = 64;

    private readonly Lazy<FrozenDictionary<string, (FhirElement Element, ElementType Type)>> _members;

    internal FhirType(string name, string kind, string? baseName, bool isAbstract, IReadOnlyList<FhirElement> elements)
    {
        (Name, BaseName, IsAbstract, Elements) = (name, baseName, isAbstract, elements);
        (IsResource, IsPrimitive) = (kind == "resource", kind == "primitive-type");
        for (var i = 0; i < elements.Count; i++) elements[i].Order = i;
        _members = new(() => Elements.SelectMany(MembersOf).ToFrozenDictionary(
            static m => m.Name, static m => (m.Element, m.Type), StringComparer.Ordinal));
    }

    /// <summary>Name of the type; of elements inside an element, the path to it, such as <c>ImagingStudy.series</c>.</summary>
    public string Name { get; }

    /// <summary>The type that this one specialises; null for the roots.</summary>
    public string? BaseName { get; }

    public bool IsAbstract { get; }

    public bool IsResource { get; }

    public bool IsPrimitive { get; }

    /// <summary>All elements with the inherited ones, in the order of the standard, which is the order in XML.</summary>
    public IReadOnlyList<FhirElement> Elements { get; }

    /// <summary>
    /// The element that a member of the JSON stands for, and its type: <c>valueQuantity</c> is <c>value[x]</c> as Quantity. Null for a name
    /// that the type does not have.
    /// </summary>
    public (FhirElement Element, ElementType Type)? Member(string name) =>
        _members.Value.TryGetValue(name, out var found) ? found : null;

    /// <summary>The same by the name as it stands in JSON and XML, in UTF-8.</summary>
    public (FhirElement Element, ElementType Type)? Member(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[LongestName];
        return name.Length <= LongestName && Ascii.ToUtf16(name, text, out var length) == OperationStatus.Done
            && _members.Value.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out var found)
            ? found
            : null;
    }

    private static IEnumerable<(string Name, FhirElement Element, ElementType Type)> MembersOf(FhirElement element) => element.IsChoice
        ? element.Types.Select(type => (element.Name + char.ToUpperInvariant(type.Name[0]) + type.Name[1..], element, type))
        : [(element.Name, element, element.Types[0])];
}
