using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Testing;

/// <summary>
/// Compares worklist entries with <c>expect.mwl</c>: their number must be equal, in each only the named paths are compared.
/// </summary>
internal static class WorklistComparer
{
    /// <summary>All differences; none when the entries are as expected.</summary>
    public static IReadOnlyList<string> Compare(IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> expected,
        IReadOnlyList<DataSet> entries)
    {
        if (expected.Count != entries.Count)
            return [string.Create(CultureInfo.InvariantCulture,
                $"mwl: expected {expected.Count} {(expected.Count == 1 ? "entry" : "entries")}, got {entries.Count}")];
        List<string> differences = [];
        for (var i = 0; i < entries.Count; i++)
        {
            foreach (var (path, value) in expected[i])
            {
                if (Expected.Difference(string.Create(CultureInfo.InvariantCulture, $"mwl[{i}].{path}"), value,
                    Read(entries[i], path)) is { } difference) differences.Add(difference);
            }
        }

        return differences;
    }

    /// <summary>
    /// The value at a path of keywords or tags; <c>/</c> goes into the first item, <c>/2/</c> into the second. Empty = zero length, null =
    /// not there.
    /// </summary>
    public static string? Read(DataSet entry, string path)
    {
        var data = entry;
        var parts = path.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            if (DicomKeywords.Find(parts[i]) is not { } attribute) return null;
            if (!data.TryGet(attribute.Tag, out var element)) return null;
            if (i == parts.Length - 1)
                return attribute.VR == VR.SQ ? element.Items.Count == 0 ? "" : $"{element.Items.Count} items"
                    : string.Join('\\', element.Values);
            var item = 1;
            if (int.TryParse(parts[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && parts[i + 1].Length < 8)
            {
                item = number;
                i++;
            }

            if (element.Items.Count < item || item < 1) return null;
            data = element.Items[item - 1];
        }

        return null;
    }
}
