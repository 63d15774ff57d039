using System.Buffers.Binary;
using System.IO.Compression;
using CloudPacs.Dicom;
using CloudPacs.Pixels;
using CloudPacs.Pixels.Rendering;
using Xunit;

namespace CloudPacs.Protocols.Tests.Pixels;

/// <summary>Region, size, mirroring, aspect and the files that come out (PS3.18 8.3.5).</summary>
public class ViewportTests
{
    [Theory]
    [InlineData(100, 50, 50, 50, 50, 25)]
    [InlineData(100, 50, 400, 400, 400, 200)]
    [InlineData(100, 50, 7, 50, 7, 4)]
    [InlineData(3000, 2, 128, 128, 128, 1)]
    public void The_aspect_of_the_image_is_kept(int columns, int rows, int width, int height, int expectedWidth, int expectedHeight)
    {
        var picture = Draw(Gradient(columns, rows), new Viewport(width, height));

        Assert.Equal((expectedWidth, expectedHeight), (picture.Width, picture.Height));
    }

    [Theory]
    [InlineData(0x0028, 0x0034, "2", "1", 40, 80)]
    [InlineData(0x0028, 0x0030, "0.5", "1.0", 80, 40)]
    [InlineData(0x0018, 0x1164, "0.2", "0.1", 40, 80)]
    [InlineData(0x0028, 0x0030, "0", "1", 80, 80)]
    public void Pixels_that_are_not_square_are_shown_in_their_shape(ushort group, ushort element, string vertical, string horizontal, int width, int height)
    {
        var image = Gradient(80, 80);
        image.Header.Set(new Tag(group, element), group == 0x28 && element == 0x34 ? VR.IS : VR.DS, vertical, horizontal);

        var picture = Draw(image, new Viewport(80, 80));

        Assert.Equal((width, height), (picture.Width, picture.Height));
    }

    [Fact]
    public void A_region_is_cut_out_and_mirrored()
    {
        var image = Gradient(4, 3);

        Assert.Equal([5, 6, 9, 10], Draw(image, new Viewport(2, 2) { Left = 1, Top = 1, RegionWidth = 2, RegionHeight = 2 }).Bytes);
        Assert.Equal([6, 5, 10, 9], Draw(image, new Viewport(2, 2) { Left = 1, Top = 1, RegionWidth = -2, RegionHeight = 2 }).Bytes);
        Assert.Equal([9, 10, 5, 6], Draw(image, new Viewport(2, 2) { Left = 1, Top = 1, RegionWidth = 2, RegionHeight = -2 }).Bytes);
        Assert.Equal([3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8], Draw(image, new Viewport(4, 3) { RegionWidth = -4 }).Bytes);
        Assert.Equal([10, 11], Draw(image, new Viewport(2, 9) { Left = 2, Top = 2, RegionWidth = 50, RegionHeight = 50 }).Bytes);
    }

    [Fact]
    public void Shrinking_takes_the_mean_and_growing_goes_between()
    {
        Assert.Equal([2, 4], Draw(Image(4, 2, [0, 2, 4, 6, 2, 4, 2, 4]), new Viewport(2, 1)).Bytes);
        Assert.Equal([0, 50, 150, 200], Draw(Image(2, 1, [0, 200]), new Viewport(4, 2)).Bytes[..4]);
    }

    [Theory]
    [InlineData(600, 300, 128, 64)]
    [InlineData(300, 600, 64, 128)]
    [InlineData(60, 30, 60, 30)]
    public void A_thumbnail_is_no_larger_than_its_image(int columns, int rows, int width, int height)
    {
        var picture = Draw(Gradient(columns, rows), Viewport.Thumbnail());

        Assert.Equal((width, height), (picture.Width, picture.Height));
    }

    [Fact]
    public void What_cannot_be_shown_is_a_bad_request()
    {
        var image = Gradient(10, 10);
        RenderRequest[] requests =
        [
            new() { Viewport = new Viewport(0, 5) }, new() { Viewport = new Viewport(20_000, 5) }, new() { Viewport = new Viewport(16_000, 16_000) },
            new() { Viewport = new Viewport(5, 5) { Left = 10 } }, new() { Viewport = new Viewport(5, 5) { RegionWidth = 0 } },
            new() { Viewport = new Viewport(5, 5) { Left = double.NaN } }, new() { Viewport = new Viewport(5, 5) { Top = -20, RegionHeight = 5 } },
            new() { Quality = 0 }, new() { Quality = 101 }, new() { Window = new Window(1, 0.5) }, new() { Window = new Window(1, 0, WindowFunction.Sigmoid) },
            new() { Window = new Window(double.NaN, 5) },
        ];

        foreach (var request in requests)
            Assert.Equal(PixelProblemKind.BadRequest, FrameRenderer.Render(image, request).Problem?.Kind);
        Assert.Equal(PixelProblemKind.BadRequest, FrameRenderer.Render(image with { Number = 2 }, new RenderRequest()).Problem?.Kind);
        Assert.Equal(PixelProblemKind.BadRequest, FrameRenderer.Render(image with { Number = 0 }, new RenderRequest()).Problem?.Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_PNG_holds_the_very_picture(int samples)
    {
        var header = PixelImages.Header(53, 31, 8, 8, samples: samples);
        var cells = PixelImages.Noise(header, 1);

        var file = FrameRenderer.Render(PixelImages.Native(header, cells), new RenderRequest { Format = PictureFormat.Png }).Value!;

        Assert.Equal(("image/png", 53, 31), (file.MediaType, file.Width, file.Height));
        Assert.Equal(cells, ReadPng(file.Bytes.Span, samples));
    }

    [Theory]
    [InlineData(1, 95)]
    [InlineData(1, 100)]
    [InlineData(3, 95)]
    [InlineData(3, 100)]
    [InlineData(1, 1)]
    public void A_JPEG_is_baseline_and_close_to_the_picture(int samples, int quality)
    {
        var header = PixelImages.Header(53, 31, 8, 8, samples: samples);
        var cells = new byte[53 * 31 * samples];
        for (var i = 0; i < cells.Length; i++) cells[i] = (byte)(i / samples % 53 * 3 + i % samples * 20);

        var file = FrameRenderer.Render(PixelImages.Native(header, cells), new RenderRequest { Quality = quality }).Value!;
        var decoded = PixelImages.Decode(new EncodedFrame(header, "1.2.840.10008.1.2.4.50", file.Bytes));

        Assert.Equal("image/jpeg", file.MediaType);
        Assert.Equal(0xC0, CloudPacs.Pixels.Jpeg.JpegHeader.Read(file.Bytes.Span) is { Process: var process } ? (int)process : 0);
        var worst = cells.Zip(decoded, (one, other) => Math.Abs(one - other)).Max();
        Assert.InRange(worst, 0, quality == 1 ? 120 : quality == 100 ? 3 : 12);
    }

    private static EncodedFrame Gradient(int columns, int rows) => Image(columns, rows, [.. Enumerable.Range(0, columns * rows).Select(i => (byte)i)]);

    private static EncodedFrame Image(int columns, int rows, byte[] cells) => PixelImages.Native(PixelImages.Header(columns, rows, 8, 8), cells);

    private static Picture Draw(EncodedFrame image, Viewport viewport) => FrameRenderer.Draw(image, new RenderRequest { Viewport = viewport }, out _);

    private static byte[] ReadPng(ReadOnlySpan<byte> file, int samples)
    {
        int width = BinaryPrimitives.ReadInt32BigEndian(file[16..]), height = BinaryPrimitives.ReadInt32BigEndian(file[20..]);
        var length = BinaryPrimitives.ReadInt32BigEndian(file[33..]);
        Assert.True(file.Slice(37, 4).SequenceEqual("IDAT"u8));
        using var zlib = new ZLibStream(new MemoryStream(file.Slice(41, length).ToArray()), CompressionMode.Decompress);
        var result = new byte[width * height * samples];
        var line = new byte[width * samples];
        for (var y = 0; y < height; y++)
        {
            Assert.Equal(2, zlib.ReadByte());
            zlib.ReadExactly(line);
            for (var i = 0; i < line.Length; i++) result[y * line.Length + i] = (byte)(line[i] + (y == 0 ? 0 : result[(y - 1) * line.Length + i]));
        }

        return result;
    }
}
