using System.Buffers;
using System.Buffers.Binary;

namespace CloudPacs.Store.Fhir;

/// <summary>
/// How the content of a resource stands in its column: short JSON is packed, as PostgreSQL leaves rows below 2 KB as they are; what is
/// longer than <see cref="Lz4Block.MaxText"/> is left to it.
/// </summary>
internal static class PackedContent
{
    // Packed: the number of the dictionary, two bytes of length, a block. Else it is JSON and starts with a brace, or empty.
    private const byte FirstDictionary = 1;
    private const int Head = 3;

    // Stored resources need it for ever: better words go into a second one.
    private static readonly Lz4Block Block = new(ReadDictionary("resource-words-1.txt"));

    public static ReadOnlyMemory<byte> Pack(ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty || content.Length > Lz4Block.MaxText) return content;
        var buffer = ArrayPool<byte>.Shared.Rent(Head + Lz4Block.MaxEncodedLength(content.Length));
        buffer[0] = FirstDictionary;
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(1), (ushort)content.Length);
        var length = Head + Block.Encode(content.Span, buffer.AsSpan(Head));
        byte[]? packed = length < content.Length ? buffer[..length] : null;
        ArrayPool<byte>.Shared.Return(buffer);
        return packed ?? content;
    }

    public static byte[] Unpack(byte[] stored) =>
        stored.Length > Head && stored[0] == FirstDictionary
            ? Block.Decode(stored.AsSpan(Head), BinaryPrimitives.ReadUInt16LittleEndian(stored.AsSpan(1)))
            : stored;

    private static byte[] ReadDictionary(string name)
    {
        using var resource = typeof(PackedContent).Assembly.GetManifestResourceStream(name)!;
        var words = new byte[resource.Length];
        resource.ReadExactly(words);
        return words;
    }
}
