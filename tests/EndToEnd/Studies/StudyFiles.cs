using System.Buffers;
using System.Net.Http.Headers;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>DICOM files: made here, or samples of others.</summary>
internal static class StudyFiles
{
    public static string Uid() => DerivedUids.Uid(Guid.NewGuid());

    /// <summary>An instance with noise for pixels.</summary>
    public static byte[] Create(
        string study, string series, TransferSyntax? syntax = null, string sopClass = Uids.SecondaryCaptureImageStorage, string? instance = null,
        string patient = "P1", int number = 1, int pixelBytes = 20_000)
    {
        instance ??= Uid();
        var pixels = new byte[pixelBytes];
        new Random(number).NextBytes(pixels);
        var dataSet = new DataSet()
            .Set(Tags.SopClassUid, sopClass).Set(Tags.SopInstanceUid, instance).Set(Tags.StudyInstanceUid, study)
            .Set(Tags.SeriesInstanceUid, series).Set(Tags.PatientId, patient).Set(Tags.PatientName, "Doe^Jane").Set(Tags.Modality, "OT")
            .Set(Tags.InstanceNumber, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        dataSet.SetBytes(Tags.PixelData, VR.OW, pixels);
        var bytes = new ArrayBufferWriter<byte>();
        Part10.Write(
            Part10.CreateMeta(sopClass, instance, syntax ?? TransferSyntax.ExplicitVrLittleEndian), dataSet, bytes, SpecificCharacterSet.Default);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A video that nobody here decodes: a stream in one fragment.</summary>
    public static byte[] CreateVideo(string study)
    {
        var file = Create(study, Uid(), TransferSyntax.FromUid("1.2.840.10008.1.2.4.100"), "1.2.840.10008.5.1.4.1.1.77.1.1.1", pixelBytes: 16);
        var pixels = file.AsSpan().LastIndexOf((byte[])[0xE0, 0x7F, 0x10, 0x00, (byte)'O']);
        var value = file[(pixels + 12)..];
        return
        [
            .. file[..pixels], 0xE0, 0x7F, 0x10, 0, (byte)'O', (byte)'B', 0, 0, 255, 255, 255, 255,
            0xFE, 0xFF, 0, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0, 0xE0, 16, 0, 0, 0, .. value, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0,
        ];
    }

    public static byte[] Sample(string name) =>
        File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Protocols", "Pixels", "Data", name + ".dcm"));

    /// <summary>What follows the file meta information.</summary>
    public static byte[] DataSetOf(byte[] file)
    {
        var head = new Part10Head();
        head.Feed(file, out _);
        head.Finish(out _);
        Assert.Null(head.Error);
        return file[head.DataSetOffset..];
    }

    public static DataSet Read(byte[] file) => Part10.Read(file).DataSet;

    /// <summary>Stores files as they are.</summary>
    public static async Task StoreAsync(TestedEngine engine, params IEnumerable<byte[]> files)
    {
        using var http = new HttpClient();
        foreach (var file in files)
        {
            using var body = new ByteArrayContent(file);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/dicom");
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{engine.HttpPort}/dicomweb/studies") { Content = body };
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/dicom+json"));
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }
}
