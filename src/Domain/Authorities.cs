using CloudPacs.Dicom;
using CloudPacs.Store;

namespace CloudPacs.Domain;

/// <summary>Numbers without an assigning authority take one, so that no two of them are ever compared as bare strings.</summary>
internal static class Authorities
{
    /// <summary>A default that is written as numbers and dots is an OID (universal id), any other a namespace.</summary>
    public static Identifier Scoped(Identifier number, string? authority)
    {
        if (number.HasAuthority || string.IsNullOrEmpty(authority)) return number;
        return authority.Contains('.', StringComparison.Ordinal) && authority.All(static c => c == '.' || char.IsAsciiDigit(c))
            ? number with { UniversalId = authority, UniversalIdType = "ISO" }
            : number with { Namespace = authority };
    }

    /// <summary>The authority in words, for names of derived UIDs: universal id, else namespace.</summary>
    public static string Name(Identifier number) => number.UniversalId ?? number.Namespace ?? "";

    /// <summary>
    /// Writes the authority of a number; what DICOM has no type for is left out, and the sequence with it when nothing stays.
    /// </summary>
    public static void Set(DataSet attributes, Tag sequence, Identifier number)
    {
        if (HierarchicDesignator.Item(number.Namespace, number.UniversalId, number.UniversalIdType ?? "ISO") is { } item)
            attributes.SetSequence(sequence, item);
        else attributes.Remove(sequence);
    }
}
