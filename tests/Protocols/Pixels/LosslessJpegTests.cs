using CloudPacs.Dicom;
using CloudPacs.Pixels;
using Xunit;

namespace CloudPacs.Protocols.Tests.Pixels;

/// <summary>What encoders at hand do not write, with a writer of the tests; that one is checked by DCMTK.</summary>
public class LosslessJpegTests
{
    private const string LosslessJpeg = "1.2.840.10008.1.2.4.57";

    public static TheoryData<int, int, int, int, int, bool> Variants()
    {
        var data = new TheoryData<int, int, int, int, int, bool>();
        for (var predictor = 1; predictor <= 7; predictor++)
        {
            data.Add(predictor, 16, 1, 0, 4, true);
            data.Add(predictor, 12, 1, 3, 0, true);
            data.Add(predictor, 2, 1, 0, 1, true);
            data.Add(predictor, 8, 3, 0, 5, true);
            data.Add(predictor, 8, 3, 1, 0, false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Restarts_point_transform_and_scans_of_their_own_are_read(int predictor, int precision, int components, int shift, int restartRows, bool isTogether)
    {
        var (header, samples) = Noise(precision, components);
        var stream = LosslessJpegWriter.Write(samples, 23, 17, components, precision, predictor, shift, restartRows, isTogether);

        var decoded = PixelImages.Decode(new EncodedFrame(header, LosslessJpeg, stream));

        Assert.Equal(samples.Select(sample => sample >> shift << shift), Samples(decoded, precision));
    }

    [Theory]
    [InlineData(16, 1, 0)]
    [InlineData(8, 3, 5)]
    public void The_writer_of_the_tests_writes_what_DCMTK_reads(int precision, int components, int restartRows)
    {
        Peer.SkipWithout("dcmdjpeg");
        using var peer = new Peer();
        var (header, samples) = Noise(precision, components);
        var stream = LosslessJpegWriter.Write(samples, 23, 17, components, precision, 4, 0, restartRows);
        PixelImages.WriteEncapsulated(peer["in.dcm"], header, LosslessJpeg, stream);

        Peer.Run("dcmdjpeg", "+cn", peer["in.dcm"], peer["out.dcm"]);

        Assert.Equal(samples.Select(sample => (int)sample), Samples(PixelImages.Decode(PixelImages.Read(peer["out.dcm"])), precision));
    }

    [Fact]
    public void A_stream_that_is_cut_or_lies_is_told_in_words()
    {
        var (header, samples) = Noise(12, 1);
        var stream = LosslessJpegWriter.Write(samples, 23, 17, 1, 12, 1);
        var wide = LosslessJpegWriter.Write(samples, 17, 23, 1, 12, 1);

        Assert.Contains("ends before its last sample", Problem(stream[..^40]), StringComparison.Ordinal);
        Assert.Contains("17 x 23", Problem(wide), StringComparison.Ordinal);
        Assert.Contains("no JPEG stream", Problem([1, 2, 3, 4]), StringComparison.Ordinal);
        Assert.Contains("3 components", Problem(LosslessJpegWriter.Write([.. samples, .. samples, .. samples], 23, 17, 3, 12, 1)), StringComparison.Ordinal);
        header.Set(Tags.BitsAllocated, "8").Set(Tags.BitsStored, "8").Set(Tags.HighBit, "7");
        Assert.Contains("12 bits", Problem(stream), StringComparison.Ordinal);

        string Problem(byte[] bytes)
        {
            var problem = FrameDecoder.Decode(new EncodedFrame(header, LosslessJpeg, bytes)).Problem;
            Assert.Equal(PixelProblemKind.Damaged, problem?.Kind);
            return problem!.Text;
        }
    }

    private static (DataSet Header, ushort[] Samples) Noise(int precision, int components)
    {
        var header = PixelImages.Header(23, 17, precision <= 8 ? 8 : 16, precision, samples: components);
        return (header, [.. Samples(PixelImages.Noise(header, precision), precision).Select(sample => (ushort)sample)]);
    }

    private static int[] Samples(byte[] cells, int precision) =>
        [.. Enumerable.Range(0, cells.Length / (precision <= 8 ? 1 : 2)).Select(i => precision <= 8 ? cells[i] : BitConverter.ToUInt16(cells, 2 * i))];
}
