using System.Buffers;
using System.Text.Json;

namespace CloudPacs.Dicom;

/// <summary>The DICOM JSON model (PS3.18 annex F): writes and reads data sets.</summary>
public static class DicomJson
{
    private const int InitialCapacity = 8 * 1024;
    private const int KeptCapacity = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    /// <summary>
    /// Writes one object. What <see cref="WebModel"/> does not have is left out; (0008,0005) is ISO_IR 192 when any text is not ASCII, else
    /// absent.
    /// </summary>
    /// <param name="dataSet">What to write.</param>
    /// <param name="writer">Where to; not flushed.</param>
    /// <param name="bulkDataUri">Gives the address under which a byte string can be had; null for none, then it is written inline
    /// (compressed pixel data are left out).</param>
    public static void Write(DataSet dataSet, Utf8JsonWriter writer, Func<DataElement, string?>? bulkDataUri = null)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        ArgumentNullException.ThrowIfNull(writer);
        DicomJsonWriter.WriteObject(dataSet, writer, new JsonForm(bulkDataUri), declaresCharacterSet: DicomJsonWriter.HasNonAscii(dataSet));
    }

    /// <summary>One object as UTF-8 bytes.</summary>
    public static byte[] ToUtf8Bytes(DataSet dataSet)
    {
        // Called several times a message: the buffer stays with its thread, unless bulk data have blown it up.
        var output = buffer ?? new ArrayBufferWriter<byte>(InitialCapacity);
        buffer = null;
        using (var writer = new Utf8JsonWriter(output)) Write(dataSet, writer);
        var bytes = output.WrittenSpan.ToArray();
        output.ResetWrittenCount();
        if (output.Capacity <= KeptCapacity) buffer = output;
        return bytes;
    }

    /// <summary>Reads one object that this library wrote, such as attributes kept in a database.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static DataSet Read(ReadOnlyMemory<byte> utf8) =>
        TryRead(utf8, null, out var dataSets, out var error) && dataSets is [var only]
            ? only
            : throw new FormatException(error ?? "One DICOM JSON object was expected.");

    /// <summary>Reads one object or an array of them. (0008,0005) is passed over: JSON is UTF-8 whatever it says.</summary>
    /// <param name="utf8">JSON text.</param>
    /// <param name="bulkData">Gives the bytes for a BulkDataURI; without it, or them, such an attribute is an error.</param>
    /// <param name="dataSets">The objects in order.</param>
    /// <param name="error">What is wrong and with which attribute, without any value.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> utf8, Func<string, ReadOnlyMemory<byte>?>? bulkData, out IReadOnlyList<DataSet> dataSets, out string? error)
    {
        var read = new List<DataSet>();
        dataSets = read;
        try
        {
            using var document = JsonDocument.Parse(
                utf8, new JsonDocumentOptions { MaxDepth = 3 * DataSetReaderOptions.Standard.MaxDepth, AllowDuplicateProperties = false });
            var reader = new DicomJsonReader(bulkData);
            if (document.RootElement.ValueKind != JsonValueKind.Array) read.Add(reader.ReadObject(document.RootElement));
            else foreach (var element in document.RootElement.EnumerateArray()) read.Add(reader.ReadObject(element));
            error = reader.Error;
        }
        catch (JsonException)
        {
            error = "The text is not JSON, or a member stands twice.";
        }
        catch (InvalidOperationException)
        {
            error = "The JSON holds a string that is not Unicode text."; // the reader finds this out when a string is taken
        }

        if (error != null) dataSets = [];
        return error == null;
    }
}
