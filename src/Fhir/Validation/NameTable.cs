using System.Buffers.Binary;
using System.Text;

namespace CloudPacs.Fhir.Validation;

/// <summary>Finds one of some names by its UTF-8 bytes, without making a text of it.</summary>
internal sealed class NameTable
{
    private readonly byte[][] _names;
    private readonly int[] _slots;

    public NameTable(IReadOnlyList<string> names)
    {
        _names = [.. names.Select(Encoding.UTF8.GetBytes)];
        _slots = new int[PowerOfTwo(names.Count * 2)];
        for (var i = 0; i < _names.Length; i++)
        {
            var slot = SlotOf(_names[i]);
            while (_slots[slot] != 0) slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = i + 1;
        }
    }

    public ReadOnlySpan<byte> this[int index] => _names[index];

    public int Count => _names.Length;

    /// <summary>Place of the name; -1 when it is none of these.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        for (var slot = SlotOf(name); _slots[slot] is var found and not 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (name.SequenceEqual(_names[found - 1])) return found - 1;
        }

        return -1;
    }

    private int SlotOf(ReadOnlySpan<byte> name)
    {
        ulong first = 0, last = 0;
        if (name.Length >= 8)
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(name);
            last = BinaryPrimitives.ReadUInt64LittleEndian(name[^8..]);
        }
        else
        {
            foreach (var one in name) first = (first << 8) | one;
        }

        var mixed = (first * 0x9E3779B97F4A7C15) ^ ((last + (ulong)name.Length) * 0xC2B2AE3D27D4EB4F);
        return (int)(mixed >> 40) & (_slots.Length - 1);
    }

    private static int PowerOfTwo(int count) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 2));
}
