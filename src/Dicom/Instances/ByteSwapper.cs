using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CloudPacs.Dicom;

/// <summary>
/// Writes a value that comes in pieces as little endian: whole numbers or words are turned round where it is big endian; bytes of one that
/// is not whole yet wait for the next piece.
/// </summary>
internal sealed class ByteSwapper(IBufferWriter<byte> output, bool isFromBigEndian)
{
    private readonly byte[] _carry = new byte[8];
    private int _carried;
    private int _unit = 1;

    /// <summary>A value of that representation begins.</summary>
    public void Start(VR vr) => _unit = isFromBigEndian ? vr == VR.AT ? 2 : VrRules.For(vr).UnitBytes : 1;

    public void Write(ReadOnlySpan<byte> piece)
    {
        if (_unit == 1) output.Write(piece);
        else WriteSwapped(piece);
    }

    /// <summary>The value ends; an incomplete last number stays as it is.</summary>
    public void End()
    {
        if (_carried == 0) return;
        output.Write(_carry.AsSpan(0, _carried));
        _carried = 0;
    }

    private void WriteSwapped(ReadOnlySpan<byte> piece)
    {
        while (_carried > 0 && !piece.IsEmpty)
        {
            _carry[_carried++] = piece[0];
            piece = piece[1..];
            if (_carried < _unit) continue;
            _carry.AsSpan(0, _unit).Reverse();
            output.Write(_carry.AsSpan(0, _unit));
            _carried = 0;
        }

        while (piece.Length >= _unit)
        {
            var span = output.GetSpan(_unit);
            var count = Math.Min(piece.Length, span.Length) / _unit * _unit;
            Swap(piece[..count], span[..count]);
            output.Advance(count);
            piece = piece[count..];
        }

        piece.CopyTo(_carry.AsSpan(_carried));
        _carried += piece.Length;
    }

    private void Swap(ReadOnlySpan<byte> from, Span<byte> to)
    {
        if (_unit == 2) BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(from), MemoryMarshal.Cast<byte, ushort>(to));
        else if (_unit == 4) BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(from), MemoryMarshal.Cast<byte, uint>(to));
        else BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ulong>(from), MemoryMarshal.Cast<byte, ulong>(to));
    }
}
