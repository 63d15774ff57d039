using System.Buffers.Binary;
using System.Security.Cryptography;
using CloudPacs.Dicom;
using CloudPacs.Pixels;
using CloudPacs.Pixels.Rendering;
using Xunit;

namespace CloudPacs.Protocols.Tests.Pixels;

/// <summary>Images made here, each with one thing that changes what is seen.</summary>
public class RenderingTests
{
    private static readonly Dictionary<string, Func<(DataSet Header, byte[] Cells)>> Made = new()
    {
        ["monochrome 1"] = () => Grey(16, 12, photometric: "MONOCHROME1"),
        ["signed 12 of 16 bits"] = () => Grey(16, 12, isSigned: true),
        ["signed 16 bits, rescaled"] = () => Rescale(Grey(16, 16, isSigned: true), "2", "-1024"),
        ["8 bits, signed"] = () => Grey(8, 8, isSigned: true),
        ["samples in the upper bits of their cells"] = () =>
        {
            var (header, cells) = Grey(16, 12);
            header.Set(Tags.HighBit, "15");
            for (var i = 0; i < cells.Length; i += 2)
                BinaryPrimitives.WriteUInt16LittleEndian(cells.AsSpan(i), (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(cells.AsSpan(i)) << 4));
            return (header, cells);
        },
        ["modality table"] = () => WithTable(Grey(16, 12), PixelTags.ModalityLutSequence, 4096, 0, 16, i => (ushort)(i * i / 256)),
        ["modality table that begins late"] = () => WithTable(Grey(16, 12), PixelTags.ModalityLutSequence, 1000, 700, 12, i => (ushort)(4095 - i * 3)),
        ["value of interest table"] = () => WithTable(Grey(16, 12), PixelTags.VoiLutSequence, 4096, 0, 8, i => (ushort)(255 - i / 16)),
        ["value of interest table of 65,536 entries"] = () => WithTable(Grey(16, 16), PixelTags.VoiLutSequence, 65536, 0, 16, i => (ushort)(i ^ 0x8000)),
        ["value of interest table over rescaled values"] = () =>
            WithTable(Rescale(Grey(16, 12), "1", "-1000"), PixelTags.VoiLutSequence, 2000, -500, 12, i => (ushort)(i * 2)),
        ["graphic overlay"] = () => WithOverlay(Grey(8, 8), 20, 30, "1", "1"),
        ["graphic overlay that hangs over the edges"] = () => WithOverlay(Grey(16, 12), 60, 50, "-9", "21"),
        ["RGB by plane"] = () => Color("RGB", 1),
        ["YBR_FULL"] = () => Color("YBR_FULL", 0),
        ["YBR_FULL by plane"] = () => Color("YBR_FULL", 1),
        ["YBR_FULL_422"] = () =>
        {
            var (header, cells) = Color("YBR_FULL_422", 0);
            return (header, cells[..(cells.Length / 3 * 2)]);
        },
        ["palette of 16 bits"] = () => WithPalette(Grey(8, 8, photometric: "PALETTE COLOR"), 256, 0, 16, (color, i) => (ushort)(i * 257 * (color + 1) / 3)),
        ["palette of 8 bits that begins late"] = () => WithPalette(Grey(8, 8, photometric: "PALETTE COLOR"), 100, 60, 8, (color, i) => (ushort)(i * (color + 1) & 255)),
    };

    public static TheoryData<string> Names => new(Made.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void An_image_looks_as_DCMTK_shows_it(string name)
    {
        Peer.SkipWithout("dcmj2pnm");
        using var peer = new Peer();
        var (header, cells) = Made[name]();
        PixelImages.Write(peer["in.dcm"], header, cells);

        var own = FrameRenderer.Draw(PixelImages.Native(header, cells), new RenderRequest(), out var window);

        string[] options = own.Samples == 3 ? []
            : header.Contains(PixelTags.VoiLutSequence) ? ["+Wl", "1"]
            : window == null && (header.GetInt32(Tags.BitsStored) > 8 || header.GetString(Tags.PixelRepresentation) == "1") ? ["+Wm"] : [];
        // DCMTK puts the middle of the chrominance at 127.5, not 128, and cuts what it does not round.
        Peer.Same(peer.Render(peer["in.dcm"], options), own, name.StartsWith("YBR", StringComparison.Ordinal) ? 2 : 1, name);
    }

    [Theory]
    [InlineData("YBR_FULL")]
    [InlineData("YBR_PARTIAL_422")]
    public void Luminance_and_chrominance_become_RGB_by_the_formulas_of_the_standard(string photometric)
    {
        var header = PixelImages.Header(48, 40, 8, 8, samples: 3, photometric: photometric);
        var cells = PixelImages.Noise(header, 8);
        var isPartial = photometric != "YBR_FULL";
        if (isPartial) cells = cells[..(48 * 40 * 2)];

        var picture = FrameRenderer.Draw(PixelImages.Native(header, cells), new RenderRequest(), out _);

        for (var i = 0; i < 48 * 40; i++)
        {
            double y = isPartial ? cells[i / 2 * 4 + i % 2] : cells[3 * i];
            double cb = cells[isPartial ? i / 2 * 4 + 2 : 3 * i + 1] - 128, cr = cells[isPartial ? i / 2 * 4 + 3 : 3 * i + 2] - 128;
            double[] expected = isPartial
                ? [1.1644 * (y - 16) + 1.5960 * cr, 1.1644 * (y - 16) - 0.3917 * cb - 0.8130 * cr, 1.1644 * (y - 16) + 2.0173 * cb]
                : [y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb];
            for (var sample = 0; sample < 3; sample++)
                Assert.InRange(picture.Bytes[3 * i + sample] - Math.Clamp(expected[sample], 0, 255), -1, 1);
        }
    }

    [Fact]
    public void Overlays_are_drawn_over_colour_too()
    {
        var (header, cells) = WithOverlay(Color("RGB", 0), 20, 30, "5", "5");
        header.TryGet(new Tag(0x6000, 0x3000), out var bits);

        var picture = FrameRenderer.Draw(PixelImages.Native(header, cells), new RenderRequest(), out _);

        for (var row = 0; row < 20; row++)
        {
            for (var column = 0; column < 30; column++)
            {
                var at = row * 30 + column;
                var pixel = 3 * ((row + 4) * 48 + column + 4);
                var isDrawn = (bits.Bytes.Span[at / 8] >> (at % 8) & 1) != 0;
                Assert.Equal(isDrawn ? [255, 255, 255] : cells[pixel..(pixel + 3)], picture.Bytes[pixel..(pixel + 3)]);
            }
        }
    }

    [Theory]
    [InlineData(WindowFunction.Linear, 2048, 4096, 0, 0.0)]
    [InlineData(WindowFunction.Linear, 2048, 4096, 4095, 1.0)]
    [InlineData(WindowFunction.Linear, 2048, 1, 2047, 0.0)]
    [InlineData(WindowFunction.Linear, 2048, 1, 2048, 1.0)]
    [InlineData(WindowFunction.Linear, 0, 100, -50, 0.0)]
    [InlineData(WindowFunction.Linear, 0, 100, 49, 1.0)]
    [InlineData(WindowFunction.Linear, 0, 100, 0, 0.505050505)]
    [InlineData(WindowFunction.LinearExact, 2048, 4096, 0, 0.0)]
    [InlineData(WindowFunction.LinearExact, 2048, 4096, 4096, 1.0)]
    [InlineData(WindowFunction.LinearExact, 0, 0.5, 0.125, 0.75)]
    [InlineData(WindowFunction.LinearExact, 2048, 1, 2048, 0.5)]
    [InlineData(WindowFunction.Sigmoid, 100, 50, 100, 0.5)]
    [InlineData(WindowFunction.Sigmoid, 100, 50, 150, 0.982013790)]
    public void Windows_are_those_of_the_standard(WindowFunction function, double center, double width, double value, double expected)
    {
        Assert.Equal(expected, new Window(center, width, function).Map(value), 8);
    }

    [Theory]
    [InlineData("100", "0")]
    [InlineData("100", "-5")]
    [InlineData("100", "0.5")]
    [InlineData("abc", "100")]
    public void A_window_without_a_meaning_is_no_window(string center, string width)
    {
        var (header, cells) = Grey(16, 12);
        var plain = FrameRenderer.Draw(PixelImages.Native(header, cells), new RenderRequest(), out _);
        header.Set(PixelTags.WindowCenter, VR.DS, center).Set(PixelTags.WindowWidth, VR.DS, width);

        var picture = FrameRenderer.Draw(PixelImages.Native(header, cells), new RenderRequest(), out var window);

        Assert.Null(window);
        Assert.Equal(plain.Bytes, picture.Bytes);
    }

    [Theory]
    [InlineData("MONOCHROME2", null, 255)]
    [InlineData("MONOCHROME1", null, 0)]
    [InlineData("MONOCHROME2", "INVERSE", 0)]
    [InlineData("MONOCHROME1", "INVERSE", 0)]
    public void The_highest_value_is_white_or_inverted_once(string photometric, string? shape, byte expected)
    {
        var header = PixelImages.Header(2, 1, 8, 8, photometric: photometric);
        if (shape != null) header.Set(PixelTags.PresentationLutShape, shape);

        var picture = FrameRenderer.Draw(PixelImages.Native(header, [0, 255]), new RenderRequest(), out _);

        Assert.Equal([(byte)(255 - expected), expected], picture.Bytes);
    }

    [Theory]
    [InlineData("MONOCHROME2", new byte[] { 0, 255, 0, 128 })]
    [InlineData("MONOCHROME1", new byte[] { 0, 0, 255, 128 })]
    public void Padding_is_black_and_widens_no_window(string photometric, byte[] expected)
    {
        var header = PixelImages.Header(4, 1, 16, 16, isSigned: true, photometric: photometric);
        header.Set(PixelTags.PixelPaddingValue, VR.SS, "-2000");
        var cells = new byte[8];
        short[] values = [-2000, 1000, 0, 502];
        for (var i = 0; i < 4; i++) BinaryPrimitives.WriteInt16LittleEndian(cells.AsSpan(2 * i), values[i]);

        var picture = FrameRenderer.Draw(PixelImages.Native(header, cells), new RenderRequest(), out _);

        Assert.Equal(expected[..3], picture.Bytes[..3]);
        Assert.InRange(picture.Bytes[3], 127, 128);
    }

    [Fact]
    public void Frames_of_an_enhanced_image_have_their_own_windows_and_slopes()
    {
        var header = PixelImages.Header(2, 1, 16, 12, frames: 2);
        header.SetSequence(Tags.SharedFunctionalGroupsSequence, new DataSet().SetSequence(PixelTags.FrameVoiLutSequence, Voi("50", "100")));
        header.SetSequence(Tags.PerFrameFunctionalGroupsSequence,
            new DataSet().SetSequence(PixelTags.PixelValueTransformationSequence,
                new DataSet().Set(PixelTags.RescaleSlope, VR.DS, "2").Set(PixelTags.RescaleIntercept, VR.DS, "0")),
            new DataSet().SetSequence(PixelTags.FrameVoiLutSequence, Voi("500", "1000")));
        byte[] cells = [25, 0, 100, 0];

        var first = FrameRenderer.Draw(PixelImages.Native(header, cells), new RenderRequest(), out var firstWindow);
        var second = FrameRenderer.Draw(PixelImages.Native(header, cells, 2), new RenderRequest(), out var secondWindow);

        Assert.Equal((new Window(50, 100), new Window(500, 1000)), (firstWindow, secondWindow));
        Assert.Equal([129, 255], first.Bytes);
        Assert.Equal([6, 26], second.Bytes);

        static DataSet Voi(string center, string width) => new DataSet().Set(PixelTags.WindowCenter, VR.DS, center).Set(PixelTags.WindowWidth, VR.DS, width);
    }

    [Fact]
    public void Frames_of_one_bit_begin_at_any_bit()
    {
        var header = PixelImages.Header(3, 3, 1, 1, frames: 3);
        byte[] bits = [0b0000_0001, 0b1010_1010, 0b1100_0011, 0b0000_0111];

        var range = NativeFrames.ByteRange(header, 2).Value!;
        var cells = PixelImages.Decode(PixelImages.Native(header, bits[(int)range.Offset..(int)(range.Offset + range.Length)], 2));
        var native = FrameDecoder.Decode(PixelImages.Native(header, bits[1..3], 2)).Value!.ToNative();

        Assert.Equal((1, 2), ((int)range.Offset, range.Length));
        Assert.Equal([1, 0, 1, 0, 1, 0, 1, 1, 1], cells);
        Assert.Equal([0b1101_0101, 0b1], native.ToArray());
    }

    [Fact]
    public void Overlays_in_the_pixel_cells_are_drawn()
    {
        var header = PixelImages.Header(2, 1, 16, 12);
        header.Set(new Tag(0x6000, 0x0010), VR.US, "1").Set(new Tag(0x6000, 0x0011), VR.US, "2").Set(new Tag(0x6000, 0x0040), VR.CS, "G")
            .Set(new Tag(0x6000, 0x0102), VR.US, "13");
        header.Set(PixelTags.WindowCenter, VR.DS, "2048").Set(PixelTags.WindowWidth, VR.DS, "4096");
        byte[] cells = [0, 0x20, 0, 0];

        Assert.Equal([255, 0], FrameRenderer.Draw(PixelImages.Native(header, cells), new RenderRequest(), out _).Bytes);
        Assert.Equal([0, 0], FrameRenderer.Draw(PixelImages.Native(header, cells), new RenderRequest { ShowsOverlays = false }, out _).Bytes);
    }

    [Fact]
    public void Floating_point_samples_are_shown_from_least_to_most()
    {
        var header = PixelImages.Header(3, 1, 32, 32);
        header.Remove(Tags.BitsStored);
        header.Remove(Tags.HighBit);
        header.Remove(Tags.PixelRepresentation);
        var cells = new byte[12];
        float[] values = [-1.5f, 0.5f, float.NaN];
        Buffer.BlockCopy(values, 0, cells, 0, 12);

        Assert.Equal([0, 255, 0], FrameRenderer.Draw(PixelImages.Native(header, cells), new RenderRequest(), out _).Bytes);
    }

    [Fact]
    public void A_segmented_palette_gives_what_pydicom_gives()
    {
        Assert.SkipWhen(PixelImages.Corpus == null, "CLOUDPACS_CORPUS is not set.");
        var frame = PixelImages.Read(Path.Combine(PixelImages.Corpus!, "us-implicit-palette16.dcm"));

        var picture = FrameRenderer.Draw(frame, new RenderRequest(), out _);

        Assert.Equal("97697b719ccd7c15c9cfbee12cb1285b2423b8bc3adf6bf45cb3858e4f0f3db4", Convert.ToHexStringLower(SHA256.HashData(picture.Bytes)));
    }

    [Fact]
    public void A_segmented_palette_of_bytes_repeats_and_slopes()
    {
        // Two entries, a slope of four to 90, and the first segment once more.
        byte[] data = [0, 2, 10, 50, 1, 4, 90, 2, 1, 0, 0, 0, 0];

        Assert.Equal([10, 50, 60, 70, 80, 90, 10, 50], SegmentedPalette.Expand(data, 8, 8));
        foreach (var broken in new byte[][] { [], [0], [1, 4, 90], [0, 2, 10], [2, 1, 7, 0, 0, 0], [9, 1, 1], [2, 1, 0, 0, 0, 0] })
            Assert.Throws<PixelException>(() => SegmentedPalette.Expand(broken, 8, 8));
    }

    [Fact]
    public void What_is_no_image_is_told_by_its_name()
    {
        var report = new DataSet().Set(Tags.SopClassUid, "1.2.840.10008.5.1.4.1.1.88.11").Set(Tags.Modality, "SR");

        var result = FrameRenderer.Render(new EncodedFrame(report, PixelImages.LittleEndian, default), new RenderRequest());

        Assert.Equal(PixelProblemKind.NothingToRender, result.Problem?.Kind);
        Assert.Contains("Basic Text SR", result.Problem!.Text, StringComparison.Ordinal);
    }

    private static (DataSet Header, byte[] Cells) Grey(int allocated, int stored, bool isSigned = false, string? photometric = null)
    {
        var header = PixelImages.Header(48, 40, allocated, stored, isSigned, photometric: photometric);
        return (header, PixelImages.Noise(header, 5));
    }

    private static (DataSet Header, byte[] Cells) Color(string photometric, int planar)
    {
        var header = PixelImages.Header(48, 40, 8, 8, samples: 3, photometric: photometric, planar: planar);
        return (header, PixelImages.Noise(header, 6));
    }

    private static (DataSet Header, byte[] Cells) Rescale((DataSet Header, byte[] Cells) image, string slope, string intercept)
    {
        image.Header.Set(PixelTags.RescaleSlope, VR.DS, slope).Set(PixelTags.RescaleIntercept, VR.DS, intercept);
        return image;
    }

    private static (DataSet Header, byte[] Cells) WithTable(
        (DataSet Header, byte[] Cells) image, Tag sequence, int count, int first, int bits, Func<int, ushort> entry)
    {
        var item = new DataSet();
        item.SetBytes(PixelTags.LutDescriptor, first < 0 ? VR.SS : VR.US, Words(count, first, bits));
        item.SetBytes(PixelTags.LutData, VR.OW, Words([.. Enumerable.Range(0, count).Select(i => (int)entry(i))]));
        if (sequence == PixelTags.ModalityLutSequence) item.Set(new Tag(0x0028, 0x3004), VR.LO, "US");
        image.Header.SetSequence(sequence, item);
        return image;
    }

    private static (DataSet Header, byte[] Cells) WithPalette(
        (DataSet Header, byte[] Cells) image, int count, int first, int bits, Func<int, int, ushort> entry)
    {
        for (var color = 0; color < 3; color++)
        {
            var of = color;
            image.Header.SetBytes(PixelTags.PaletteDescriptor(color), VR.US, Words(count, first, bits));
            image.Header.SetBytes(PixelTags.PaletteData(color), VR.OW, Words([.. Enumerable.Range(0, count).Select(i => (int)entry(of, i))]));
        }

        return image;
    }

    private static (DataSet Header, byte[] Cells) WithOverlay((DataSet Header, byte[] Cells) image, int rows, int columns, string top, string left)
    {
        var bits = new byte[(rows * columns + 15) / 16 * 2];
        new Random(3).NextBytes(bits);
        image.Header.Set(new Tag(0x6000, 0x0010), VR.US, PixelImages.Text(rows)).Set(new Tag(0x6000, 0x0011), VR.US, PixelImages.Text(columns))
            .Set(new Tag(0x6000, 0x0040), VR.CS, "G").Set(new Tag(0x6000, 0x0050), VR.SS, top, left)
            .Set(new Tag(0x6000, 0x0100), VR.US, "1").Set(new Tag(0x6000, 0x0102), VR.US, "0").SetBytes(new Tag(0x6000, 0x3000), VR.OW, bits);
        return image;
    }

    private static byte[] Words(params int[] values) => [.. values.SelectMany(value => new[] { (byte)value, (byte)(value >> 8) })];
}
