using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Pixels;
using Xunit;

namespace CloudPacs.Protocols.Tests.Pixels;

/// <summary>Images made here and read from files, as frames for the decoders and as files for other programs.</summary>
internal static class PixelImages
{
    public const string LittleEndian = "1.2.840.10008.1.2.1";

    public static readonly string? Corpus = Environment.GetEnvironmentVariable("CLOUDPACS_CORPUS") is { Length: > 0 } corpus
        ? Path.Combine(corpus, "dicom", "samples")
        : null;

    public static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "Pixels", "Data", name + ".dcm");

    /// <summary>The attributes of an image without anything else.</summary>
    public static DataSet Header(int columns, int rows, int allocated, int stored, bool isSigned = false, int samples = 1,
        string? photometric = null, int planar = 0, int frames = 1)
    {
        var header = new DataSet()
            .Set(Tags.SopClassUid, "1.2.840.10008.5.1.4.1.1.7").Set(Tags.SopInstanceUid, "1.2.3").Set(Tags.StudyInstanceUid, "1.2.4")
            .Set(Tags.SeriesInstanceUid, "1.2.5").Set(Tags.Modality, "OT").Set(Tags.PatientId, "TEST").Set(Tags.PatientName, "TEST")
            .Set(Tags.SamplesPerPixel, Text(samples)).Set(Tags.PhotometricInterpretation, photometric ?? (samples == 1 ? "MONOCHROME2" : "RGB"))
            .Set(Tags.Rows, Text(rows)).Set(Tags.Columns, Text(columns)).Set(Tags.BitsAllocated, Text(allocated))
            .Set(Tags.BitsStored, Text(stored)).Set(Tags.HighBit, Text(stored - 1)).Set(Tags.PixelRepresentation, isSigned ? "1" : "0");
        if (samples > 1) header.Set(Tags.PlanarConfiguration, Text(planar));
        if (frames > 1) header.Set(Tags.NumberOfFrames, Text(frames));
        return header;
    }

    /// <summary>Samples with slopes, edges and noise, over the whole stored range, in little endian cells.</summary>
    public static byte[] Noise(DataSet header, int seed)
    {
        var random = new Random(seed);
        int rows = header.GetInt32(Tags.Rows)!.Value, columns = header.GetInt32(Tags.Columns)!.Value, samples = header.GetInt32(Tags.SamplesPerPixel)!.Value;
        int allocated = header.GetInt32(Tags.BitsAllocated)!.Value, stored = header.GetInt32(Tags.BitsStored)!.Value;
        var isSigned = header.GetInt32(Tags.PixelRepresentation) == 1;
        var cells = new byte[rows * columns * samples * allocated / 8];
        for (var i = 0; i < rows * columns * samples; i++)
        {
            int x = i / samples % columns, y = i / samples / columns;
            long range = 1L << stored;
            var value = (long)((0.5 + 0.4 * Math.Sin(x / 7.0 + i % samples) * Math.Cos(y / 5.0)) * range) + random.Next((int)(range / 64) + 2);
            if (random.Next(50) == 0) value = random.NextInt64(range);
            value = Math.Clamp(value, 0, range - 1) - (isSigned ? range / 2 : 0);
            if (allocated == 8) cells[i] = (byte)value;
            else BinaryPrimitives.WriteUInt16LittleEndian(cells.AsSpan(2 * i), (ushort)value);
        }

        return cells;
    }

    public static EncodedFrame Native(DataSet header, byte[] cells, int number = 1) => new(header, LittleEndian, cells, number);

    /// <summary>A file of native little endian pixel data.</summary>
    public static void Write(string path, DataSet header, byte[] cells)
    {
        var dataSet = header.Copy();
        dataSet.SetBytes(Tags.PixelData, header.GetInt32(Tags.BitsAllocated) == 8 ? VR.OB : VR.OW, cells.Length % 2 == 0 ? cells : [.. cells, 0]);
        Write(path, dataSet, TransferSyntax.ExplicitVrLittleEndian);
    }

    /// <summary>A file of one compressed frame in one fragment, with an empty offset table.</summary>
    public static void WriteEncapsulated(string path, DataSet header, string transferSyntaxUid, byte[] stream)
    {
        var even = stream.Length % 2 == 0 ? stream : [.. stream, 0];
        byte[] items = [0xFE, 0xFF, 0, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0, 0xE0, .. BitConverter.GetBytes(even.Length), .. even];
        var dataSet = header.Copy().Add(DataElement.CreateBinary(Tags.PixelData, VR.OB, items, isEncapsulated: true));
        Write(path, dataSet, TransferSyntax.FromUid(transferSyntaxUid)!);
    }

    private static void Write(string path, DataSet dataSet, TransferSyntax syntax)
    {
        var output = new ArrayBufferWriter<byte>();
        Part10.Write(Part10.CreateMeta("1.2.840.10008.5.1.4.1.1.7", "1.2.3", syntax), dataSet, output, SpecificCharacterSet.Default);
        File.WriteAllBytes(path, output.WrittenSpan.ToArray());
    }

    /// <summary>A frame of a file.</summary>
    public static EncodedFrame Read(string path, int number = 1)
    {
        var file = Part10.Read(File.ReadAllBytes(path));
        var header = file.DataSet;
        if (!header.TryGet(Tags.PixelData, out var pixels)) return new EncodedFrame(header, file.TransferSyntax.Uid, default, number);
        if (pixels.IsEncapsulated) return new EncodedFrame(header, file.TransferSyntax.Uid, Fragments(pixels.Bytes, header, number), number);
        var range = NativeFrames.ByteRange(header, number).Value;
        // Numbers were turned to little endian when they were read; a big endian frame is to be as it is on disk.
        var bytes = range == null ? default : pixels.Bytes[(int)Math.Min(range.Offset, pixels.Bytes.Length)..];
        if (range != null) bytes = bytes[..Math.Min(bytes.Length, range.Length)];
        return new EncodedFrame(header, file.TransferSyntax.Uid, file.TransferSyntax.IsBigEndian ? Swap(bytes.Span) : bytes, number);
    }

    public static byte[] Decode(EncodedFrame frame)
    {
        var result = FrameDecoder.Decode(frame);
        Assert.True(result.Problem == null, result.Problem?.Text);
        return result.Value!.Cells;
    }

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Swap(ReadOnlySpan<byte> words)
    {
        var swapped = words.ToArray();
        for (var i = 0; i + 1 < swapped.Length; i += 2) (swapped[i], swapped[i + 1]) = (swapped[i + 1], swapped[i]);
        return swapped;
    }

    private static byte[] Fragments(ReadOnlyMemory<byte> items, DataSet header, int number)
    {
        var fragments = new List<byte[]>();
        for (var at = 0; at + 8 <= items.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(items.Span[(at + 4)..]);
            fragments.Add(items.Slice(at + 8, length).ToArray());
            at += 8 + length;
        }

        return (header.GetInt32(Tags.NumberOfFrames) ?? 1) == 1 ? [.. fragments.Skip(1).SelectMany(bytes => bytes)] : fragments[number];
    }
}
