using System.Buffers.Binary;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Instances;

public class FrameTableTests
{
    private static readonly TransferSyntax Jpeg = TransferSyntax.FromUid("1.2.840.10008.1.2.4.70")!;
    private static readonly TransferSyntax RunLength = TransferSyntax.FromUid("1.2.840.10008.1.2.5")!;
    private static readonly TransferSyntax Video = TransferSyntax.FromUid("1.2.840.10008.1.2.4.102")!;

    /// <summary>Three frames, the second of two fragments; lengths 10, 8 + 6, 12.</summary>
    private static readonly byte[][] Three = [Start(10), Start(8), new byte[6], Start(12)];

    [Theory]
    [InlineData("", "the frames are known by their first bytes")]
    [InlineData("0,18,48", "right")]
    [InlineData("0,0,0", "all zero")]
    [InlineData("8,26,56", "off by the header of the table's own item")]
    [InlineData("0,19,48", "misses a fragment")]
    [InlineData("0,18,34,48", "counts fragments")]
    [InlineData("0,18,48,900", "one too many")]
    public void Whatever_the_basic_table_says_the_frames_are_the_same(string offsets, string what)
    {
        var table = offsets.Length == 0 ? [] : offsets.Split(',').SelectMany(text => Bytes(uint.Parse(text, System.Globalization.CultureInfo.InvariantCulture))).ToArray();

        var scan = Encapsulated(3, table, Three).Scan(Jpeg);

        Assert.Null(scan.Error);
        Assert.Equal("10 8+6 12", Lengths(scan.Frames!));
        Assert.Equal(what is not ("right" or "the frames are known by their first bytes"), scan.Warnings.Count > 0);
        AssertStarts(scan);
    }

    [Theory]
    [InlineData("0,18,48", false)]
    [InlineData("0,18,49", true)]
    [InlineData("0,18", true)]
    public void The_extended_table_is_a_hint_as_well(string offsets, bool isWarned)
    {
        var wire = Wire.Image(3).Element(0x7FE00001, "OV", [.. offsets.Split(',').SelectMany(text => Bytes(ulong.Parse(text, System.Globalization.CultureInfo.InvariantCulture)))])
            .Element(0x7FE00002, "OV", [.. Bytes(10ul), .. Bytes(14ul), .. Bytes(12ul)]).Head(0x7FE00010, "OB", Wire.Undefined).Fragment([]);
        foreach (var fragment in Three) wire.Fragment(fragment);

        var scan = wire.SequenceEnd().Scan(Jpeg);

        Assert.Equal("10 8+6 12", Lengths(scan.Frames!));
        Assert.Equal(isWarned, scan.Warnings.Count > 0);
        AssertStarts(scan);
    }

    [Fact]
    public void Without_known_first_bytes_a_right_table_tells_the_frames()
    {
        var scan = Encapsulated(2, [.. Bytes(0u), .. Bytes(36u)], [new byte[10], new byte[10], new byte[4]]).Scan(Jpeg);

        Assert.Equal("10+10 4", Lengths(scan.Frames!));
        Assert.Empty(scan.Warnings);
    }

    [Fact]
    public void One_frame_has_all_fragments() =>
        Assert.Equal("10+7+2", Lengths(Encapsulated(1, [], [Start(10), new byte[7], new byte[2]]).Scan(Jpeg).Frames!));

    [Fact]
    public void The_stream_counts_not_the_number_of_frames()
    {
        var twelve = Encapsulated(10, [], [.. Enumerable.Range(0, 12).Select(_ => Start(10))]).Scan(Jpeg);
        var unsaid = Encapsulated(1, [.. Bytes(0u), .. Bytes(18u)], [Start(10), Start(10)]).Scan(Jpeg);

        Assert.Equal(12, twelve.Frames!.Count);
        Assert.Equal("Number of Frames says 10, 7FE00010 holds 12.", Assert.Single(twelve.Warnings));
        Assert.Equal(2, unsaid.Frames!.Count);
    }

    [Fact]
    public void Each_fragment_of_run_lengths_is_a_frame_and_all_of_video_are_one_stream()
    {
        Assert.Equal("4 6", Lengths(Encapsulated(3, [], [new byte[4], new byte[6]]).Scan(RunLength).Frames!));
        Assert.Equal("4+6", Lengths(Encapsulated(500, [], [new byte[4], new byte[6]]).Scan(Video).Frames!));
    }

    [Fact]
    public void Frames_of_one_bit_samples_do_not_begin_at_bytes()
    {
        var scan = Wire.Image(3, rows: 3, columns: 3, bits: 1).Element(0x7FE00010, "OB", [1, 2, 3, 4]).Scan();

        var start = scan.PixelData!.ValueOffset;
        Assert.Equal($"bit 0: {start}+2\nbit 1: {start + 1}+2\nbit 2: {start + 2}+2", Scanning.Describe(scan.Frames));
        Assert.Empty(scan.Warnings);
    }

    [Theory]
    [InlineData(8, 3, "YBR_FULL_422", 48)]
    [InlineData(8, 3, "YBR_PARTIAL_420", 36)]
    [InlineData(8, 3, "RGB", 72)]
    [InlineData(16, 1, "MONOCHROME1", 48)]
    public void Native_frames_are_computed(ushort bits, ushort samples, string photometric, int bytes)
    {
        var scan = Wire.Image(2, bits: bits, photometric: photometric, samples: samples).Element(0x7FE00010, "OW", new byte[2 * bytes]).Scan();

        var start = scan.PixelData!.ValueOffset;
        Assert.True(scan.Frames!.IsNative);
        Assert.Equal($"bit 0: {start}+{bytes}\nbit 0: {start + bytes}+{bytes}", Scanning.Describe(scan.Frames));
        Assert.Empty(scan.Warnings);
    }

    [Fact]
    public void Native_pixel_data_that_are_too_short_have_fewer_frames()
    {
        var scan = Wire.Image(10).Element(0x7FE00010, "OB", new byte[24 * 3 + 5]).Scan();

        Assert.Equal(3, scan.Frames!.Count);
        Assert.Equal("Number of Frames says 10, 7FE00010 holds 3.", Assert.Single(scan.Warnings));
    }

    [Fact]
    public void A_hundred_thousand_frames_are_a_small_table_in_which_each_is_found_at_once()
    {
        var random = new Random(3);
        var wire = Encapsulated(100_000, [], []);
        var bytes = wire.ToArray()[..^8].ToList();
        var expected = new List<ByteRange>();
        for (var i = 0; i < 100_000; i++)
        {
            var fragment = Start(2 * random.Next(5, 40));
            expected.Add(new ByteRange(bytes.Count + 8, fragment.Length));
            bytes.AddRange(new Wire().Fragment(fragment).ToArray());
        }

        bytes.AddRange(new Wire().SequenceEnd().ToArray());
        var scan = Scanning.Scan(bytes.ToArray(), Jpeg, Scanning.RandomPieces(1));

        Assert.Null(scan.Error);
        var stored = FrameTable.Read(scan.Frames!.Bytes);
        Assert.Equal(100_000, stored.Count);
        Assert.True(stored.Bytes.Length < 250_000, $"{stored.Bytes.Length} bytes");
        for (var i = 0; i < 100_000; i += 7) Assert.Equal(expected[i], Assert.Single(stored.Find(i + 1).Ranges));
        Assert.Throws<ArgumentOutOfRangeException>(() => stored.Find(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => stored.Find(100_001));
    }

    [Fact]
    public void Pixel_data_in_another_form_than_the_syntax_has_are_told()
    {
        var native = Wire.Image().Element(0x7FE00010, "OB", new byte[24]).Scan(Jpeg);
        var fragments = Encapsulated(1, [], [Start(10)]).Scan();

        Assert.Contains("is not in fragments, as JPEG Lossless", Assert.Single(native.Warnings), StringComparison.Ordinal);
        Assert.Contains("is in fragments, as Explicit VR Little Endian", Assert.Single(fragments.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Fragments_are_limited() =>
        Assert.Equal("7FE00010 has more than 3 fragments.", Encapsulated(4, [], [.. Three]).Scan(Jpeg, new InstanceLimits { MaxFragments = 3 }).Error);

    [Theory]
    [InlineData("")]
    [InlineData("05")]
    [InlineData("0203")]
    [InlineData("02FFFFFF7F00")]
    [InlineData("01050000")]
    [InlineData("0103FFFFFFFFFFFFFFFFFFFFFF")]
    public void What_is_no_table_is_refused(string hex) => Assert.Throws<InvalidDataException>(() => FrameTable.Read(Convert.FromHexString(hex)));

    private static Wire Encapsulated(int frames, byte[] table, byte[][] fragments)
    {
        var wire = Wire.Image(frames).Head(0x7FE00010, "OB", Wire.Undefined).Fragment(table);
        foreach (var fragment in fragments) wire.Fragment(fragment);
        return wire.SequenceEnd();
    }

    private static string Lengths(FrameTable frames) =>
        string.Join(' ', Enumerable.Range(1, frames.Count).Select(number => string.Join('+', frames.Find(number).Ranges.Select(range => range.Length))));

    /// <summary>Each range begins behind an item tag that has its length.</summary>
    private static void AssertStarts(InstanceScan scan)
    {
        var offset = scan.Frames!.Find(1).Ranges[0].Offset;
        foreach (var range in Enumerable.Range(1, scan.Frames.Count).SelectMany(number => scan.Frames.Find(number).Ranges))
        {
            Assert.Equal(offset, range.Offset);
            offset += range.Length + 8;
        }

        Assert.Equal(scan.Length, offset);
    }

    private static byte[] Start(int length) => [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[length - 4]];

    private static byte[] Bytes(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
