using System.Net;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>
/// The engine is killed, and stopped, while two senders store: every acknowledged instance is there, whole, and once. With
/// <c>CLOUDPACS_LONG=1</c> a hundred kills.
/// </summary>
[Trait("speed", "slow")]
public sealed class StudyKillTests(ITestOutputHelper output)
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 100 : 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_acknowledged_instance_is_there_whole_and_once_after_kills_and_stops_while_storing()
    {
        await using var engine = await EngineProcess.StartNewAsync();
        await using var load = new StudyLoad(engine, seed: 7);
        var random = new Random(5);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await load.AdvanceAsync(random.Next(5, 60));
            // Answers come right after a commit; the spread lets a kill fall anywhere between two.
            await Task.Delay(random.Next(15), Token);
            await engine.KillAsync();
            await engine.StartAsync();
        }

        await load.AdvanceAsync(40);
        Assert.Equal(0, await engine.StopAsync(TimeSpan.FromSeconds(20)));
        await engine.StartAsync();
        await load.AdvanceAsync(10);

        var stored = await load.FinishAsync();
        await CheckAsync(engine, stored);
        output.WriteLine($"{Kills} kills, {stored.Count} instances, {load.Repeated} sent again");
    }

    private static async Task CheckAsync(TestedEngine engine, IReadOnlyCollection<SentImage> stored)
    {
        await using var database = new EngineDatabase(engine);
        var rows = await database.ListAsync("SELECT sop_instance_uid FROM instance", static row => row.GetString(0));
        Assert.Equal(stored.Select(static image => image.Instance).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
        var shown = await database.ListAsync("SELECT instances FROM series", static row => row.GetInt32(0));
        Assert.Equal(stored.Count, shown.Sum());
        // What was sent again after an answer that was lost is the same, and no other instance under its name.
        Assert.Equal(0, await database.CountAsync("quarantined_instance"));
        using var viewer = new DicomWebViewer(engine);
        foreach (var image in stored)
        {
            var (status, _, body) = await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile);
            Assert.True(status == HttpStatusCode.OK, $"{image.Instance}: {status}");
            var sent = image.File();
            Assert.True(DataSetOf(sent).Span.SequenceEqual(DataSetOf(body).Span), $"{image.Instance} is not what was sent");
        }
    }

    /// <summary>File meta information is that of whoever wrote the file.</summary>
    private static ReadOnlyMemory<byte> DataSetOf(byte[] file) => file.AsMemory(Part10.Read(file).DataSetOffset);
}
