using CloudPacs.Dicom;

namespace CloudPacs.Domain;

/// <summary>Stored attributes (DICOM JSON, PS3.18 F) and how commands change them.</summary>
public static class Attributes
{
    /// <exception cref="InvalidDataException">What is stored is not one data set in DICOM JSON: the row was damaged.</exception>
    public static DataSet Read(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty) return new DataSet();
        return DicomJson.TryRead(json, null, out var dataSets, out var error) && dataSets is [var stored]
            ? stored
            : throw new InvalidDataException($"Stored attributes cannot be read: {error ?? "not one data set"}.");
    }

    public static ReadOnlyMemory<byte> Write(DataSet attributes) => DicomJson.ToUtf8Bytes(attributes);

    /// <summary>
    /// Changes what is stored by what a command says: an attribute that is missing is kept, an empty one empties it, a value replaces the
    /// whole attribute, a sequence with all its items.
    /// </summary>
    /// <param name="takes">Which attributes may change; null = all.</param>
    /// <returns>Whether an attribute that may not change would have become another.</returns>
    public static bool Merge(DataSet stored, DataSet news, Predicate<Tag>? takes = null)
    {
        var leftOut = false;
        foreach (var element in news)
        {
            if (takes is null || takes(element.Tag)) stored.Add(element);
            else leftOut |= !Same(stored, element);
        }

        return leftOut;
    }

    private static bool Same(DataSet stored, DataElement element)
    {
        if (!stored.TryGet(element.Tag, out var held)) return element.IsEmpty;
        return Write(new DataSet().Add(held)).Span.SequenceEqual(Write(new DataSet().Add(element)).Span);
    }
}
