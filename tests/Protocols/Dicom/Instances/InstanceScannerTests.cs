using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Instances;

public class InstanceScannerTests
{
    private static readonly TransferSyntax[] Syntaxes =
    [
        TransferSyntax.ImplicitVrLittleEndian, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian,
        TransferSyntax.DeflatedExplicitVrLittleEndian,
    ];

    [Fact]
    public void Random_data_sets_are_read_as_the_reader_of_whole_ones_reads_them_whatever_the_pieces()
    {
        var random = new Random(42);
        for (var i = 0; i < 300; i++)
        {
            var syntax = Syntaxes[i % Syntaxes.Length];
            var set = i % 3 == 0 ? SpecificCharacterSet.Utf8 : i % 3 == 1 ? SpecificCharacterSet.Latin1 : SpecificCharacterSet.Parse("", "ISO 2022 IR 149");
            var bytes = new ArrayBufferWriter<byte>();
            DataSetWriter.Write(new DataSetSource(random, set).Next(), syntax, bytes, set);
            var read = DataSetReader.Read(bytes.WrittenMemory, syntax);

            var whole = Scanning.Scan(bytes.WrittenSpan, syntax);

            Assert.Null(whole.Error);
            Assert.Equal(Scanning.DescribeIndexed(read), DataSetText.Describe(whole.Attributes, withCharacterSet: true));
            Assert.Equal(Scanning.Describe(whole), Scanning.Describe(Scanning.Scan(bytes.WrittenSpan, syntax, () => 1)));
            Assert.Equal(Scanning.Describe(whole), Scanning.Describe(Scanning.Scan(bytes.WrittenSpan, syntax, Scanning.RandomPieces(i))));
        }
    }

    [Fact]
    public void An_instance_that_ends_inside_an_element_is_refused_wherever_it_ends()
    {
        var wire = new Wire().Text(0x00080018, "UI", "1.2.3.45");
        var ends = new HashSet<int> { 0, wire.Length };
        wire.Head(0x00081140, "SQ", Wire.Undefined).Item().Text(0x00081155, "UI", "1.2.3.46").ItemEnd().SequenceEnd();
        ends.Add(wire.Length);
        wire.Head(0x00400275, "SQ", 24).Item(16).Text(0x00401001, "SH", "RP000001");
        ends.Add(wire.Length);
        wire.Head(0x7FE00010, "OB", Wire.Undefined).Fragment([]).Fragment([1, 2]).SequenceEnd();
        ends.Add(wire.Length);
        var bytes = wire.ToArray();

        for (var length = 0; length <= bytes.Length; length++)
        {
            var scan = Scanning.Scan(bytes.AsSpan(0, length), TransferSyntax.ExplicitVrLittleEndian);
            Assert.True(ends.Contains(length) == (scan.Error == null), $"{length}: {scan.Error}");
        }

        Assert.Equal("The data set ends inside 00080018 at offset 13: 3 bytes of its value are missing.",
            Scanning.Scan(bytes.AsSpan(0, 13), TransferSyntax.ExplicitVrLittleEndian).Error);
    }

    [Fact]
    public void An_icon_inside_a_sequence_is_not_the_pixel_data()
    {
        var scan = Wire.Image()
            .Head(0x00880200, "SQ", Wire.Undefined).Item().Number(0x00280010, 64)
            .Head(0x7FE00010, "OB", Wire.Undefined).Fragment([]).Fragment([9, 9]).SequenceEnd().ItemEnd()
            .Item().Element(0x7FE00010, "OW", new byte[64]).ItemEnd().SequenceEnd()
            .Element(0x7FE00010, "OB", new byte[24]).Scan();

        Assert.Null(scan.Error);
        Assert.Equal(24, scan.PixelData!.Length);
        Assert.Equal(scan.Length - 24, scan.HeaderLength);
        Assert.Equal(4, scan.Attributes.GetInt32(Tags.Rows));
        Assert.Equal($"bit 0: {scan.HeaderLength}+24", Scanning.Describe(scan.Frames));
    }

    [Fact]
    public void Unknown_of_undefined_length_is_a_sequence_in_implicit_little_endian()
    {
        var scan = new Wire()
            .Head(0x00081140, "UN", Wire.Undefined).Item(16).Raw(0x08, 0, 0x55, 0x11, 8, 0, 0, 0).Raw("1.2.3.46"u8.ToArray()).SequenceEnd()
            .Head(0x00091001, "UN", Wire.Undefined).Item().Raw(0x09, 0, 0x02, 0x10, 2, 0, 0, 0, 1, 2).ItemEnd().SequenceEnd()
            .Text(0x00100020, "LO", "MRN1").Scan();

        Assert.Null(scan.Error);
        Assert.Equal("1.2.3.46", scan.Attributes.GetItems(Tags.ReferencedImageSequence)[0].GetString(Tags.ReferencedSopInstanceUid));
        Assert.Equal("MRN1", scan.Attributes.GetString(Tags.PatientId));
    }

    [Theory]
    [InlineData(32, null)]
    [InlineData(33, "nested more than 32 levels deep")]
    [InlineData(40, "nested more than 32 levels deep")]
    public void Nesting_is_limited(int depth, string? error)
    {
        var wire = new Wire();
        for (var i = 0; i < depth; i++) wire.Head(0x0040A730, "SQ", Wire.Undefined).Item();
        for (var i = 0; i < depth; i++) wire.ItemEnd().SequenceEnd();

        var scan = wire.Scan();

        if (error == null) Assert.Null(scan.Error);
        else Assert.Contains(error, scan.Error, StringComparison.Ordinal);
        Assert.Equal(error == null, DataSetReader.TryRead(wire.ToArray(), TransferSyntax.ExplicitVrLittleEndian, null, out _, out _));
    }

    [Fact]
    public void Group_lengths_padding_odd_lengths_and_stray_delimiters_are_read()
    {
        var scan = new Wire()
            .Element(0x00080000, "UL", [0, 0, 0, 0]).Text(0x00080018, "UI", "1.2.3")
            .Element(0x00090000, "UL", [0, 0, 0, 0]).Text(0x00090010, "LO", "ACME")
            .Head(0x00091010, "SQ", Wire.Undefined).Item().Text(0x00091011, "SH", "x").ItemEnd().SequenceEnd().SequenceEnd()
            .Text(0x00100020, "LO", "MRN").Element(0x7FE00010, "OB", [1, 2, 3]).Element(0xFFFCFFFC, "OB", new byte[100]).Scan();

        Assert.Null(scan.Error);
        Assert.Equal(("1.2.3", "MRN"), (scan.Attributes.GetString(Tags.SopInstanceUid), scan.Attributes.GetString(Tags.PatientId)));
        Assert.Equal(3, scan.PixelData!.Length);
        Assert.Contains(scan.Warnings, text => text.Contains("closes nothing", StringComparison.Ordinal));
        Assert.Null(scan.Frames);
        Assert.Contains("7FE00010 is there, but not the size of a frame.", scan.Warnings);
    }

    [Fact]
    public void An_element_without_representation_is_read_as_implicit_once_its_length_fits()
    {
        var mixed = new Wire().Text(0x00080018, "UI", "1.2.3.45")
            .Raw(0x10, 0, 0x20, 0, 4, 0, 0, 0).Raw("MRN1"u8.ToArray()).Text(0x00100040, "CS", "F ").Scan();
        var nested = new Wire().Head(0x00400275, "SQ", 20).Item(12).Raw(0x40, 0, 0x01, 0x10, 0xFF, 0, 0, 0, 1, 2, 3, 4).Scan();

        Assert.Null(mixed.Error);
        Assert.Equal("MRN1", mixed.Attributes.GetString(Tags.PatientId));
        Assert.Equal("00100020 at offset 16 is written in implicit VR.", Assert.Single(mixed.Warnings));
        Assert.Equal("00401001 at offset 20 has no value representation.", nested.Error);
    }

    [Fact]
    public void Out_of_order_and_twice_is_told_and_the_last_counts()
    {
        var scan = new Wire().Text(0x00100020, "LO", "MRN1").Text(0x00080018, "UI", "1.2.3.45").Text(0x00100020, "LO", "MRN2").Scan();

        Assert.Null(scan.Error);
        Assert.Equal("MRN2", scan.Attributes.GetString(Tags.PatientId));
        Assert.Single(scan.Warnings);
    }

    [Fact]
    public void Warnings_are_bounded()
    {
        var wire = new Wire();
        for (var i = 0; i < 500; i++) wire.Text(0x00100020, "LO", "MRN1");

        var warnings = wire.Scan().Warnings;

        Assert.Equal(21, warnings.Count);
        Assert.Equal("There are 479 more warnings.", warnings[^1]);
    }

    [Fact]
    public void What_is_too_long_is_cut_and_told()
    {
        var wire = new Wire().Text(0x00080018, "UI", "1.2.3.45").Element(0x00282000, "OB", [.. Enumerable.Range(0, 100_001).Select(i => (byte)i)]);
        wire.Head(0x0040A730, "SQ", Wire.Undefined);
        for (var i = 0; i < 100; i++) wire.Item().Text(0x0040A040, "CS", "TEXT").Text(0x0040A160, "UT", new string('x', 1000)).ItemEnd();
        wire.SequenceEnd().Text(0x00700080, "CS", "LAST");

        var scan = wire.Scan();

        Assert.Null(scan.Error);
        Assert.Equal([new Tag(0x0028, 0x2000), Tags.ContentSequence], scan.CutAttributes);
        Assert.True(scan.Attributes.TryGet(new Tag(0x0028, 0x2000), out var profile));
        Assert.InRange(profile.Bytes.Length, 65_000, IndexedAttributes.ValueBytes);
        Assert.Equal([.. Enumerable.Range(0, profile.Bytes.Length).Select(i => (byte)i)], profile.Bytes.ToArray());
        var items = scan.Attributes.GetItems(Tags.ContentSequence);
        Assert.InRange(items.Count, 60, 66);
        Assert.All(items.SkipLast(1), item => Assert.Equal(1000, item.GetString(Tags.TextValue)!.Length));
        Assert.Equal("LAST", scan.Attributes.GetString(Tags.ContentLabel));
    }

    [Fact]
    public void All_indexed_attributes_together_are_bounded()
    {
        var wire = new Wire();
        for (uint i = 0; i < 200; i++) wire.Element(0x00287000 + i, "OB", new byte[60_000]);

        var scan = wire.Scan(null, new InstanceLimits { MaxIndexBytes = 200_000 });

        Assert.Null(scan.Error);
        Assert.InRange(scan.EncodedAttributes.Length, 190_000, 200_000);
        Assert.Equal(197, scan.CutAttributes.Count);
    }

    [Fact]
    public void Letters_without_a_declared_character_set_are_noticed_and_read_as_the_site_says()
    {
        var wire = new Wire().Text(0x00100010, "PN", "J\u00E9r\u00F4me");

        var scan = wire.Scan(null, new InstanceLimits { UndeclaredCharacterSet = SpecificCharacterSet.Latin1 });

        Assert.True(scan.HasNonAsciiText);
        Assert.Equal("J\u00E9r\u00F4me", scan.Attributes.GetString(Tags.PatientName));
        Assert.False(new Wire().Text(0x00100010, "PN", "Jerome").Scan().HasNonAsciiText);
        Assert.True(new Wire().Text(0x00100010, "PN", "\u001B$B;3").Scan().HasNonAsciiText);
    }

    [Theory]
    [InlineData(30_000_000, null, "1000 times larger")]
    [InlineData(500_000, null, null)]
    [InlineData(500_000, 400_000L, "larger than 400000 bytes")]
    public void A_deflate_bomb_is_refused(int pixelBytes, long? limit, string? error)
    {
        using var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            stream.Write(new Wire().Text(0x00080018, "UI", "1.2.3.45").Head(0x7FE00010, "OB", (uint)pixelBytes).ToArray());
            for (var left = pixelBytes; left > 0; left -= 100_000) stream.Write(new byte[100_000]);
        }

        var limits = limit is { } bytes ? new InstanceLimits { MaxInflatedBytes = bytes } : null;
        var scan = Scanning.Scan(deflated.ToArray(), TransferSyntax.DeflatedExplicitVrLittleEndian, () => 10_000, limits);

        if (error == null) Assert.Null(scan.Error);
        else Assert.Contains(error, scan.Error, StringComparison.Ordinal);
    }

    /// <summary>What takes next to nothing deflated takes no long time: a body of a few hundred kilobytes is not seconds of work.</summary>
    [Theory]
    [InlineData("zeros", 16 << 20, true)]
    [InlineData("items", 16 << 20, true)]
    [InlineData("items", 400_000 * 8, false)]
    public void A_deflated_data_set_of_endless_small_elements_is_refused(string kind, int bytes, bool isRefused)
    {
        using var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            stream.Write(new Wire().Text(0x00080018, "UI", "1.2.3.45").Head(0x00400275, "SQ", kind == "items" ? Wire.Undefined : 0).ToArray());
            byte[] piece = kind == "items" ? [0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0] : new byte[8];
            byte[] pieces = [.. Enumerable.Repeat(piece, 10_000).SelectMany(static one => one)];
            for (var left = bytes; left > 0; left -= pieces.Length) stream.Write(pieces.AsSpan(0, Math.Min(left, pieces.Length)));
            if (kind == "items") stream.Write(new Wire().SequenceEnd().ToArray());
        }

        var scan = Scanning.Scan(deflated.ToArray(), TransferSyntax.DeflatedExplicitVrLittleEndian, () => 10_000);

        Assert.True(deflated.Length < bytes / 50);
        if (isRefused) Assert.Contains("elements and items", scan.Error, StringComparison.Ordinal);
        else Assert.Null(scan.Error);
    }

    [Fact]
    public void A_deflated_data_set_may_be_padded_but_not_cut()
    {
        var bytes = new ArrayBufferWriter<byte>();
        DataSetWriter.Write(DataSetReaderTests.WorklistEntry(), TransferSyntax.DeflatedExplicitVrLittleEndian, bytes, SpecificCharacterSet.Utf8);
        var whole = bytes.WrittenSpan.ToArray();

        Assert.Null(Scanning.Scan([.. whole, 0], TransferSyntax.DeflatedExplicitVrLittleEndian).Error);
        for (var length = 1; length < whole.Length - 1; length++)
            Assert.NotNull(Scanning.Scan(whole.AsSpan(0, length), TransferSyntax.DeflatedExplicitVrLittleEndian).Error);
        Assert.NotNull(Scanning.Scan("MSH|^~\\&|this is no deflate stream"u8, TransferSyntax.DeflatedExplicitVrLittleEndian).Error);
    }

    [Fact]
    public void Digests_tell_data_sets_and_pixels_apart()
    {
        var pixels = RandomNumberGenerator.GetBytes(3_000_001);
        var wire = Wire.Image(rows: 1000, columns: 3000).Element(0x7FE00010, "OB", pixels).Element(0xFFFCFFFC, "OB", new byte[10]);
        var bytes = wire.ToArray();
        var scan = Scanning.Scan(bytes, TransferSyntax.ExplicitVrLittleEndian, Scanning.RandomPieces(7));
        var (start, end) = ((int)scan.PixelData!.ValueOffset, (int)(scan.PixelData.ValueOffset + scan.PixelData.Length));

        Assert.Equal(SHA256.HashData(pixels), scan.Digests!.PixelData!.Value.ToArray());
        Assert.Equal(SHA256.HashData([.. bytes[..start], .. SHA256.HashData(pixels), .. bytes[end..]]), scan.Digests.DataSet.ToArray());
        Assert.Equal(3, scan.Digests.Blocks.Count);
        Assert.Equal(~InstanceDigester.Crc32C(~0u, bytes.AsSpan(2 << 20)), scan.Digests.Blocks[2]);
        Assert.Equal(0xE3069283, ~InstanceDigester.Crc32C(~0u, "123456789"u8));
        var bare = new Wire().Text(0x00080018, "UI", "1.2.3.45");
        Assert.Equal(SHA256.HashData(bare.ToArray()), bare.Scan().Digests!.DataSet.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Four_gibibytes_pass_through_less_than_one_mebibyte_of_memory(bool isEncapsulated)
    {
        var isLong = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1";
        var piece = new byte[64 * 1024];
        var head = Wire.Image(rows: 32768, columns: 65535, bits: 16).Head(0x7FE00010, "OB", isEncapsulated ? Wire.Undefined : 0xFFFF0000).ToArray();
        var item = new Wire().Item(0xFFFF0000).ToArray();
        Run(1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var scan = Run(65535);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Null(scan.Error);
        Assert.True(scan.Length > 0xFFFF0000);
        Assert.True(allocated < 1024 * 1024, $"{allocated} bytes");

        InstanceScan Run(int pieces)
        {
            using var scanner = new InstanceScanner(TransferSyntax.ExplicitVrLittleEndian, hasDigests: isLong);
            scanner.Feed(head);
            if (isEncapsulated)
            {
                scanner.Feed(new Wire().Item(0).ToArray());
                scanner.Feed(item);
            }

            for (var i = 0; i < pieces; i++) scanner.Feed(piece);
            if (isEncapsulated) scanner.Feed(new Wire().SequenceEnd().ToArray());
            return scanner.Finish();
        }
    }
}
