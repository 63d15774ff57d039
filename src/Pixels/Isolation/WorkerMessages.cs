using System.Text;

namespace CloudPacs.Pixels.Isolation;

/// <summary>Which library of the system a worker is asked for.</summary>
internal enum WorkerCodec : byte
{
    CharLs = 1,
    OpenJpeg = 2,
}

/// <summary>
/// What goes between this process and a worker: whole messages, numbers little endian, texts with their length before. An answer is not
/// trusted: its lengths are held against what was asked.
/// </summary>
internal static class WorkerMessages
{
    /// <summary>The first byte that a worker sends, once it can decode.</summary>
    public const byte Ready = 0x52;

    private const int MaxTextBytes = 2000;

    public static void WriteRequest(Stream stream, WorkerCodec codec, ImageShape shape, ReadOnlySpan<byte> bytes)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write((byte)codec);
        foreach (var number in new[] { shape.Rows, shape.Columns, shape.Samples, shape.BitsAllocated, shape.BitsStored, shape.HighBit })
            writer.Write(number);
        writer.Write(shape.IsSigned);
        WriteText(writer, shape.Photometric);
        writer.Write(bytes.Length);
        writer.Write(bytes);
        writer.Flush();
    }

    /// <summary>The next request; null at the end of the stream.</summary>
    public static (WorkerCodec Codec, ImageShape Shape, byte[] Bytes)? ReadRequest(Stream stream)
    {
        var first = stream.ReadByte();
        if (first < 0) return null;
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        int rows = reader.ReadInt32(), columns = reader.ReadInt32(), samples = reader.ReadInt32();
        int allocated = reader.ReadInt32(), stored = reader.ReadInt32(), high = reader.ReadInt32();
        var isSigned = reader.ReadBoolean();
        var shape = new ImageShape(rows, columns, samples, allocated, stored, high, isSigned, false, false, ReadText(reader), 1);
        var bytes = new byte[reader.ReadInt32()];
        stream.ReadExactly(bytes);
        return ((WorkerCodec)first, shape, bytes);
    }

    public static void WriteAnswer(Stream stream, PixelResult<FrameImage> result)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(result.Problem == null);
        if (result.Value is { } image)
        {
            WriteText(writer, image.PhotometricInterpretation);
            writer.Write(image.Cells.Length);
            writer.Write(image.Cells);
        }
        else
        {
            writer.Write((byte)result.Problem!.Kind);
            WriteText(writer, result.Problem.Text);
        }

        writer.Flush();
    }

    /// <exception cref="PixelException">What the worker says is wrong with the stream.</exception>
    /// <exception cref="IOException">The worker ended, or its answer is none.</exception>
    public static FrameImage ReadAnswer(Stream stream, ImageShape shape)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        if (!reader.ReadBoolean())
        {
            var kind = reader.ReadByte() == (byte)PixelProblemKind.NotSupported ? PixelProblemKind.NotSupported : PixelProblemKind.Damaged;
            throw new PixelException(kind, ReadText(reader));
        }

        var photometric = ReadText(reader);
        if (reader.ReadInt32() != shape.CellsLength) throw new IOException("The answer of a decoder has another length.");
        var cells = new byte[shape.CellsLength];
        stream.ReadExactly(cells);
        return new FrameImage(shape, cells, photometric);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = Math.Min(bytes.Length, MaxTextBytes);
        writer.Write(length);
        writer.Write(bytes.AsSpan(0, length));
    }

    private static string ReadText(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        if (length is < 0 or > MaxTextBytes) throw new IOException("A text of a decoder is too long.");
        return Encoding.UTF8.GetString(reader.ReadBytes(length));
    }
}
