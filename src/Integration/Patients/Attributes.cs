using System.Buffers;
using System.Text.Json;
using CloudPacs.Dicom;

namespace CloudPacs.Integration.Patients;

/// <summary>Stored attributes (DICOM JSON, PS3.18 F) and how a message changes them.</summary>
internal static class Attributes
{
    public static DataSet Read(ReadOnlyMemory<byte> json) => json.IsEmpty ? new DataSet() : DicomJson.Read(json.Span);

    public static ReadOnlyMemory<byte> Write(DataSet attributes)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer)) DicomJson.Write(attributes, writer);
        return buffer.WrittenMemory;
    }

    /// <summary>
    /// Lays what a message says over what is stored: an attribute that is missing is kept, an empty one empties it, a value replaces the
    /// whole attribute, a sequence with all its items (mapping reference, notation).
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
