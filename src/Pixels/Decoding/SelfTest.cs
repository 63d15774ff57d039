using System.Runtime.InteropServices;

namespace CloudPacs.Pixels.Decoding;

/// <summary>
/// A stream whose picture is known: 16 x 16 samples that follow <see cref="Sample"/>.
/// The streams in SelfTest.Data.cs were made by other encoders.
/// </summary>
/// <param name="Tolerance">How far a sample may be off: 0 for lossless streams.</param>
internal sealed partial record SelfTest(string Name, int BitsStored, bool IsSigned, int Tolerance, string Base64)
{
    public const int Size = 16;

    /// <summary>A slope with a step and some texture; signed ones lie around 0.</summary>
    public static int Sample(int x, int y, int bitsStored, bool isSigned)
    {
        var range = 1 << bitsStored;
        var value = (x * 5 + y * 9 + (x * y >> 3) + (x > 9 ? 40 : 0)) * range / 512;
        return isSigned ? value - range / 2 : value;
    }

    /// <summary>What is wrong; null when the codec gives the picture.</summary>
    public string? Run(IFrameCodec codec)
    {
        var allocated = BitsStored <= 8 ? 8 : 16;
        var shape = new ImageShape(Size, Size, 1, allocated, BitsStored, BitsStored - 1, IsSigned, false, false, "MONOCHROME2", 1);
        FrameImage image;
        try
        {
            image = codec.Decode(new FrameStream(Convert.FromBase64String(Base64), shape, 1));
        }
        catch (PixelException exception)
        {
            return exception.Problem.Text;
        }

        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                var at = y * Size + x;
                int cell = allocated == 8 ? image.Cells[at] : MemoryMarshal.Cast<byte, ushort>(image.Cells.AsSpan())[at];
                var got = IsSigned ? cell << (32 - BitsStored) >> (32 - BitsStored) : cell;
                if (Math.Abs(got - Sample(x, y, BitsStored, IsSigned)) > Tolerance) return $"sample {x}, {y} is {got}.";
            }
        }

        return null;
    }
}
