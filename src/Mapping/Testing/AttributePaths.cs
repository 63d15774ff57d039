using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Testing;

/// <summary>
/// Attributes of a data set by paths of keywords or tags; <c>/</c> goes into the first item of a sequence, <c>/2/</c> into the second.
/// </summary>
internal static class AttributePaths
{
    /// <summary>The value at a path. Empty = zero length, null = not there.</summary>
    public static string? Read(DataSet data, string path)
    {
        if (StepsOf(path) is not [.. var into, var last]) return null;
        foreach (var (tag, item) in into)
        {
            if (data.GetItems(tag) is not { } items || items.Count < item) return null;
            data = items[item - 1];
        }

        if (!data.TryGet(last.Tag, out var element)) return null;
        if (element.VR != VR.SQ) return string.Join('\\', element.Values);
        return element.Items.Count == 0 ? "" : $"{element.Items.Count} items";
    }

    /// <summary>Writes a value at a path; items that it leads through are made. False when the path leads nowhere or cannot
    /// hold the value.</summary>
    public static bool TryWrite(DataSet data, string path, string value)
    {
        if (StepsOf(path) is not [.. var into, var last]) return false;
        foreach (var (tag, item) in into)
        {
            if (!DicomDictionary.TryGet(tag, out var known) || known.VR != VR.SQ) return false;
            List<DataSet> items = [.. data.GetItems(tag)];
            if (items.Count < item - 1) return false;
            if (items.Count < item)
            {
                items.Add(new DataSet());
                data.SetSequence(tag, [.. items]);
            }

            data = items[item - 1];
        }

        try
        {
            if (value.Length == 0) data.SetEmpty(last.Tag);
            else data.Set(last.Tag, value);
            return true;
        }
        catch (ArgumentException)
        {
            return false; // a representation that holds no text, or not this one
        }
    }

    /// <returns>None when a part is no attribute.</returns>
    private static List<(Tag Tag, int Item)> StepsOf(string path)
    {
        List<(Tag, int)> steps = [];
        var parts = path.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            if (DicomKeywords.Find(parts[i]) is not { } attribute) return [];
            var item = 1;
            if (i + 1 < parts.Length && parts[i + 1].Length < 8
                && int.TryParse(parts[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            {
                item = number;
                i++;
            }

            steps.Add((attribute.Tag, item));
        }

        return steps;
    }
}
