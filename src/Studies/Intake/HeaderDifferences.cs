using CloudPacs.Dicom;

namespace CloudPacs.Studies.Intake;

/// <summary>An attribute that two instances of one name do not share.</summary>
/// <param name="Tag">The attribute.</param>
/// <param name="Stored">Its values in the stored one; null when it has none.</param>
/// <param name="Received">The same in the one that came.</param>
public sealed record HeaderDifference(Tag Tag, string? Stored, string? Received);

/// <summary>Says where two instances of one name differ, for the person who takes one of them.</summary>
public static class HeaderDifferences
{
    private const int Most = 100, LongestValue = 200;

    public static IReadOnlyList<HeaderDifference> Between(DataSet stored, DataSet received)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(received);
        var found = new List<HeaderDifference>();
        foreach (var tag in stored.Concat(received).Select(static element => element.Tag).Distinct().Order())
        {
            var (before, after) = (Find(stored, tag), Find(received, tag));
            if (before is not null && after is not null && before.IsSameAs(after)) continue;
            if (found.Count == Most) break;
            found.Add(new HeaderDifference(tag, Text(before), Text(after)));
        }

        return found;
    }

    private static DataElement? Find(DataSet dataSet, Tag tag) => dataSet.TryGet(tag, out var element) ? element : null;

    /// <summary>Its values as far as they are text.</summary>
    private static string? Text(DataElement? element)
    {
        if (element is null) return null;
        if (element.VR == VR.SQ) return $"{element.Items.Count} items";
        var text = string.Join('\\', element.Values);
        if (text.Length == 0 && element.Bytes.Length > 0) return $"{element.Bytes.Length} bytes";
        return text.Length > LongestValue ? text[..LongestValue] + "…" : text;
    }
}
