using System.Diagnostics;
using CloudPacs.Dicom;
using CloudPacs.Pixels;
using CloudPacs.Pixels.Decoding;
using Xunit;

namespace CloudPacs.Protocols.Tests.Pixels;

/// <summary>Streams and headers that lie: an answer in words, in time, within bounds, never an exception.</summary>
public class HostileFrameTests
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 100_000 : 2_000;

    private const string Jpeg = "1.2.840.10008.1.2.4.50";

    /// <summary>Streams of every codec whose decoder is managed code.</summary>
    private static List<EncodedFrame> Managed()
    {
        var frames = new List<EncodedFrame>();
        foreach (var test in new[] { SelfTest.BaselineJpeg, SelfTest.ExtendedJpeg, SelfTest.LosslessJpeg })
            frames.Add(new EncodedFrame(Of(test), Jpeg, Convert.FromBase64String(test.Base64)));
        frames.Add(new EncodedFrame(Of(SelfTest.Rle), "1.2.840.10008.1.2.5", Convert.FromBase64String(SelfTest.Rle.Base64)));
        var color = PixelImages.Header(23, 17, 8, 8, samples: 3);
        var noise = PixelImages.Noise(color, 1);
        frames.Add(new EncodedFrame(color, Jpeg, LosslessJpegWriter.Write([.. noise.Select(cell => (ushort)cell)], 23, 17, 3, 8, 5, 0, 4)));
        frames.Add(PixelImages.Native(color, noise));
        frames.Add(new EncodedFrame(color, Jpeg, FrameRenderer.Render(PixelImages.Native(color, noise), new RenderRequest()).Value!.Bytes));
        frames.Add(PixelImages.Read(PixelImages.Sample("sc-jpeg-baseline-rgb")));
        return frames;

        static DataSet Of(SelfTest test) => PixelImages.Header(SelfTest.Size, SelfTest.Size, test.BitsStored <= 8 ? 8 : 16, test.BitsStored, test.IsSigned);
    }

    [Fact]
    public void Changed_streams_give_a_picture_or_a_reason()
    {
        var frames = Managed();
        var random = new Random(20);
        int pictures = 0, problems = 0;
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < Rounds; round++)
        {
            var frame = frames[round % frames.Count];
            var changed = frame with { Bytes = Change(frame.Bytes.ToArray(), random), Header = round % 5 == 0 ? ChangeHeader(frame.Header, random) : frame.Header };
            var clock = Stopwatch.StartNew();

            var result = FrameRenderer.Render(changed with { MaxDecodedBytes = 1 << 22 }, new RenderRequest { Format = (PictureFormat)(round % 2), Viewport = Viewport.Thumbnail() });

            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
            if (result.Problem == null) pictures++;
            else problems++;
            Assert.True(result.Problem == null || result.Problem.Text.Length > 10);
        }

        Assert.True(pictures > Rounds / 50 && problems > Rounds / 50, $"{pictures} pictures, {problems} problems");
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Attributes_that_make_no_sense_give_a_picture_or_a_reason()
    {
        var random = new Random(21);
        for (var round = 0; round < Rounds; round++)
        {
            var header = PixelImages.Header(24, 20, 16, 12, photometric: round % 2 == 0 ? "PALETTE COLOR" : "MONOCHROME2");
            var cells = PixelImages.Noise(header, 1);
            AddTables(header, random);
            header = ChangeHeader(header, random);

            var result = FrameRenderer.Render(PixelImages.Native(header, cells), new RenderRequest { Format = PictureFormat.Png });

            Assert.True(result.Problem == null || result.Problem.Text.Length > 10);
        }
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2.1")]
    [InlineData("1.2.840.10008.1.2.5")]
    [InlineData("1.2.840.10008.1.2.8.1")]
    [InlineData("1.2.840.10008.1.2.4.70")]
    [InlineData("1.2.840.10008.1.2.4.80")]
    [InlineData("1.2.840.10008.1.2.4.90")]
    public void Nothing_is_allocated_for_what_is_not_there(string uid)
    {
        var header = PixelImages.Header(11_000, 11_000, 16, 16);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var result = FrameDecoder.Decode(new EncodedFrame(header, uid, new byte[100]));

        var allowed = uid.EndsWith(".8.1", StringComparison.Ordinal) ? 300 << 20 : 1 << 20;
        Assert.NotNull(result.Problem);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allowed);
        Assert.Equal(PixelProblemKind.TooLarge, FrameDecoder.Decode(new EncodedFrame(header, uid, new byte[100]) { MaxDecodedBytes = 1000 }).Problem?.Kind);
    }

    /// <summary>Libraries of the system see only what passed the checks here; what they make of it must come back as an answer.</summary>
    [Fact]
    public void Changed_streams_do_not_harm_the_libraries_of_the_system()
    {
        (SelfTest Test, string Uid)[] tests =
        [
            (SelfTest.JpegLs, "1.2.840.10008.1.2.4.80"), (SelfTest.NearLosslessJpegLs, "1.2.840.10008.1.2.4.81"), (SelfTest.Jpeg2000, "1.2.840.10008.1.2.4.90"),
            (SelfTest.SignedJpeg2000, "1.2.840.10008.1.2.4.90"), (SelfTest.HighThroughputJpeg2000, "1.2.840.10008.1.2.4.201"),
        ];
        var random = new Random(22);
        for (var round = 0; round < Rounds; round++)
        {
            var (test, uid) = tests[round % tests.Length];
            if (!PixelCodecs.CanDecode(uid, out _)) continue;
            var header = PixelImages.Header(SelfTest.Size, SelfTest.Size, test.BitsStored <= 8 ? 8 : 16, test.BitsStored, test.IsSigned);

            var result = FrameDecoder.Decode(new EncodedFrame(header, uid, Change(Convert.FromBase64String(test.Base64), random)));

            Assert.True(result.Problem == null || result.Problem.Text.Length > 10);
        }
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        for (var changes = random.Next(4); changes >= 0 && bytes.Length > 0; changes--)
        {
            var at = random.Next(3) == 0 ? random.Next(bytes.Length) : random.Next(Math.Min(bytes.Length, 200));
            switch (random.Next(6))
            {
                case 0:
                    bytes = bytes[..at];
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    bytes[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0;
                    break;
                case 4:
                    var length = random.Next(Math.Min(20, bytes.Length - at));
                    bytes = [.. bytes[..at], .. bytes[(at + length)..]];
                    break;
                default:
                    var again = random.Next(Math.Min(40, bytes.Length - at));
                    bytes = [.. bytes[..at], .. bytes[at..(at + again)], .. bytes[at..]];
                    break;
            }
        }

        return bytes;
    }

    private static DataSet ChangeHeader(DataSet original, Random random)
    {
        var header = original.Copy();
        Tag[] tags =
        [
            Tags.Rows, Tags.Columns, Tags.BitsAllocated, Tags.BitsStored, Tags.HighBit, Tags.PixelRepresentation, Tags.SamplesPerPixel,
            Tags.PlanarConfiguration,
        ];
        string[] values = ["0", "1", "3", "7", "8", "12", "15", "16", "31", "32", "64", "255", "65535"];
        string[] kinds = ["MONOCHROME1", "RGB", "YBR_FULL", "YBR_FULL_422", "PALETTE COLOR", "YBR_RCT", "HSV", ""];
        if (random.Next(3) == 0) header.Set(Tags.PhotometricInterpretation, kinds[random.Next(kinds.Length)]);
        if (random.Next(2) == 0) header.Set(tags[random.Next(tags.Length)], values[random.Next(values.Length)]);
        if (random.Next(8) == 0) header.Remove(tags[random.Next(tags.Length)]);
        return header;
    }

    /// <summary>Tables, windows, overlays and groups of random numbers.</summary>
    private static void AddTables(DataSet header, Random random)
    {
        for (var color = 0; color < 3; color++)
        {
            header.SetBytes(new Tag(0x0028, (ushort)(0x1101 + color)), VR.US, Bytes(random.Next(3) == 0 ? 4 : 6));
            if (random.Next(2) == 0) header.SetBytes(new Tag(0x0028, (ushort)(0x1201 + color)), VR.OW, Bytes(random.Next(300) * 2));
            else header.SetBytes(new Tag(0x0028, (ushort)(0x1221 + color)), VR.OW, Bytes(random.Next(40) * 2).Select(value => (byte)(value & 3)).ToArray());
        }

        foreach (var sequence in new ushort[] { 0x3000, 0x3010 })
        {
            if (random.Next(3) != 0) continue;
            var item = new DataSet();
            item.SetBytes(new Tag(0x0028, 0x3002), VR.US, Bytes(random.Next(4) == 0 ? 2 : 6));
            item.SetBytes(new Tag(0x0028, 0x3006), VR.OW, Bytes(random.Next(200) * 2));
            header.SetSequence(new Tag(0x0028, sequence), item);
        }

        string[] numbers = ["0", "-1", "1", "1e308", "-1e308", "1e-300", "NaN", "40", "x", "Infinity"];
        foreach (var element in new ushort[] { 0x1050, 0x1051, 0x1052, 0x1053 })
            if (random.Next(2) == 0) header.Set(new Tag(0x0028, element), VR.DS, numbers[random.Next(numbers.Length)]);
        if (random.Next(3) == 0) header.Set(new Tag(0x0028, 0x1056), VR.CS, random.Next(2) == 0 ? "SIGMOID" : "LINEAR_EXACT");
        if (random.Next(3) == 0) header.SetBytes(new Tag(0x0028, 0x0120), VR.US, Bytes(2));
        if (random.Next(2) == 0) return;
        header.SetBytes(new Tag(0x6000, 0x0010), VR.US, Bytes(2)).SetBytes(new Tag(0x6000, 0x0011), VR.US, Bytes(2)).Set(new Tag(0x6000, 0x0040), VR.CS, "G")
            .SetBytes(new Tag(0x6000, 0x0050), VR.SS, Bytes(4)).SetBytes(new Tag(0x6000, 0x0102), VR.US, new byte[] { (byte)random.Next(20), 0 });
        if (random.Next(2) == 0) header.SetBytes(new Tag(0x6000, 0x3000), VR.OW, Bytes(random.Next(5000) * 2));

        byte[] Bytes(int length)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            if (random.Next(2) == 0) for (var i = 1; i < length; i += 2) bytes[i] = 0;
            return bytes;
        }
    }
}
