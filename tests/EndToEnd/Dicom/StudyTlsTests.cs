using System.Globalization;
using System.Net;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Studies;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Dicom;

/// <summary>Images over DICOM TLS (PS3.15 B.12) both ways, each side known by its certificate: from stations, and to and from archives.</summary>
public sealed class StudyTlsTests : IDisposable
{
    private const string Root = "1.2.826.0.1.3680043.10.9.32.";
    private readonly TestAuthority _authority = new("engine", "modality", "other", "archive", "orthanc");
    private readonly ScratchFolder _files = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public StudyTlsTests()
    {
        foreach (var tool in new[] { "storescu", "storescp", "findscu", "movescu" }) Tool.SkipWithout(tool);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task A_station_stores_and_searches_with_its_certificate_and_nobody_else_does()
    {
        var port = Ports.Free();
        await using var engine = await EngineInside.StartNewAsync(
            [.. _authority.ServerSettings(port, "required"), ("DICOM__STATIONS__CT1__CERTIFICATE", "CN=modality")]);
        var image = new SentImage(Root + "1", "TL-1");
        await File.WriteAllBytesAsync(_files["image.dcm"], image.File(), Token);

        foreach (var client in new[] { "-", "stranger", "other" })
            Assert.NotEqual((client, 0), (client, (await RunAsync("storescu", client, port, "-aet", "CT1", _files["image.dcm"])).ExitCode));
        using var viewer = new DicomWebViewer(engine);
        Assert.Empty(await viewer.SearchAsync($"studies?StudyInstanceUID={image.Study}"));

        var stored = await RunAsync("storescu", "modality", port, "-aet", "CT1", _files["image.dcm"]);
        Assert.True(stored.ExitCode == 0, stored.Errors);
        var found = await RunAsync("findscu", "modality", port, "-S", "-aet", "CT1", "-k", "0008,0052=STUDY", "-k", $"0020,000d={image.Study}");
        Assert.Contains("Find Response: 1", found.Errors, StringComparison.Ordinal);
        Assert.Equal(StudyFiles.DataSetOf(image.File()), StudyFiles.DataSetOf((await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile)).Body));
    }

    [Fact]
    public async Task An_archive_that_asks_for_our_certificate_gets_what_is_forwarded_and_moved()
    {
        var archivePort = Ports.Free();
        using var archive = await Storescp.StartAsync(archivePort, _files["archive"], _authority.DcmtkOptions("archive"));
        await using var engine = await EngineInside.StartNewAsync(
            [
                ("DICOM__FORWARDTO", "ARCHIVE"), .. Destination("ARCHIVE", archivePort), .. _authority.ClientSettings("DICOM__DESTINATIONS__ARCHIVE", "archive"),
                .. Destination("NAMELESS", archivePort), ("DICOM__DESTINATIONS__NAMELESS__TLS__TRUSTEDAUTHORITIESFILE", _authority["authority.pem"]),
                ("DICOM__DESTINATIONS__NAMELESS__TLS__SERVERNAME", "archive"),
                .. Destination("IMPOSTOR", archivePort), .. _authority.ClientSettings("DICOM__DESTINATIONS__IMPOSTOR", "another"),
                .. Destination("STRANGER", archivePort), .. _authority.ClientSettings("DICOM__DESTINATIONS__STRANGER", "archive", "stranger"),
            ]);
        var image = new SentImage(Root + "2", "TL-2");

        await StudyFiles.StoreAsync(engine, image.File());
        // The archive says that it has it when its file is whole.
        for (var left = 1500; left > 0 && !await IsSentAsync(engine); left--) await Task.Delay(20, Token);
        Assert.Equal(StudyFiles.DataSetOf(image.File()), StudyFiles.DataSetOf(Assert.Single(archive.Files())));

        foreach (var file in Directory.GetFiles(_files["archive"])) File.Delete(file);
        foreach (var refused in new[] { "NAMELESS", "IMPOSTOR", "STRANGER" })
            Assert.Contains("0xa702", await MoveAsync(engine, refused, image), StringComparison.Ordinal);
        Assert.Empty(archive.Files());
        Assert.Contains("0x0000", await MoveAsync(engine, "ARCHIVE", image), StringComparison.Ordinal);
        Assert.Single(archive.Files());
    }

    [Fact]
    public async Task Studies_of_an_archive_that_takes_TLS_alone_are_found_and_opened()
    {
        var port = Ports.Free();
        await using var orthanc = OrthancArchive.Create();
        (orthanc.Authority, orthanc.DestinationPort) = (_authority, port);
        await orthanc.StartAsync();
        var image = new SentImage(Root + "3", "TL-3") { Date = TimeProvider.System.GetLocalNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture) };
        await orthanc.StoreAsync(image.File());
        await using var engine = await EngineInside.StartNewAsync(
            [
                .. _authority.ServerSettings(port, "required"), ("DICOM__STATIONS__ORTHANC__CERTIFICATE", "CN=orthanc"),
                ("ARCHIVES__OLD__HOST", "127.0.0.1"), ("ARCHIVES__OLD__PORT", $"{orthanc.DicomPort}"), ("ARCHIVES__OLD__AETITLE", "ORTHANC"),
                ("ARCHIVES__OLD__HISTORY", "60.00:00:00"), .. _authority.ClientSettings("ARCHIVES__OLD", "orthanc"),
            ]);

        var state = await ArchivePoll.RunAsync(engine, "OLD");

        Assert.Equal((1, null), ((int)state["studies"]!, (string?)state["fault"]));
        using var viewer = new DicomWebViewer(engine);
        var (status, _, body) = await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile);
        Assert.True(status == HttpStatusCode.OK, Encoding.UTF8.GetString(body));
        Assert.Equal(image.Instance, StudyFiles.Read(body).GetString(Tags.SopInstanceUid));
    }

    private static (string, string)[] Destination(string title, int port) =>
        [($"DICOM__DESTINATIONS__{title}__HOST", "127.0.0.1"), ($"DICOM__DESTINATIONS__{title}__PORT", $"{port}")];

    private static async Task<bool> IsSentAsync(TestedEngine engine) =>
        (await engine.GetAsync("/api/deliveries?destination=dicom:ARCHIVE&state=sent")).Contains("\"sent\"", StringComparison.Ordinal);

    private static async Task<string> MoveAsync(TestedEngine engine, string destination, SentImage image)
    {
        var moved = await Tool.RunAsync(
            "movescu", "-d", "-aec", "CLOUDPACS", "-aem", destination, "-k", "0008,0052=STUDY", "-k", $"0020,000d={image.Study}", "127.0.0.1", $"{engine.DicomPort}");
        return moved.Output + moved.Errors;
    }

    private Task<ToolResult> RunAsync(string program, string client, int port, params string[] arguments) => Tool.RunAsync(
        program,
        [
            .. _authority.DcmtkOptions(client), "-to", "20", "-aec", "CLOUDPACS", .. arguments.TakeWhile(static one => !File.Exists(one)), "127.0.0.1",
            port.ToString(CultureInfo.InvariantCulture), .. arguments.SkipWhile(static one => !File.Exists(one)),
        ]);
}
