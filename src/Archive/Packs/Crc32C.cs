using System.Numerics;
using System.Runtime.InteropServices;

namespace CloudPacs.Archive.Packs;

/// <summary>CRC-32C (Castagnoli, RFC 3720 B.4), by the processor's own instruction where it has one.</summary>
internal struct Crc32C
{
    public uint Value { get; private set; }

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32C();
        crc.Append(bytes);
        return crc.Value;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var state = ~Value;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) state = BitOperations.Crc32C(state, word);
        foreach (var rest in bytes[(words.Length * sizeof(ulong))..]) state = BitOperations.Crc32C(state, rest);
        Value = ~state;
    }
}
