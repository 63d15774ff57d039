using System.Globalization;
using CloudPacs.Dicom;

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
                    AttributePaths.Read(entries[i], path)) is { } difference) differences.Add(difference);
            }
        }

        return differences;
    }
}
