using System.Buffers;
using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Studies;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Viewing;

/// <summary>Studies to be looked at: stacks of slices made of one image of others, each slice another picture.</summary>
internal static class ShownStudies
{
    private const int Slices = 5;

    private static readonly Tag ImagePosition = new(0x0020, 0x0032), SliceLocation = new(0x0020, 0x1041), PixelSpacing = new(0x0028, 0x0030), Orientation = new(0x0020, 0x0037);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static IReadOnlyList<byte[]> Ct(string study)
    {
        using var file = typeof(CloudPacs.CommandLine.Demonstration.DemoImage).Assembly.GetManifestResourceStream("ct-small.dcm")!;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return Stack(Part10.Read(bytes).DataSet, study);
    }

    public static IReadOnlyList<byte[]> Mr(string study) => Stack(StudyFiles.Read(StudyFiles.Sample("mr-explicit-le")), study);

    public static byte[] MultiFrame(string study)
    {
        var file = File.ReadAllBytes(Path.Combine(Repository.Tests, "Viewing", "Data", "mr-enhanced-10frames.dcm"));
        return FileOf(Part10.Read(file).DataSet.Copy(), study, 1);
    }

    /// <summary>The MR stack in JPEG-LS, by DCMTK.</summary>
    public static async Task<IReadOnlyList<byte[]>> CompressedAsync(string study)
    {
        Tool.SkipWithout("dcmcjpls");
        using var folder = new ScratchFolder();
        var compressed = new List<byte[]>();
        foreach (var file in Mr(study))
        {
            await File.WriteAllBytesAsync(folder["plain.dcm"], file, Token);
            var result = await Tool.RunAsync("dcmcjpls", folder["plain.dcm"], folder["packed.dcm"]);
            Assert.True(result.ExitCode == 0, result.Errors);
            compressed.Add(await File.ReadAllBytesAsync(folder["packed.dcm"], Token));
        }

        return compressed;
    }

    public static ReadOnlyMemory<byte> PixelsOf(DataSet image) => image.TryGet(Tags.PixelData, out var pixels) ? pixels.Bytes : default;

    private static List<byte[]> Stack(DataSet image, string study)
    {
        var files = new List<byte[]>();
        var pixels = PixelsOf(image).ToArray();
        for (var slice = 0; slice < Slices; slice++)
        {
            // Turned a little further each time, so that no two slices are alike.
            var shift = pixels.Length / Slices * slice / 2 * 2;
            var copy = image.Copy().SetBytes(Tags.PixelData, VR.OW, (byte[])[.. pixels[shift..], .. pixels[..shift]])
                .Set(ImagePosition, "0", "0", $"{5 * slice}").Set(SliceLocation, $"{5 * slice}").Set(Orientation, "1", "0", "0", "0", "1", "0").Set(PixelSpacing, "1", "1");
            files.Add(FileOf(copy, study, slice + 1));
        }

        return files;
    }

    private static byte[] FileOf(DataSet dataSet, string study, int number)
    {
        dataSet.Remove(Tags.OtherPatientIdsSequence);
        dataSet.Set(Tags.StudyInstanceUid, study).Set(Tags.SeriesInstanceUid, study + ".1").Set(Tags.SopInstanceUid, string.Create(CultureInfo.InvariantCulture, $"{study}.1.{number}"))
            .Set(Tags.InstanceNumber, number.ToString(CultureInfo.InvariantCulture)).Set(Tags.PatientId, "V" + study[^6..]).Set(Tags.PatientName, "VIEWED^VERA")
            .Set(Tags.StudyDate, "20261130").Set(Tags.StudyTime, "093000").Set(Tags.StudyDescription, "To be looked at");
        var bytes = new ArrayBufferWriter<byte>();
        Part10.Write(
            Part10.CreateMeta(dataSet.GetString(Tags.SopClassUid)!, dataSet.GetString(Tags.SopInstanceUid)!, TransferSyntax.ExplicitVrLittleEndian), dataSet, bytes, SpecificCharacterSet.Default);
        return bytes.WrittenSpan.ToArray();
    }
}
