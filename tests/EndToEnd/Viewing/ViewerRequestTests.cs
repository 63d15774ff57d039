using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Studies;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Viewing;

/// <summary>What OHIF 3.13.2 sends when it lists studies and opens one, request by request as it was recorded; and how the engine offers it.</summary>
public sealed class ViewerRequestTests(StudyEngine shared)
{
    private const string Json = "application/dicom+json";
    private const string Included = "includefield=00081030%2C00080060%2C00080090%2C00100030";
    private const string Frames = "multipart/related; type=application/octet-stream; transfer-syntax=*";

    /// <summary>Without these a series is not shown, or not where it belongs.</summary>
    private static readonly string[] Needed =
    [
        "00080016", "00080018", "0020000D", "0020000E", "00080060", "00280010", "00280011", "00280004", "00280100", "00280103", "00280030", "00200013", "00200032", "00200037",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_of_studies_is_searched_and_one_is_opened()
    {
        var engine = await shared.GetAsync();
        using var client = new DicomWebViewer(engine);
        var study = StudyFiles.Uid();
        var files = ShownStudies.Ct(study);
        await StudyFiles.StoreAsync(engine, files);
        var patient = "V" + study[^6..];

        await FindAsync($"studies?limit=101&offset=0&fuzzymatching=true&{Included}&StudyInstanceUID={study}&StudyInstanceUID={study}");
        await FindAsync($"studies?PatientName=*viewed*&limit=101&offset=0&fuzzymatching=true&{Included}&PatientID=*{patient}*");
        await FindAsync($"studies?PatientName=*vera%20vie*&limit=101&offset=0&fuzzymatching=true&{Included}&StudyDescription=*looked*&ModalitiesInStudy=CT%2CMR&StudyDate=20261130-20261130&PatientID={patient}");
        await FindAsync($"studies?StudyInstanceUID={study}%5C1.2.3&limit=101&offset=0&fuzzymatching=true&{Included}");
        await FindAsync($"studies?00100020={patient}&limit=101&offset=0&fuzzymatching=true&{Included}");
        var series = Assert.Single(await JsonAsync($"studies/{study}/series?includefield=00080021%2C00080031%2C0008103E%2C00200011"))!;
        Assert.Equal(study + ".1", Value(series, "0020000E"));
        Assert.All((string[])["00080021", "00080031", "0008103E", "00200011", "00080060"], tag => Assert.NotNull(series[tag]));
        var metadata = await JsonAsync($"studies/{study}/series/{study}.1/metadata");
        Assert.Equal(files.Count, metadata.Count);
        Assert.All(metadata, instance => Assert.All(Needed, tag => Assert.True(instance![tag]?["Value"] is JsonArray, tag)));

        var (status, type, thumbnail) = await client.GetAsync($"studies/{study}/series/{study}.1/instances/{study}.1.3/thumbnail?accept=image%2Fjpeg", "*/*");
        Assert.Equal((HttpStatusCode.OK, "image/jpeg"), (status, type));
        Assert.Equal((byte[])[0xFF, 0xD8], thumbnail[..2]);
        // It was seen with the Accept of frames too: the parameter wins (PS3.18 8.3.3.1).
        (status, type, _) = await client.GetAsync($"studies/{study}/series/{study}.1/instances/{study}.1.3/thumbnail?accept=image%2Fjpeg", Frames);
        Assert.Equal((HttpStatusCode.OK, "image/jpeg"), (status, type));
        foreach (var (number, file) in files.Index())
        {
            (status, type, var parts) = await client.GetAsync($"studies/{study}/series/{study}.1/instances/{study}.1.{number + 1}/frames/1", Frames);
            Assert.Equal((HttpStatusCode.OK, "multipart/related"), (status, type));
            Assert.True(parts.AsSpan().IndexOf(ShownStudies.PixelsOf(StudyFiles.Read(file)).Span) > 0);
            Assert.Contains("Content-Type: application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1\r\n", Encoding.Latin1.GetString(parts), StringComparison.Ordinal);
        }

        async Task<JsonArray> JsonAsync(string path)
        {
            var answer = await client.GetAsync(path, Json);
            Assert.Equal((HttpStatusCode.OK, Json), (answer.Status, answer.Type));
            return JsonNode.Parse(answer.Body)!.AsArray();
        }

        async Task FindAsync(string path)
        {
            var found = Assert.Single(await JsonAsync(path), one => Value(one!, "0020000D") == study)!;
            Assert.Equal("To be looked at", Value(found, "00081030"));
            Assert.Equal("CT", Value(found, "00080061"));
            Assert.All((string[])["00080090", "00100030"], tag => Assert.NotNull(found[tag]));
        }
    }

    [Fact]
    public async Task The_engine_says_how_the_viewer_is_installed_and_the_command_refuses_another_package()
    {
        var engine = await shared.GetAsync();
        using var http = new HttpClient();
        using var page = await http.GetAsync(new Uri($"http://127.0.0.1:{engine.HttpPort}/viewer/viewer?StudyInstanceUIDs=1.2"), Token);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("./run viewer installs it", await page.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        using var folder = new ScratchFolder();

        var refused = await Verb.RunAsync("viewer", "--from", folder.Write("other.tgz", "no package"), "--set", $"Http:ViewerFolder={folder["viewer"]}");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("is not the OHIF viewer 3.13.2", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("viewer --from FILE", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["viewer"]));
    }

    private static string? Value(JsonNode dataSet, string tag) => (string?)dataSet[tag]?["Value"]?[0];
}
