using System.Buffers;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

/// <summary>Real files of many makers; run when CLOUDPACS_CORPUS names the folder that holds them.</summary>
public class DicomCorpusTests
{
    private static readonly string? Samples = Environment.GetEnvironmentVariable("CLOUDPACS_CORPUS") is { Length: > 0 } corpus
        ? Path.Combine(corpus, "dicom", "samples")
        : null;

    [Fact]
    public async Task Every_sample_gives_what_its_manifest_says()
    {
        Assert.SkipWhen(Samples == null, "CLOUDPACS_CORPUS is not set.");
        foreach (var line in File.ReadLines(Path.Combine(Samples!, "manifest.csv")).Skip(1))
        {
            var row = line.Split(',');
            await using var stream = File.OpenRead(Path.Combine(Samples!, row[0]));
            var file = await Part10.ReadAsync(stream, null, 4 << 20, TestContext.Current.CancellationToken);
            if (row[0] == "us-jpegls.dcm")
            {
                // The header of a sequence was taken out of this file, so an item stands where an element must.
                Assert.Contains("FFFEE000 at offset 1136", file.Error, StringComparison.Ordinal);
                continue;
            }

            Assert.True(file.Error == null, $"{row[0]}: {file.Error}");
            Assert.Equal((row[0], row[2]), (row[0], file.DataSet.GetString(Tags.Modality) ?? ""));
            Assert.Equal((row[0], row[3]), (row[0], file.DataSet.GetString(Tags.SopClassUid) ?? ""));
            if (row[4].Length > 0) Assert.Equal((row[0], row[4]), (row[0], file.TransferSyntax.Uid));
            Assert.Equal((row[0], row[5]), (row[0], string.Join('\\', file.DataSet.GetStrings(Tags.SpecificCharacterSet))));
            Assert.Equal((row[0], row[6]), (row[0], file.DataSet.GetString(Tags.Rows) ?? ""));
        }
    }

    [Fact]
    public void Names_in_worklist_files_are_those_that_were_written()
    {
        Assert.SkipWhen(Samples == null, "CLOUDPACS_CORPUS is not set.");
        foreach (var line in File.ReadLines(Path.Combine(Samples!, "worklist", "expected-names.csv")).Skip(1))
        {
            var row = line.Split(',');
            var file = Part10.Read(File.ReadAllBytes(Path.Combine(Samples!, "worklist", row[0])));
            Assert.Equal((row[0], row[2]), (row[0], file.DataSet.GetString(Tags.PatientName)));
        }
    }

    [Fact]
    public void Every_whole_file_survives_being_written_again_in_each_syntax()
    {
        Assert.SkipWhen(Samples == null, "CLOUDPACS_CORPUS is not set.");
        foreach (var path in Directory.EnumerateFiles(Samples!, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is ".dcm" or ".wl"))
        {
            if (new FileInfo(path).Length > 300_000) continue;
            var file = Part10.Read(File.ReadAllBytes(path));
            if (file.Error != null)
            {
                Assert.Contains(Path.GetFileNameWithoutExtension(path), (string[])["mr-truncated", "us-jpegls"]);
                continue;
            }

            // The second has Chinese text in a CS, which no writer may repeat.
            if (file.TransferSyntax.IsEncapsulated || Path.GetFileName(path) == "sc-gb18030-header.dcm") continue;
            foreach (var syntax in (TransferSyntax[])[TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian])
            {
                var bytes = new ArrayBufferWriter<byte>();
                var loss = DataSetWriter.Write(file.DataSet, syntax, bytes, SpecificCharacterSet.Utf8);
                var read = DataSetReader.Read(bytes.WrittenMemory, syntax);
                Assert.True(loss.IsNone, path);
                Assert.Equal(Text(file.DataSet), Text(read));
            }
        }

        static string Text(DataSet dataSet) => string.Join('\n', DataSetText.Describe(dataSet).Split('\n')
            .Where(line => !line.TrimStart().StartsWith("0002", StringComparison.Ordinal) && !line.TrimStart()[Math.Min(4, line.TrimStart().Length)..].StartsWith("0000 ", StringComparison.Ordinal)));
    }
}
