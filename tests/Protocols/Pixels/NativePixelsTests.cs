using CloudPacs.Pixels;
using Xunit;

namespace CloudPacs.Protocols.Tests.Pixels;

/// <summary>Decoded frames become the native pixel data that they were.</summary>
public class NativePixelsTests
{
    [Theory]
    [InlineData(5, 3, 8, 1, 3)] // odd frames, no padding between them
    [InlineData(4, 4, 8, 3, 2)]
    [InlineData(5, 3, 16, 1, 2)]
    [InlineData(5, 3, 1, 1, 7)] // frames end within a byte
    [InlineData(8, 2, 1, 1, 1)]
    [InlineData(1, 1, 1, 1, 1)]
    public void Frames_stand_behind_one_another_and_the_whole_is_even(int columns, int rows, int bits, int samples, int frames)
    {
        var header = PixelImages.Header(columns, rows, bits, bits, samples: samples, frames: frames);
        var bytes = new byte[((((long)columns * rows * samples * bits * frames) + 15) / 16 * 2)];
        new Random(3).NextBytes(bytes);
        var used = (long)columns * rows * samples * bits * frames;
        for (var bit = used; bit < bytes.Length * 8L; bit++) bytes[bit / 8] &= (byte)~(1 << (int)(bit % 8));

        var images = Enumerable.Range(1, frames).Select(number =>
        {
            var range = NativeFrames.ByteRange(header, number).Value!;
            var decoded = FrameDecoder.Decode(PixelImages.Native(header, bytes[(int)range.Offset..(int)(range.Offset + range.Length)], number));
            Assert.Null(decoded.Problem);
            return decoded.Value!;
        }).ToList();
        var native = new NativePixels(images[0], frames);
        var written = images.SelectMany(image => native.Add(image).ToArray()).ToArray();

        Assert.Equal(native.Length, written.Length);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(written));
    }

    [Fact]
    public void Frames_of_another_size_are_refused()
    {
        FrameImage Decode(int columns)
        {
            var header = PixelImages.Header(columns, 2, 8, 8);
            return FrameDecoder.Decode(PixelImages.Native(header, new byte[columns * 2])).Value!;
        }

        Assert.Throws<ArgumentException>(() => new NativePixels(Decode(2), 2).Add(Decode(4)));
    }
}
