using System.Text.Json;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Studies;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Viewing;

/// <summary>
/// The OHIF viewer in a headless Chromium: studies of several kinds are opened, scrolled and windowed, and the pictures are seen; those of the last
/// run stay beside the tests, in <c>viewer-pictures</c>. Takes minutes: with CLOUDPACS_LONG=1, and the viewer in the data folder of the working
/// copy (./run viewer) or in CLOUDPACS_HTTP__VIEWERFOLDER.
/// </summary>
public sealed class ViewerTests
{
    private static readonly string Viewer = Environment.GetEnvironmentVariable("CLOUDPACS_HTTP__VIEWERFOLDER") ?? Path.Combine(Repository.Root, "var", "viewer");

    [Fact]
    public async Task Studies_are_opened_scrolled_and_windowed()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1", "CLOUDPACS_LONG=1 runs it.");
        Assert.SkipUnless(File.Exists(Path.Combine(Viewer, "index.html")), "./run viewer installs the viewer.");
        Tool.SkipWithout("chromium");
        await using var engine = await EngineInside.StartNewAsync(("HTTP__VIEWERFOLDER", Viewer));
        var studies = new Dictionary<string, string> { ["CT"] = StudyFiles.Uid(), ["MR"] = StudyFiles.Uid(), ["multi-frame"] = StudyFiles.Uid(), ["JPEG-LS"] = StudyFiles.Uid() };
        await StudyFiles.StoreAsync(
            engine, [.. ShownStudies.Ct(studies["CT"]), .. ShownStudies.Mr(studies["MR"]), ShownStudies.MultiFrame(studies["multi-frame"]), .. await ShownStudies.CompressedAsync(studies["JPEG-LS"])]);
        var pictures = Path.Combine(AppContext.BaseDirectory, "viewer-pictures");
        if (Directory.Exists(pictures)) Directory.Delete(pictures, recursive: true);
        Directory.CreateDirectory(pictures);

        var told = await Tool.RunClientAsync(TimeSpan.FromMinutes(10), "ohif.cjs", ["/usr/bin/chromium", pictures, $"http://127.0.0.1:{engine.HttpPort}", .. studies.Values]);

        var seen = told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonSerializer.Deserialize<Seen>(line, JsonSerializerOptions.Web)!).ToDictionary(static one => one.Study);
        foreach (var (kind, study) in studies)
        {
            var one = seen[study];
            Assert.True(one.Fault is null && one.Troubles.Count == 0, $"{kind}: {one.Fault} {string.Join('\n', one.Troubles)}, see {pictures}");
            Assert.Empty(one.Foreign!);
            // A picture has many grey levels; an empty one has those of its background and of some words.
            Assert.True(one.Opened!.Levels > 64, $"{kind} is not shown, see {pictures}");
            Assert.True(one.Scrolled!.Hash != one.Opened.Hash, $"{kind} was not scrolled, see {pictures}");
            Assert.True(one.Windowed!.Hash != one.Scrolled.Hash && Math.Abs(one.Windowed.Mean - one.Scrolled.Mean) > 1, $"{kind} was not windowed, see {pictures}");
        }
    }

    private sealed record Look(int Levels, double Mean, uint Hash);

    private sealed record Seen(string Study, Look? Opened, Look? Scrolled, Look? Windowed, string? Fault, IReadOnlyList<string> Troubles, IReadOnlyList<string>? Foreign);
}
