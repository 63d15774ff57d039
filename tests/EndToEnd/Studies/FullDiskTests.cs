using System.Net;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>The disk of the archive is full: senders are told to come again, nothing that was acknowledged is lost, and with room it goes on.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const string Root = "1.2.826.0.1.3680043.10.9.15.";
    private readonly ScratchFolder _folder = new();
    private bool _isMounted;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_isMounted) await Tool.RunAsync("umount", "-l", _folder["disk"]);
        _folder.Dispose();
    }

    [Fact]
    public async Task A_full_disk_is_told_and_recovers()
    {
        Tool.SkipWithout("storescu");
        Directory.CreateDirectory(_folder["disk"]);
        _isMounted = (await Tool.RunAsync("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", _folder["disk"])).ExitCode == 0;
        Assert.SkipUnless(_isMounted, "A disk of its own can be mounted by root only.");
        var ballast = Path.Combine(_folder["disk"], "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[8 * 1024 * 1024], TestContext.Current.CancellationToken);
        await using var engine = await EngineInside.StartNewAsync(("ARCHIVE__FOLDER", Path.Combine(_folder["disk"], "archive")), ("ARCHIVE__RESERVEBYTES", "0"));
        var image = new SentImage(Root + "1", "FD-1") { Rows = 65_000 };
        List<SentImage> images = [.. Enumerable.Range(1, 24).Select(number => image with { Instance = $"{image.Series}.{number}" })];

        // One association goes on after each refusal.
        var first = await Storescu.StoreAsync(engine, images.Select(static one => one.File()));
        Assert.Equal(images.Count, first.Count);
        Assert.All(first, static status => Assert.True(status is 0 or 0xA700, $"{status:X4}"));
        Assert.Contains(0, first);
        Assert.Contains(0xA700, first);
        using var viewer = new DicomWebViewer(engine);
        var (status, told) = await viewer.StoreAsync(images[^1].File());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 0xA700), (status, Assert.Single(told.GetItems(Tags.FailedSopSequence)
            .Concat(told.GetItems(new Tag(0x0008, 0x119A)))).GetInt32(Tags.FailureReason)));
        Assert.Equal(first.Count(static one => one == 0), (await viewer.SearchAsync($"instances?StudyInstanceUID={image.Study}")).Count);

        File.Delete(ballast);
        List<SentImage> again = [.. images.Where((_, i) => first[i] != 0).Take(6)];
        Assert.All(await Storescu.StoreAsync(engine, again.Select(static one => one.File())), static one => Assert.Equal(0, one));

        var check = await new OperatorDesk(engine).ReadAsync("archive", "check", "--through");
        Assert.Empty(check["found"]!.AsArray());
        foreach (var one in images.Where((_, i) => first[i] == 0).Concat(again))
            Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(one.Path, DicomWebViewer.AnyFile)).Status);
    }

    [Fact]
    public async Task Below_the_reserve_nothing_is_taken_and_it_is_shown()
    {
        Tool.SkipWithout("storescu");
        await using var engine = await EngineInside.StartNewAsync(("ARCHIVE__RESERVEBYTES", $"{long.MaxValue}"));
        var image = new SentImage(Root + "2", "FD-2");

        Assert.Equal([0xA700], await Storescu.StoreAsync(engine, image.File()));
        var desk = new OperatorDesk(engine);
        Assert.False((bool)(await desk.ReadAsync("status"))["archive"]!["takesInstances"]!);
        Assert.Contains("instances are refused, make room", (await desk.RunAsync("status")).Output, StringComparison.Ordinal);

        await engine.StopAsync();
        await engine.With("ARCHIVE__RESERVEBYTES", "0").StartAsync();
        Assert.Equal([0], await Storescu.StoreAsync(engine, image.File()));
    }
}
