using System.Collections.Concurrent;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Validation;

/// <summary>A type as the validator needs it: its members by their bytes, and what is mandatory.</summary>
internal sealed class CheckedType
{
    private static readonly ConcurrentDictionary<FhirType, CheckedType> Known = new();

    private readonly NameTable _names;

    private CheckedType(FhirType type)
    {
        Name = type.Name;
        IsReference = Name == "Reference";
        IsExtension = Name == "Extension";
        Members =
        [
            .. type.Elements.SelectMany((element, index) => MembersOf(element).Select(
                named => new CheckedMember(named.Name, element, named.Type, index, type)))
        ];
        _names = new NameTable([.. Members.Select(static m => m.Name)]);
        Words = (Math.Max(Members.Length, type.Elements.Count) + 63) / 64;
        Mandatory = [.. type.Elements.Select(static (element, index) => (index, element)).Where(static e => e.element.Min > 0)];
    }

    public string Name { get; }

    public bool IsReference { get; }

    public bool IsExtension { get; }

    public CheckedMember[] Members { get; }

    /// <summary>How many words of 64 bits have a bit for each member.</summary>
    public int Words { get; }

    public (int Index, FhirElement Element)[] Mandatory { get; }

    public static CheckedType Of(FhirType type) => Known.GetOrAdd(type, static type => new CheckedType(type));

    /// <summary>The resource type of a name; null when there is none, or it is abstract.</summary>
    public static CheckedType? OfResource(ReadOnlySpan<byte> name) =>
        Resources.Names.Find(name) is >= 0 and var at ? Resources.Types[at] : null;

    /// <summary>Place of a member; <paramref name="expected"/> is where it likely is, as most write in the order of the standard.</summary>
    public int Find(ReadOnlySpan<byte> name, int expected) =>
        expected < _names.Count && name.SequenceEqual(_names[expected]) ? expected : _names.Find(name);

    private static IEnumerable<(string Name, ElementType Type)> MembersOf(FhirElement element) => element.IsChoice
        ? element.Types.Select(type => (element.Name + char.ToUpperInvariant(type.Name[0]) + type.Name[1..], type))
        : [(element.Name, element.Types[0])];

    private static class Resources
    {
        public static readonly CheckedType[] Types = [.. FhirDefinitions.Resources.Select(Of)];
        public static readonly NameTable Names = new([.. FhirDefinitions.Resources.Select(static t => t.Name)]);
    }
}
