using System.Buffers.Binary;
using CloudPacs.Dicom;

namespace CloudPacs.Protocols.Tests.Dicom.Instances;

/// <summary>Makes encoded data sets element by element, also such as no writer should make. Explicit little endian unless told otherwise.</summary>
internal sealed class Wire(bool isExplicitVr = true)
{
    private readonly List<byte> _bytes = [];

    public const uint Undefined = 0xFFFFFFFF;

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public Wire Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public Wire Element(uint tag, string vr, byte[] value) => Head(tag, vr, (uint)value.Length).Raw(value);

    public Wire Text(uint tag, string vr, string value) => Element(tag, vr, System.Text.Encoding.Latin1.GetBytes(value));

    public Wire Number(uint tag, ushort value) => Element(tag, "US", [(byte)value, (byte)(value >> 8)]);

    public Wire Head(uint tag, string vr, uint length)
    {
        UInt16((ushort)(tag >> 16)).UInt16((ushort)tag);
        if (!isExplicitVr) return UInt32(length);
        Raw((byte)vr[0], (byte)vr[1]);
        return VrRules.TryParse(vr, out var known) && !VrRules.For(known).LongLength ? UInt16((ushort)length) : UInt16(0).UInt32(length);
    }

    /// <summary>An item tag, or a delimiter.</summary>
    public Wire Item(uint length = Undefined, ushort element = 0xE000) => UInt16(0xFFFE).UInt16(element).UInt32(length);

    public Wire ItemEnd() => Item(0, 0xE00D);

    public Wire SequenceEnd() => Item(0, 0xE0DD);

    public Wire Fragment(byte[] value) => Item((uint)value.Length).Raw(value);

    /// <summary>An image of one byte a pixel, without pixel data.</summary>
    public static Wire Image(int frames = 1, ushort rows = 4, ushort columns = 6, ushort bits = 8, string photometric = "MONOCHROME2", ushort samples = 1) =>
        new Wire().Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7\0").Text(0x00080018, "UI", "1.2.3.45")
            .Number(0x00280002, samples).Text(0x00280004, "CS", photometric.Length % 2 == 0 ? photometric : photometric + ' ')
            .Text(0x00280008, "IS", frames.ToString("D2", System.Globalization.CultureInfo.InvariantCulture))
            .Number(0x00280010, rows).Number(0x00280011, columns).Number(0x00280100, bits);

    public InstanceScan Scan(TransferSyntax? syntax = null, InstanceLimits? limits = null)
    {
        syntax ??= isExplicitVr ? TransferSyntax.ExplicitVrLittleEndian : TransferSyntax.ImplicitVrLittleEndian;
        var bytes = ToArray();
        var scan = Scanning.Scan(bytes, syntax, null, limits);
        var inPieces = Scanning.Scan(bytes, syntax, () => bytes.Length < 20_000 ? 1 : 997, limits);
        Xunit.Assert.Equal(Scanning.Describe(scan), Scanning.Describe(inPieces));
        return scan;
    }

    private Wire UInt16(ushort value) => Raw((byte)value, (byte)(value >> 8));

    private Wire UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }
}
