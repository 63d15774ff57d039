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
        Assert.Equal(6, lines.Length);
        Assert.Equal(1, sent.ExitCode);
        Assert.Contains($"\"{study}\"", await engine.GetAsync($"/dicomweb/studies?StudyInstanceUID={study}"), StringComparison.Ordinal);
    }
}
