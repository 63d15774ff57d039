using System.Buffers;
using System.Diagnostics;
using System.Text;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Dicom;

/// <summary>Files and JSON exchanged with DCMTK, in both directions.</summary>
public sealed class DcmtkFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cloudpacs-dcmtk");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("1.2.840.10008.1.2", "ISO_IR 192", "Sharma^Aarav=शर्मा^आरव")]
    [InlineData("1.2.840.10008.1.2.1", "ISO_IR 100", "Buc^Jérôme")]
    [InlineData("1.2.840.10008.1.2.2", "ISO_IR 144", "Люксембург")]
    [InlineData("1.2.840.10008.1.2.1.99", "ISO_IR 126", "Διονυσιος")]
    [InlineData("1.2.840.10008.1.2.1", @"\ISO 2022 IR 149", "Hong^Gildong=洪^吉洞=홍^길동")]
    [InlineData("1.2.840.10008.1.2.1", "GB18030", "Wang^XiaoDong=王^小东")]
    public async Task Dcmtk_reads_the_name_that_was_written(string syntax, string characterSet, string name)
    {
        var path = await WriteAsync(syntax, characterSet, new DataSet()
            .Set(Tags.PatientName, name)
            .Set(Tags.PatientId, "MRN0042")
            .SetSequence(Tags.ScheduledProcedureStepSequence, new DataSet().Set(Tags.Modality, "CT").Set(Tags.ScheduledProcedureStepDescription, "Thorax")));

        var dump = await RunAsync("dcmdump", "-q", "+U8", path);

        Assert.Contains($"(0010,0010) PN [{name}]", dump, StringComparison.Ordinal);
        Assert.Contains("(0008,0060) CS [CT]", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_json_of_dcmtk_and_our_reading_of_the_file_are_the_same_data_set()
    {
        var path = await WriteAsync("1.2.840.10008.1.2.1", "ISO_IR 192", new DataSet()
            .Set(Tags.AccessionNumber, "A1")
            .SetEmpty(Tags.ReferringPhysicianName)
            .Set(Tags.PatientName, "Murugan^Kavitha=முருகன்^கவிதா")
            .Set(Tags.PatientWeight, "80.5")
            .Set(Tags.PregnancyStatus, "4")
            .Set(Tags.Allergies, "Nuts", "Latex")
            .SetSequence(Tags.ScheduledProcedureStepSequence, new DataSet().Set(Tags.Modality, "CT"), []));

        var json = await RunAsync("dcm2json", path);
        var isRead = DicomJson.TryRead(Encoding.UTF8.GetBytes(json), null, out var read, out var error);

        Assert.True(isRead, error);
        var ours = Part10.Read(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).DataSet;
        Assert.Equal(Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(ours)), Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(read[0])));
    }

    [Theory]
    [InlineData("+te", "+e")]
    [InlineData("+te", "-e")]
    [InlineData("+ti", "-e")]
    [InlineData("+tb", "-e")]
    public async Task A_file_of_dcmtk_is_read_in_every_form_it_writes(string syntax, string lengths)
    {
        var text = Path.Combine(_folder.FullName, "entry.dump");
        var path = Path.Combine(_folder.FullName, "entry.wl");
        await File.WriteAllTextAsync(text, """
            (0008,0005) CS [ISO_IR 192]
            (0010,0010) PN [Łukasz^Żółć]
            (0010,21c0) US 4
            (0040,0100) SQ
            (fffe,e000) -
            (0008,0060) CS [MR]
            (0040,0007) LO [Schädel]
            (fffe,e00d) -
            (fffe,e0dd) -
            """, TestContext.Current.CancellationToken);
        await RunAsync("dump2dcm", "-q", syntax, lengths, text, path);

        var file = Part10.Read(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));

        Assert.Null(file.Error);
        Assert.Equal("Łukasz^Żółć", file.DataSet.GetString(Tags.PatientName));
        Assert.Equal(4, file.DataSet.GetInt32(Tags.PregnancyStatus));
        Assert.Equal("Schädel", file.DataSet.GetItems(Tags.ScheduledProcedureStepSequence)[0].GetString(Tags.ScheduledProcedureStepDescription));
    }

    private async Task<string> WriteAsync(string syntax, string characterSet, DataSet dataSet)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Part10.Write(Part10.CreateMeta(Uids.SecondaryCaptureImageStorage, "1.2.3.4", TransferSyntax.FromUid(syntax)!), dataSet, bytes, SpecificCharacterSet.Parse(characterSet.Split('\\')));
        var path = Path.Combine(_folder.FullName, "written.dcm");
        await File.WriteAllBytesAsync(path, bytes.WrittenMemory, TestContext.Current.CancellationToken);
        return path;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
