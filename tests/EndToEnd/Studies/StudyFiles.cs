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
    public static async Task StoreAsync(EngineProcess engine, params IEnumerable<byte[]> files)
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
