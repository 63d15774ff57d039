using System.Globalization;
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

    [Fact]
    public void Every_sample_is_the_same_in_explicit_little_endian_and_as_metadata_with_the_bulk_data_fetched()
    {
        Assert.SkipWhen(Scanning.Corpus == null, "CLOUDPACS_CORPUS is not set.");
        foreach (var path in Scanning.CorpusFiles)
        {
            var bytes = File.ReadAllBytes(path);
            var read = Part10.Read(bytes);
            if (read.Error != null) continue;
            var dataSet = bytes.AsMemory(read.DataSetOffset);
            var expected = Text(read.DataSet);

            var rewritten = DataSetReader.Read(StoredDataSetTests.Rewrite(dataSet.Span, read.TransferSyntax), TransferSyntax.ExplicitVrLittleEndian);
            var json = StoredDataSetTests.Metadata(dataSet.Span, read.TransferSyntax, null, new MetadataForm { BulkDataUri = data => data.Path.ToString() });
            var isRead = DicomJson.TryRead(json, Fetch, out var shown, out var error);

            Assert.Equal(path + expected, path + Text(rewritten));
            Assert.True(isRead, $"{path}: {error}");
            Assert.Equal(path + WithoutPixels(expected), path + WithoutPixels(Text(shown[0])));

            ReadOnlyMemory<byte>? Fetch(string uri)
            {
                Assert.True(ElementPath.TryParse(uri, out var element));
                var output = new System.Buffers.ArrayBufferWriter<byte>();
                using var extractor = new ElementExtractor(read.TransferSyntax, element!, output);
                extractor.Feed(dataSet.Span);
                Assert.True(extractor.Finish(), extractor.Error);
                Assert.True(extractor.IsFound);
                return output.WrittenMemory;
            }
        }

        static string Text(DataSet dataSet) => string.Join('\n', DataSetText.Describe(dataSet).Split('\n')
            .Where(line => line.TrimStart() is not { Length: > 8 } text || text[4..8] != "0000" || text.StartsWith("0002", StringComparison.Ordinal))
            .Select(AsShown));

        // A number of JSON has no trailing zeros, a name no empty group at its end.
        static string AsShown(string line)
        {
            if (line.TrimStart() is not { Length: > 12 } text) return line;
            if (text[9..11] == "PN") return line.Replace("=]", "]", StringComparison.Ordinal);
            if (text[9..11] is not ("DS" or "IS")) return line;
            var values = line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..^1].Split('|')
                .Select(value => double.TryParse(value, CultureInfo.InvariantCulture, out var number) ? (number + 0.0).ToString(CultureInfo.InvariantCulture) : value);
            return line[..line.IndexOf('[', StringComparison.Ordinal)] + string.Join('|', values);
        }

        // Compressed pixel data come as what their fragments hold; what follows pixel data is no part of metadata.
        static string WithoutPixels(string text) => text.Split("\n7FE00010")[0];
    }
}
