using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>
/// Who is of a facility finds and opens the studies of that one and of none, by every door: a station is known by its AE title, a caller over
/// HTTP by the header of the proxy.
/// </summary>
public sealed class FacilityTests(RetrieveEngine engines) : IAsyncLifetime
{
    private const string Root = "1.2.826.0.1.3680043.10.9.31.";
    private readonly ScratchFolder _files = new();
    private TestedEngine _engine = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Each door over HTTP: an address, and what a caller takes there.</summary>
    private static (string Door, Func<SentImage, string> Address, string Accept)[] Addresses =>
    [
        ("QIDO-RS studies", static image => $"dicomweb/studies?StudyInstanceUID={image.Study}", "application/dicom+json"),
        ("QIDO-RS series", static image => $"dicomweb/series?SeriesInstanceUID={image.Series}", "application/dicom+json"),
        ("QIDO-RS instances", static image => $"dicomweb/instances?SOPInstanceUID={image.Instance}", "application/dicom+json"),
        ("QIDO-RS by patient", static image => $"dicomweb/studies?PatientID={image.PatientId}", "application/dicom+json"),
        ("QIDO-RS series of a study", static image => $"dicomweb/studies/{image.Study}/series", "application/dicom+json"),
        ("QIDO-RS instances of a study", static image => $"dicomweb/studies/{image.Study}/instances", "application/dicom+json"),
        ("QIDO-RS instances of a series", static image => $"dicomweb/studies/{image.Study}/series/{image.Series}/instances", "application/dicom+json"),
        ("WADO-RS study", static image => $"dicomweb/studies/{image.Study}", "*/*"),
        ("WADO-RS series", static image => $"dicomweb/studies/{image.Study}/series/{image.Series}", "*/*"),
        ("WADO-RS instance", static image => "dicomweb/" + image.Path, DicomWebViewer.AnyFile),
        ("WADO-RS metadata of a study", static image => $"dicomweb/studies/{image.Study}/metadata", "*/*"),
        ("WADO-RS metadata of a series", static image => $"dicomweb/studies/{image.Study}/series/{image.Series}/metadata", "*/*"),
        ("WADO-RS metadata of an instance", static image => $"dicomweb/{image.Path}/metadata", "*/*"),
        ("WADO-RS frames", static image => $"dicomweb/{image.Path}/frames/1", "*/*"),
        ("WADO-RS bulk data", static image => $"dicomweb/{image.Path}/bulkdata/7FE00010", "*/*"),
        ("WADO-RS rendered study", static image => $"dicomweb/studies/{image.Study}/rendered", "image/png"),
        ("WADO-RS rendered series", static image => $"dicomweb/studies/{image.Study}/series/{image.Series}/rendered", "image/png"),
        ("WADO-RS rendered instance", static image => $"dicomweb/{image.Path}/rendered", "image/png"),
        ("WADO-RS rendered frame", static image => $"dicomweb/{image.Path}/frames/1/rendered", "image/png"),
        ("WADO-RS thumbnail of a study", static image => $"dicomweb/studies/{image.Study}/thumbnail", "image/png"),
        ("WADO-RS thumbnail of an instance", static image => $"dicomweb/{image.Path}/thumbnail", "image/png"),
        ("WADO-RS thumbnail of a frame", static image => $"dicomweb/{image.Path}/frames/1/thumbnail", "image/png"),
        ("WADO-URI file", static image => Wado(image) + "&contentType=application/dicom", "*/*"),
        ("WADO-URI picture", static image => Wado(image) + "&contentType=image/png", "*/*"),
    ];

    /// <summary>Each door of DICOM: what a station gets that asks for several studies at once, as text with their UIDs.</summary>
    private (string Door, Func<string, string, Task<string>> Ask)[] Services =>
    [
        ("C-FIND study root", (title, uids) => FindAsync(title, "-S", "STUDY", $"0020,000d={uids}")),
        ("C-FIND patient root", (title, _) => FindAsync(title, "-P", "STUDY", "0010,0020=FA-?", "0020,000d")),
        ("C-FIND of series", (title, uids) => FindAsync(title, "-S", "SERIES", $"0020,000d={uids}", "0020,000e")),
        ("C-FIND of images", (title, uids) => FindAsync(title, "-S", "IMAGE", $"0020,000d={uids}", "0008,0018")),
        ("C-GET", (title, uids) => GetAsync(title, $"0020,000d={uids}")),
        ("C-MOVE", (title, uids) => MoveAsync(title, $"0020,000d={uids}")),
    ];

    public async ValueTask InitializeAsync()
    {
        foreach (var tool in new[] { "storescu", "findscu", "getscu", "movescu", "storescp" }) Tool.SkipWithout(tool);
        _engine = await engines.GetAsync();
    }

    public ValueTask DisposeAsync()
    {
        _files.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task By_every_door_a_caller_sees_the_studies_of_its_facility_and_of_none()
    {
        var studies = new Dictionary<string, SentImage>
        {
            ["north"] = new(Root + "1", "FA-1"), ["south"] = new(Root + "2", "FA-2"), ["of none"] = new(Root + "3", "FA-3"),
        };
        await StoreAsync(RetrieveEngine.North, studies["north"]);
        await StoreAsync(RetrieveEngine.South, studies["south"]);
        await StoreAsync("ANYBODY", studies["of none"]);
        var ids = new Dictionary<string, string>();
        await using (var database = new EngineDatabase(_engine))
        {
            foreach (var image in studies.Values)
                ids[image.Study] = Assert.Single(await database.ListAsync($"SELECT id::text FROM study WHERE study_instance_uid = '{image.Study}'", static row => row.GetString(0)));
        }

        (string Door, Func<SentImage, string> Address, string Accept)[] addresses =
        [
            .. Addresses, ("FHIR ImagingStudy", image => "fhir/ImagingStudy/" + ids[image.Study], "*/*"),
            ("FHIR ImagingStudy, version", image => $"fhir/ImagingStudy/{ids[image.Study]}/_history/1", "*/*"),
        ];

        var seen = new List<string>();
        var uids = string.Join('\\', studies.Values.Select(static image => image.Study));
        foreach (var (door, ask) in Services)
        {
            foreach (var title in new[] { RetrieveEngine.North, RetrieveEngine.South, "ANYBODY" })
            {
                var answer = await ask(title, uids);
                seen.Add(await SeenAsync(door, title, image => Task.FromResult(answer.Contains(image.Study, StringComparison.Ordinal))));
            }
        }

        foreach (var (door, address, accept) in addresses)
        {
            foreach (var facility in new[] { "North", "South", "" })
                seen.Add(await SeenAsync(door, facility, async image => (await AskAsync(address(image), accept, facility)).Sees));
        }

        Assert.Equal(
            [
                .. Services.SelectMany(static service => Rows(service.Door, RetrieveEngine.North, RetrieveEngine.South, "ANYBODY", "north, south, of none")),
                .. addresses.SelectMany(static one => Rows(one.Door, "North", "South", "", "of none")),
            ], seen);

        async Task<string> SeenAsync(string door, string caller, Func<SentImage, Task<bool>> sees)
        {
            var names = new List<string>();
            foreach (var (name, image) in studies)
            {
                if (await sees(image)) names.Add(name);
            }

            return $"{door}, {caller}: {string.Join(", ", names)}";
        }
    }

    [Fact]
    public async Task What_is_of_another_facility_is_answered_as_what_does_not_exist()
    {
        var image = new SentImage(Root + "4", "FA-4");
        var nothing = new SentImage(Root + "5", "FA-5");
        await StoreAsync(RetrieveEngine.North, image);

        foreach (var (door, address, accept) in Addresses)
        {
            var (hidden, missing) = (await AskAsync(address(image), accept, "South"), await AskAsync(address(nothing), accept, "South"));
            Assert.Equal((door, missing.Status, WithoutTrace(missing.Body)), (door, hidden.Status, WithoutTrace(hidden.Body)));
        }
    }

    [Fact]
    public async Task What_a_caller_over_HTTP_stores_is_of_its_facility_and_two_facilities_are_none()
    {
        var image = new SentImage(Root + "6", "FA-6");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_engine.HttpPort}/dicomweb/studies");
        request.Content = new ByteArrayContent(image.File()) { Headers = { { "Content-Type", "application/dicom" } } };
        request.Headers.Add(RetrieveEngine.FacilityHeader, "North");
        request.Headers.Add("Accept", "application/dicom+json");
        using (var answer = await http.SendAsync(request, Token)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var path = $"dicomweb/{image.Path}/metadata";
        Assert.True((await AskAsync(path, "*/*", "North")).Sees);
        Assert.False((await AskAsync(path, "*/*", "South")).Sees);
        Assert.False((await AskAsync(path, "*/*", "South, North")).Sees);
        Assert.False((await AskAsync(path, "*/*", "North", "South")).Sees);
        Assert.NotEmpty(await FindAsync(RetrieveEngine.North, "-S", "STUDY", $"0020,000d={image.Study}"));
        Assert.Empty(await FindAsync(RetrieveEngine.South, "-S", "STUDY", $"0020,000d={image.Study}"));
    }

    /// <summary>Each request has a trace of its own.</summary>
    private static string WithoutTrace(string body) => Regex.Replace(body, "\"traceId\":\"[^\"]*\"", "");

    private static string[] Rows(string door, string north, string south, string other, string othersSee) =>
        [$"{door}, {north}: north, of none", $"{door}, {south}: south, of none", $"{door}, {other}: {othersSee}"];

    private static string Wado(SentImage image) =>
        $"wado?requestType=WADO&studyUID={image.Study}&seriesUID={image.Series}&objectUID={image.Instance}";

    private async Task StoreAsync(string title, SentImage image)
    {
        var path = _files[image.Instance + ".dcm"];
        await File.WriteAllBytesAsync(path, image.File(), Token);
        var stored = await Tool.RunAsync("storescu", "-aet", title, "-aec", "CLOUDPACS", "127.0.0.1", $"{_engine.DicomPort}", path);
        Assert.True(stored.ExitCode == 0, stored.Errors);
    }

    private async Task<(bool Sees, HttpStatusCode Status, string Body)> AskAsync(string address, string accept, params string[] facilities)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{_engine.HttpPort}/{address}");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        foreach (var facility in facilities.Where(static one => one.Length > 0)) request.Headers.TryAddWithoutValidation(RetrieveEngine.FacilityHeader, facility);
        using var answer = await http.SendAsync(request, Token);
        var body = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{address}: {answer.StatusCode} {body}");
        return (answer.StatusCode == HttpStatusCode.OK && body != "[]", answer.StatusCode, body);
    }

    private async Task<string> FindAsync(string title, string model, string level, params string[] keys)
    {
        var found = await Tool.RunAsync("findscu", [.. Query(title, model, level, keys), "127.0.0.1", Port]);
        Assert.True(found.ExitCode == 0, found.Errors);
        // What was asked for stands before the first answer.
        return found.Errors.IndexOf("Find Response:", StringComparison.Ordinal) is >= 0 and var first ? found.Errors[first..] : "";
    }

    private async Task<string> GetAsync(string title, string key)
    {
        using var folder = new ScratchFolder();
        var got = await Tool.RunAsync("getscu", [.. Query(title, "-S", "STUDY", key), "-od", folder.Path, "127.0.0.1", Port]);
        Assert.True(got.ExitCode == 0, got.Errors);
        return UidsOf(Directory.GetFiles(folder.Path).Select(File.ReadAllBytes));
    }

    private async Task<string> MoveAsync(string title, string key)
    {
        using var folder = new ScratchFolder();
        using var scp = await Storescp.StartAsync(engines.DestinationPort, folder.Path);
        var moved = await Tool.RunAsync("movescu", [.. Query(title, "-S", "STUDY", key), "-aem", RetrieveEngine.Destination, "127.0.0.1", Port]);
        Assert.True(moved.ExitCode == 0, moved.Errors);
        return UidsOf(scp.Files());
    }

    private static string UidsOf(IEnumerable<byte[]> files) => string.Join(' ', files.Select(static file => StudyFiles.Read(file).GetString(Tags.StudyInstanceUid)));

    private string Port => _engine.DicomPort.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Query(string title, string model, string level, params string[] keys) =>
        ["-v", model, "-aet", title, "-aec", "CLOUDPACS", .. keys.Prepend($"0008,0052={level}").SelectMany(static key => new[] { "-k", key })];
}
