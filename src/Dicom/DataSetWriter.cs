using System.Buffers;
using System.IO.Compression;

namespace CloudPacs.Dicom;

/// <summary>
/// Writes data sets (PS3.5 section 7): elements in order, values padded to even length, sequences and items with explicit lengths.
/// </summary>
public static class DataSetWriter
{
    /// <summary>
    /// Writes the data set without groups 0000 and 0002 and without group lengths. (0008,0005) is written to suit
    /// <paramref name="characterSet"/>
    /// whatever the data set holds there. Values are not checked against the limits of their representation.
    /// </summary>
    /// <returns>What the character set cost: text that it lacks is transliterated.</returns>
    public static TextLoss Write(DataSet dataSet, TransferSyntax syntax, IBufferWriter<byte> output, SpecificCharacterSet characterSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        ArgumentNullException.ThrowIfNull(syntax);
        using var buffer = new ByteBuffer(4096);
        var encoder = new ElementEncoder(buffer, syntax, characterSet);
        encoder.WriteTop(dataSet, characterSet.IsDefault);
        if (syntax.IsDeflated) Deflate(buffer.Written, output);
        else output.Write(buffer.Written);
        return encoder.Loss;
    }

    /// <summary>
    /// The data set as bytes without (0008,0005), for readers that know the character set
    /// (<see cref="DataSetReaderOptions.UndeclaredCharacterSet"/>).
    /// </summary>
    public static byte[] WriteUndeclared(DataSet dataSet, TransferSyntax syntax, SpecificCharacterSet characterSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        using var buffer = new ByteBuffer(4096);
        new ElementEncoder(buffer, syntax, characterSet).WriteTop(dataSet, isDeclared: true);
        return buffer.Written.ToArray();
    }

    /// <summary>
    /// Writes the elements of one group with its group length first, as command sets (group 0000, PS3.7 6.3.1) and file meta information
    /// (group 0002) are written.
    /// </summary>
    public static void WriteGroup(DataSet dataSet, ushort group, TransferSyntax syntax, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        using var buffer = new ByteBuffer();
        new ElementEncoder(buffer, syntax, SpecificCharacterSet.Default).WriteGroup(dataSet, group);
        output.Write(buffer.Written);
    }

    private static void Deflate(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        using var target = new MemoryStream();
        using (var stream = new DeflateStream(target, CompressionLevel.Optimal, leaveOpen: true)) stream.Write(bytes);
        if ((target.Length & 1) == 1) target.WriteByte(0); // PS3.5 A.5: padded to even length
        output.Write(target.GetBuffer().AsSpan(0, (int)target.Length));
    }
}
