using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CloudPacs.Dicom;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>
/// Part 10 files with faults where they hurt: lengths, representations, tags, nesting, delimiters, values, fragments, the head, the transfer
/// syntax against what is written in it, and where they end. The same numbers give the same files.
/// </summary>
internal sealed class MutatedFile(Random random, IReadOnlyList<byte[]> sources)
{
    private static readonly string[] Representations =
        ["AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "OB", "OD", "OF", "OL", "OV", "OW", "PN", "SH", "SL", "SQ", "SS", "ST", "SV", "TM", "UC", "UI", "UL",
         "UN", "UR", "US", "UT", "UV", "XX", "sq", "  ", "\0\0", "S\u007f", "**"];

    private static readonly uint[] TagNumbers =
        [0x00000000, 0x00020010, 0x00080000, 0x00080005, 0x00080016, 0x00080018, 0x00100010, 0x0020000D, 0x0020000E, 0x00280008, 0x00280010, 0x00280100, 0x00420011, 0x00090010,
         0x00091001, 0x52009230, 0x7FE00001, 0x7FE00002, 0x7FE00010, 0x7FE10010, 0xFFFCFFFC, 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD, 0xFFFFFFFF];

    private static readonly string[] Syntaxes =
        ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80",
         "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.1", "1.2.3.4", "", "not a UID"];

    private static readonly byte[][] Values =
        [[], [0], [255, 255], [0, 0, 0, 0], "\\\\\\\\"u8.ToArray(), "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.24.25.26.27.28"u8.ToArray(), "ISO 2022 IR 87"u8.ToArray(),
         "\\ISO 2022 IR 149"u8.ToArray(), [0x1B, 0x24, 0x42, 0x25], "99999999999999999999"u8.ToArray(), "1e400"u8.ToArray(), "-1"u8.ToArray(), "20261332"u8.ToArray(), "^^^^^^=^^=^"u8.ToArray()];

    /// <summary>The next one, whose UIDs nothing had before unless its faults changed them.</summary>
    public byte[] Next()
    {
        var file = Renamed(sources[random.Next(sources.Count)]);
        for (var faults = random.Next(1, 4); faults > 0; faults--) file = Damage(file);
        return file;
    }

    /// <summary>A whole one.</summary>
    public byte[] NextWhole() => Renamed(sources[random.Next(sources.Count)]);

    private byte[] Damage(byte[] file)
    {
        var at = DataSetAt(file);
        if (at < 0 || at >= file.Length) return Cut(file);
        switch (random.Next(12))
        {
            case 0: return Cut(file);
            case 1: return Behead(file, at);
            case 2: return InSyntax(file, at, Syntaxes[random.Next(Syntaxes.Length)]);
            case 3: return InSyntax([.. file[..at], .. Deflated(file[at..])], at, TransferSyntax.DeflatedExplicitVrLittleEndian.Uid);
            default:
                var spots = ElementSpots.Of(file, at, IsExplicit(file, at));
                return spots.Count == 0 ? Cut(file) : DamageElement(file, spots);
        }
    }

    private byte[] DamageElement(byte[] file, List<ElementSpot> spots)
    {
        var spot = spots[random.Next(spots.Count)];
        var other = spots[random.Next(spots.Count)];
        var changed = (byte[])file.Clone();
        switch (random.Next(11))
        {
            case 0 or 1:
                PutLength(changed, spot);
                return changed;
            case 2 when spot.Representation >= 0:
                Encoding.Latin1.GetBytes(Representations[random.Next(Representations.Length)]).CopyTo(changed, spot.Representation);
                return changed;
            case 3:
                PutTag(changed, spot.At, random.Next(3) == 0 ? other.Tag : TagNumbers[random.Next(TagNumbers.Length)]);
                return changed;
            case 4: return [.. file[..spot.At], .. Nested(random.Next(1, 80), spot.Representation >= 0), .. file[spot.At..]];
            case 5: return [.. file[..spot.At], .. Delimiter(), .. file[spot.At..]];
            case 6: return [.. file[..spot.At], .. file[spot.End..]];
            case 7: return [.. file[..spot.At], .. file[other.At..other.End], .. file[spot.At..]];
            case 8: return WithValue(file, spot, Values[random.Next(Values.Length)]);
            case 9: return [.. file[..spot.At], .. Noise(random.Next(1, 40)), .. file[spot.At..]];
            default:
                random.NextBytes(changed.AsSpan(spot.ValueAt, Math.Min(spot.Length, random.Next(1, 64))));
                return changed;
        }
    }

    /// <summary>Another value with its right length, so that what follows is read where it stands.</summary>
    private byte[] WithValue(byte[] file, ElementSpot spot, byte[] value)
    {
        if (random.Next(8) == 0) value = Noise(random.Next(60_000));
        if (value.Length % 2 == 1 && random.Next(4) != 0) value = [.. value, 0];
        byte[] changed = [.. file[..spot.ValueAt], .. value, .. file[spot.End..]];
        if (spot.LengthSize == 2) BinaryPrimitives.WriteUInt16LittleEndian(changed.AsSpan(spot.LengthAt), (ushort)value.Length);
        else BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(spot.LengthAt), (uint)value.Length);
        return changed;
    }

    private void PutLength(byte[] file, ElementSpot spot)
    {
        var length = random.Next(8) switch
        {
            0 => 0xFFFFFFFFu,
            1 => 0xFFFFFFFEu,
            2 => 0x7FFFFFFFu,
            3 => 0u,
            4 => (uint)(spot.Length + 1),
            5 => (uint)(spot.Length + 2),
            6 => (uint)Math.Max(0, spot.Length - 2),
            _ => (uint)random.Next(100_000),
        };
        if (spot.LengthSize == 2) BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(spot.LengthAt), (ushort)length);
        else BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(spot.LengthAt), length);
    }

    /// <summary>Sequences in sequences, of defined or undefined length, closed or not.</summary>
    private byte[] Nested(int depth, bool isExplicit)
    {
        var bytes = new List<byte>();
        var isClosed = random.Next(3) != 0;
        var isUndefined = isClosed || random.Next(2) == 0;
        for (var i = 0; i < depth; i++)
        {
            byte[] length = isUndefined ? [255, 255, 255, 255] : BitConverter.GetBytes((depth - i) * 16);
            bytes.AddRange([0x40, 0, 0x75, 0x02, .. isExplicit ? (byte[])[(byte)'S', (byte)'Q', 0, 0] : [], .. length, 0xFE, 0xFF, 0x00, 0xE0, .. length]);
        }

        for (var i = 0; isClosed && i < depth; i++) bytes.AddRange([0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
        return [.. bytes];
    }

    private byte[] Delimiter() => [0xFE, 0xFF, random.Next(3) switch { 0 => 0x00, 1 => 0x0D, _ => 0xDD }, 0xE0, .. BitConverter.GetBytes(random.Next(4) == 0 ? random.Next() : 0)];

    private byte[] Cut(byte[] file) => random.Next(5) == 0 ? [.. file, .. Noise(random.Next(1, 300))] : file[..random.Next(file.Length)];

    /// <summary>The head: without preamble, without all of it, with another group length, and its elements changed.</summary>
    private byte[] Behead(byte[] file, int at)
    {
        var changed = (byte[])file.Clone();
        switch (random.Next(6))
        {
            case 0: return file[Math.Min(128, at)..];
            case 1: return file[at..];
            case 2:
                changed.AsSpan(0, Math.Min(132, at)).Fill((byte)random.Next(256));
                return changed;
            case 3:
                if (at > 144) BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(140), random.Next(4) == 0 ? random.Next() : random.Next(400));
                return changed;
            case 4: return [.. file[..at], .. file[Math.Min(132, at)..at], .. file[at..]];
            default:
                for (var i = random.Next(1, 6); i > 0 && at > 132; i--) changed[random.Next(132, at)] = (byte)random.Next(256);
                return changed;
        }
    }

    /// <summary>The head says another syntax than the data set is written in.</summary>
    private static byte[] InSyntax(byte[] file, int at, string syntax)
    {
        byte[] name = [0x02, 0, 0x10, 0, (byte)'U', (byte)'I'];
        var found = file.AsSpan(0, at).IndexOf(name);
        if (found < 0) return file;
        var old = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(found + 6));
        if (found + 8 + old > at) return file;
        var value = Encoding.ASCII.GetBytes(syntax.Length % 2 == 0 ? syntax : syntax + '\0');
        byte[] changed = [.. file[..(found + 6)], .. BitConverter.GetBytes((ushort)value.Length), .. value, .. file[(found + 8 + old)..]];
        if (found > 144) BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(140), BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(140)) + value.Length - old);
        return changed;
    }

    /// <summary>Raw deflate (PS3.5 A.5): of the data set, of much of nothing behind it, or damaged.</summary>
    private byte[] Deflated(byte[] dataSet)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(dataSet);
            if (random.Next(20) == 0) deflate.Write(new byte[16 << 20]);
        }

        var bytes = packed.ToArray();
        if (random.Next(2) == 0) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private byte[] Noise(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void PutTag(byte[] file, int at, uint tag)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)(tag >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + 2), (ushort)tag);
    }

    /// <summary>Where the data set begins; -1 when the head tells it no more.</summary>
    private static int DataSetAt(byte[] file) =>
        file.Length > 148 && file.AsSpan(128, 4).SequenceEqual("DICM"u8) && BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(140)) is > 0 and < 2000 and var length ? 144 + length : -1;

    private static bool IsExplicit(byte[] file, int at) => at + 6 > file.Length || (file[at + 4] is >= (byte)'A' and <= (byte)'Z' && file[at + 5] is >= (byte)'A' and <= (byte)'Z');

    /// <summary>Other digits for those of its UIDs that tell instances, series and studies apart, of the same length.</summary>
    private byte[] Renamed(byte[] source)
    {
        var file = (byte[])source.Clone();
        var read = Part10.Read(source).DataSet;
        foreach (var tag in (Tag[])[Tags.SopInstanceUid, Tags.SeriesInstanceUid, Tags.StudyInstanceUid])
        {
            if (read.GetString(tag) is not { Length: > 20 } uid) continue;
            // What they begin with is the same for all three: the end is changed.
            var (old, other) = (Encoding.ASCII.GetBytes(uid), Encoding.ASCII.GetBytes(uid[..^16] + random.NextInt64(1_000_000_000_000_000, 9_999_999_999_999_999)));
            for (var at = 0; file.AsSpan(at).IndexOf(old) is >= 0 and var found; at += found + old.Length) other.CopyTo(file.AsSpan(at + found));
        }

        return file;
    }
}
