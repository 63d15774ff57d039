using System.Buffers;
using System.Text.Json;

namespace CloudPacs.Fhir.Editing;

/// <summary>Values of a JSON text that are replaced; everything between them stays byte by byte.</summary>
internal sealed class JsonEdits
{
    private readonly List<(int Start, int Length, byte[] Value)> _edits = [];

    public bool IsEmpty => _edits.Count == 0;

    /// <summary>Replaces the string at which the reader is; edits are made in the order of the text.</summary>
    public void Replace(in Utf8JsonReader reader, string value)
    {
        var start = (int)reader.TokenStartIndex;
        _edits.Add((start, (int)reader.BytesConsumed - start, JsonSerializer.SerializeToUtf8Bytes(value, JsonText.Options)));
    }

    public byte[] ApplyTo(ReadOnlySpan<byte> json)
    {
        var result = new ArrayBufferWriter<byte>(json.Length + 256);
        var at = 0;
        foreach (var (start, length, value) in _edits)
        {
            result.Write(json[at..start]);
            result.Write(value);
            at = start + length;
        }

        result.Write(json[at..]);
        return result.WrittenSpan.ToArray();
    }
}
