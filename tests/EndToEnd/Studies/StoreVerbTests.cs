using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary><c>cloudpacs store</c>: what it is given, and what it says of each file.</summary>
public sealed class StoreVerbTests(StudyEngine shared)
{
    [Fact]
    public async Task Files_and_folders_are_sent_and_each_file_is_told_by_itself()
    {
        var engine = await shared.GetAsync();
        using var folder = new ScratchFolder();
        var (study, series) = (StudyFiles.Uid(), StudyFiles.Uid());
        Directory.CreateDirectory(folder["disc/IMAGES"]);
        Directory.CreateDirectory(folder["empty"]);
        await File.WriteAllBytesAsync(folder["disc/IMAGES/1"], StudyFiles.Create(study, series, number: 1), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder["disc/2.dcm"], StudyFiles.Create(study, series, number: 2), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder["disc/README.TXT"], "This is no image.", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder["3.dcm"], StudyFiles.Create(study, series, number: 3), TestContext.Current.CancellationToken);

        var sent = await Verb.RunAsync("store", "--port", $"{engine.DicomPort}", folder["disc"], folder["3.dcm"], folder["empty"], folder["4.dcm"]);

        var lines = sent.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(
            ["1: stored", "2.dcm: stored", "3.dcm: stored"], lines.Where(static line => line.EndsWith(": stored", StringComparison.Ordinal)).Order());
        Assert.Contains("empty: There is no file in it.", lines);
        Assert.StartsWith("README.TXT: ", lines.Single(static line => line.StartsWith("README", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("Could not find file", lines.Single(static line => line.StartsWith("4.dcm", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("3 stored, 0 with warnings, 0 refused, 3 not sent", lines[^1]);
        Assert.Equal(7, lines.Length);
        Assert.Equal(1, sent.ExitCode);
        Assert.Contains($"\"{study}\"", await engine.GetAsync($"/dicomweb/studies?StudyInstanceUID={study}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_peer_says_of_each_file_is_told_also_where_it_takes_it_and_keeps_it_aside()
    {
        var engine = await shared.GetAsync();
        using var folder = new ScratchFolder();
        var image = new SentImage("1.2.826.0.1.3680043.10.9.35.1", "SV-1") { Comments = "first" };
        var cut = new SentImage("1.2.826.0.1.3680043.10.9.35.2", "SV-2").File()[..^100];
        await WriteAsync("1.dcm", image.File());
        await WriteAsync("2.dcm", (image with { Comments = "second" }).File());
        await WriteAsync("3.dcm", (image with { PatientId = "SV-9", Instance = image.Series + ".2" }).File());

        var taken = await Verb.RunAsync("store", "--port", $"{engine.DicomPort}", folder["1.dcm"], folder["2.dcm"], folder["3.dcm"]);
        await WriteAsync("4.dcm", (image with { Pixel = 8 }).File());
        await WriteAsync("5.dcm", cut);
        var refused = await Verb.RunAsync("store", "--port", $"{engine.DicomPort}", folder["1.dcm"], folder["4.dcm"], folder["5.dcm"]);

        Assert.Equal(
            [
                "1.dcm: stored", "2.dcm: taken with status 0000H: Stored before with other attributes: this one is kept aside",
                "3.dcm: taken with status 0000H: Its study is of another patient: it waits for a person, hidden", "1 stored, 2 with warnings, 0 refused",
            ], Lines(taken));
        Assert.Equal(0, taken.ExitCode);
        var lines = Lines(refused);
        Assert.Equal(["1.dcm: stored", "4.dcm: refused with status C410H: An instance with this UID and other content is stored"], lines[..2]);
        Assert.StartsWith("5.dcm: refused with status C000H: Unreadable: ", lines[2], StringComparison.Ordinal);
        Assert.Equal(("1 stored, 0 with warnings, 2 refused", 1), (lines[3], refused.ExitCode));

        Task WriteAsync(string name, byte[] file) => File.WriteAllBytesAsync(folder[name], file, TestContext.Current.CancellationToken);
    }

    private static string[] Lines(Peers.ToolResult result) =>
        result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
