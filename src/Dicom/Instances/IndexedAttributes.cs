using System.Collections.Frozen;

namespace CloudPacs.Dicom;

/// <summary>Which attributes of an instance are kept when it passes, and how much of each.</summary>
public static partial class IndexedAttributes
{
    /// <summary>Longest value of an attribute that has no limit of its own, in bytes.</summary>
    public const int ValueBytes = 64 * 1024;

    /// <summary>Longest look-up table: 65,536 entries of 16 bits.</summary>
    public const int TableBytes = 160 * 1024;

    /// <summary>Longest sequence of functional groups.</summary>
    public const int GroupsBytes = 256 * 1024;

    /// <summary>Longest list of instances that a document is about: some 4,000 of them.</summary>
    public const int EvidenceBytes = 512 * 1024;

    private static readonly FrozenDictionary<uint, int> Limits = Rows.ToFrozenDictionary(row => row.Tag, row => row.MaxBytes);

    /// <summary>Most bytes of a top-level attribute that are kept; 0 when it is not indexed.</summary>
    public static int LimitOf(Tag tag)
    {
        if (Limits.TryGetValue(tag.Value, out var limit)) return limit;
        // The whole Image Pixel, VOI and palette group; of overlays everything but their bits.
        if (tag.Group == 0x0028) return tag.IsGroupLength ? 0 : ValueBytes;
        return tag is { Group: >= 0x6000 and <= 0x601E, IsPrivate: false, Element: > 0 and < 0x3000 } ? 256 : 0;
    }
}
