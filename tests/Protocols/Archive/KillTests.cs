using System.Diagnostics;
using System.Globalization;
using System.Text;
using CloudPacs.Archive;
using Xunit;

namespace CloudPacs.Protocols.Tests.Archive;

/// <summary>
/// A writer is killed at a random moment, again and again: what it was told is stored is there, whole, once; what it was not told is given
/// up. With <c>CLOUDPACS_LONG=1</c> a hundred kills.
/// </summary>
public sealed class KillTests
{
    private const string WriterFolder = "CLOUDPACS_TEST_ARCHIVE_WRITER";
    private const string WriterRun = "CLOUDPACS_TEST_ARCHIVE_RUN";
    private const string Told = "stored";
    private static readonly int Kills = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 100 : 20;
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost()
    {
        using var folder = new TestFolder();
        _ = folder.KeyRing;
        var acknowledged = new Dictionary<string, Place>();
        var random = new Random(Environment.TickCount);
        var unacknowledged = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            var told = await WriteUntilKilledAsync(folder.Archive, kill, TimeSpan.FromMilliseconds(random.Next(5, 150)));
            Assert.NotEmpty(told);
            foreach (var (key, place) in told) acknowledged.Add(key, place);

            var index = new TestIndex();
            foreach (var (key, place) in acknowledged) index.Rows[key] = place;
            await using var archive = await PackArchive.OpenAsync(OptionsOf(folder.Archive), index, TimeProvider.System, None);

            unacknowledged += archive.Recovered.Offered - archive.Recovered.Needed;
            Assert.Equal(0, archive.Recovered.Broken);
            foreach (var (key, place) in told) Assert.Equal(Content(key), await archive.ReadAsync(place));
        }

        var rows = new TestIndex();
        foreach (var (key, place) in acknowledged) rows.Rows[key] = place;
        await using (var archive = await PackArchive.OpenAsync(OptionsOf(folder.Archive), rows, TimeProvider.System, None))
        {
            unacknowledged += await archive.SweepAsync(DateTimeOffset.MaxValue, None);
            await archive.CompactAsync(None);
            await archive.CompactAsync(None);
        }

        rows.Offered.Clear();
        await using var last = await PackArchive.OpenAsync(OptionsOf(folder.Archive), rows, TimeProvider.System, None);

        Assert.Equal(0, await last.SweepAsync(DateTimeOffset.MaxValue, None));
        Assert.Equal(acknowledged.Keys.Order(), rows.Offered.Select(static record => Encoding.ASCII.GetString(record.Key.Span)).Order());
        foreach (var place in rows.Rows.Values) Assert.Equal(RecordState.Whole, await last.CheckAsync(place, readThrough: true, None));
        TestContext.Current.TestOutputHelper?.WriteLine($"{acknowledged.Count} acknowledged, {unacknowledged} whole but not acknowledged");
    }

    /// <summary>The writer: the test above starts it in a process of its own. Says what was acknowledged, a line each.</summary>
    [Fact(Explicit = true)]
    public Task Write() => WriteForEverAsync(Environment.GetEnvironmentVariable(WriterFolder) ?? throw new InvalidOperationException("It is no test."));

    private static async Task WriteForEverAsync(string folder)
    {
        var run = Environment.GetEnvironmentVariable(WriterRun);
        await using var archive = await PackArchive.OpenAsync(OptionsOf(folder), new TestIndex(), TimeProvider.System, None);
        await using var output = Console.OpenStandardOutput();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var key = $"{run}.{writer}.{i}";
                using var instance = archive.Begin(Encoding.ASCII.GetBytes(key));
                instance.Write(Content(key));
                var place = await instance.CompleteAsync(None);
                lock (archive) output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Told} {key} {place.Pack} {place.Offset} {place.Length}\n")));
            }
        })));
    }

    /// <summary>Packs are small, so that kills meet their sealing too.</summary>
    private static ArchiveOptions OptionsOf(string folder) => new()
    {
        Folder = folder, ReserveBytes = 0, PackBytes = 3_000_000, OwnFileBytes = 1_500_000, KeepMovedFor = TimeSpan.Zero,
        KeyRingFile = Path.Combine(folder, "..", "keys"),
    };

    private static byte[] Content(string key)
    {
        var seed = key.Aggregate(17, static (hash, c) => unchecked((hash * 31) + c));
        return Instances.Make(seed, (seed & 31) == 0 ? 600_000 + (seed & 0xFFFFF) : seed & 0xFFFF);
    }

    private static async Task<List<(string Key, Place Place)>> WriteUntilKilledAsync(string folder, int run, TimeSpan after)
    {
        string[] arguments = [typeof(KillTests).Assembly.Location, "-method", $"{typeof(KillTests).FullName}.{nameof(Write)}", "-explicit", "only"];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[WriterFolder] = folder;
        start.Environment[WriterRun] = $"{run}";
        using var process = Process.Start(start)!;
        var told = new List<(string, Place)>();
        var killed = Task.CompletedTask;
        while (await process.StandardOutput.ReadLineAsync(None) is { } line)
        {
            if (line.Split(' ') is not [Told, var key, var pack, var offset, var length]) continue;
            if (told.Count == 0) killed = KillAsync();
            told.Add((key, new Place(Guid.Parse(pack), long.Parse(offset, CultureInfo.InvariantCulture), long.Parse(length, CultureInfo.InvariantCulture))));
        }

        await killed;
        await process.WaitForExitAsync(None);
        return told;

        async Task KillAsync()
        {
            await Task.Delay(after, None);
            process.Kill();
        }
    }
}
