using System.Buffers;
using CloudPacs.Dicom;

namespace CloudPacs.Integration.Worklist;

/// <summary>
/// Attributes as entries keep them: encoded in explicit VR little endian and UTF-8. That takes a third of the DICOM JSON of the rows, is read
/// without decoding a value, and what is ASCII in it goes into an answer as it stands.
/// </summary>
internal static class EntryAttributes
{
    public static ReadOnlyMemory<byte> Encode(DataSet attributes)
    {
        if (attributes.Count == 0) return default;
        var buffer = new ArrayBufferWriter<byte>(512);
        DataSetWriter.Write(attributes, TransferSyntax.ExplicitVrLittleEndian, buffer, SpecificCharacterSet.Utf8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <param name="json">Attributes of a row as DICOM JSON, or nothing.</param>
    public static ReadOnlyMemory<byte> FromJson(ReadOnlyMemory<byte> json) => json.IsEmpty ? default : Encode(DicomJson.Read(json));

    /// <summary>Lays the attributes over those that <paramref name="target"/> has.</summary>
    public static void AddTo(DataSet target, ReadOnlyMemory<byte> encoded)
    {
        if (encoded.IsEmpty) return;
        foreach (var element in DataSetReader.Read(encoded, TransferSyntax.ExplicitVrLittleEndian))
            if (element.Tag != Tags.SpecificCharacterSet) target.Add(element);
    }
}
