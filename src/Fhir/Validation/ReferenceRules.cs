using System.Text;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Validation;

/// <summary>What a reference points to, as far as its text tells it (FHIR R4 references.html 2.3.0.1).</summary>
internal static class ReferenceRules
{
    /// <summary>The type of the resource; null when the text does not tell it.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> reference)
    {
        if (reference.IndexOf("/_history/"u8) is >= 0 and var history) reference = reference[..history];
        if (reference.IndexOf((byte)'?') is > 0 and var criteria) return Known(LastPart(reference[..criteria]));
        var id = reference.LastIndexOf((byte)'/');
        return id > 0 && PrimitiveRules.IsId(reference[(id + 1)..]) ? Known(LastPart(reference[..id])) : null;
    }

    public static string WrongTarget(string type, IReadOnlyList<string> targets) =>
        $"The reference points to a {type}; it may point to {string.Join(" or ", targets)}.";

    private static ReadOnlySpan<byte> LastPart(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];

    private static string? Known(ReadOnlySpan<byte> name) => CheckedType.OfResource(name)?.Name;

    /// <summary>The type that Reference.type names; null when it is none of R4.</summary>
    public static string? Named(ReadOnlySpan<byte> type)
    {
        var prefix = "http://hl7.org/fhir/StructureDefinition/"u8;
        if (type.StartsWith(prefix)) type = type[prefix.Length..];
        return FhirDefinitions.Find(Encoding.UTF8.GetString(type)) is { IsResource: true, IsAbstract: false } found ? found.Name : null;
    }
}
