using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Instances;

/// <summary>Real files of many makers, scanned as they pass; run when CLOUDPACS_CORPUS names the folder that holds them.</summary>
public class InstanceCorpusTests
{
    [Fact]
    public void Every_sample_gives_the_same_in_pieces_of_any_size_as_in_one()
    {
        Assert.SkipWhen(Scanning.Corpus == null, "CLOUDPACS_CORPUS is not set.");
        foreach (var path in Scanning.CorpusFiles)
        {
            var bytes = File.ReadAllBytes(path);
            var (_, whole) = Scanning.ScanFile(bytes);
            var expected = Scanning.Describe(whole!);

            Assert.Equal(expected, Scanning.Describe(Scanning.ScanFile(bytes, Scanning.RandomPieces(1)).Scan!));
            Assert.Equal(expected, Scanning.Describe(Scanning.ScanFile(bytes, Scanning.RandomPieces(2)).Scan!));
            if (bytes.Length < 60_000) Assert.Equal(expected, Scanning.Describe(Scanning.ScanFile(bytes, () => 1).Scan!));
        }
    }

    [Fact]
    public void Every_sample_is_read_as_the_reader_of_whole_data_sets_reads_it()
    {
        Assert.SkipWhen(Scanning.Corpus == null, "CLOUDPACS_CORPUS is not set.");
        foreach (var path in Scanning.CorpusFiles)
        {
            var bytes = File.ReadAllBytes(path);
            var read = Part10.Read(bytes);
            var (head, scan) = Scanning.ScanFile(bytes);
            var name = Path.GetFileName(path);

            Assert.Equal((name, read.TransferSyntax.Uid), (name, head.TransferSyntax.Uid));
            Assert.Equal((name, read.DataSetOffset), (name, head.DataSetOffset));
            Assert.Equal(DataSetText.Describe(read.Meta), DataSetText.Describe(head.Meta));
            Assert.True((read.Error == null) == (scan!.Error == null), $"{name}: {read.Error} / {scan.Error}");
            Assert.Equal(read.Error != null, name is "mr-truncated.dcm" or "us-jpegls.dcm");
            Assert.Equal((name, Scanning.DescribeIndexed(read.DataSet)), (name, DataSetText.Describe(scan.Attributes, true)));
            Assert.Empty(scan.CutAttributes);
            if (read.DataSet.TryGet(Tags.PixelData, out var pixels))
            {
                Assert.Equal((name, pixels.IsEncapsulated), (name, scan.PixelData!.IsEncapsulated));
                Assert.Equal((name, (long)pixels.Bytes.Length), (name, scan.PixelData.Length - (pixels.IsEncapsulated ? 8 : 0)));
                Assert.NotNull(scan.Frames);
            }
        }
    }
}
