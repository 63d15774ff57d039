using System.Collections.Frozen;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Formats;

/// <summary>
/// A part of a resource: what <c>_summary</c> and <c>_elements</c> ask for (FHIR R4 search.html 3.1.1.5.8, 3.1.1.5.9), marked SUBSETTED.
/// Mandatory elements, id and meta stay in every view.
/// </summary>
public sealed class ResourceView
{
    private readonly Func<FhirElement, bool> _isWanted;

    private ResourceView(Func<FhirElement, bool> isWanted, bool goesInside = false) => (_isWanted, GoesInside) = (isWanted, goesInside);

    /// <summary>The elements that are marked as summary, and of those again what is marked: an ImagingStudy has no instances.</summary>
    public static ResourceView Summary { get; } = new(static element => element.IsSummary, goesInside: true);

    /// <summary>The narrative, and what is mandatory.</summary>
    public static ResourceView Text { get; } = new(static element => element.Name == "text");

    /// <summary>All but the narrative.</summary>
    public static ResourceView Data { get; } = new(static element => element.Name != "text");

    /// <summary>Some elements of the resource.</summary>
    /// <param name="names">Names of its own elements; of a choice with or without the type.</param>
    public static ResourceView Elements(IEnumerable<string> names)
    {
        var wanted = names.ToFrozenSet(StringComparer.Ordinal);
        return new(element => wanted.Contains(element.Name)
            || (element.IsChoice && element.Types.Any(type => wanted.Contains(NameOf(element, type)))));
    }

    /// <summary>What is left out inside of elements follows the same rule.</summary>
    internal bool GoesInside { get; }

    /// <summary>The part of a resource.</summary>
    /// <param name="json">The resource, well-formed; what its type does not have is left out.</param>
    public ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> json) => new ViewWriter(this, json).Write();

    /// <summary>An element of the resource, or where <see cref="GoesInside"/> of an element, stays.</summary>
    internal bool Keeps(FhirElement element, bool isTop) =>
        element.Min > 0 || _isWanted(element) || (isTop && element.Name is "id" or "meta" or "implicitRules" or "modifierExtension");

    private static string NameOf(FhirElement element, ElementType type) =>
        element.Name + char.ToUpperInvariant(type.Name[0]) + type.Name[1..];
}
