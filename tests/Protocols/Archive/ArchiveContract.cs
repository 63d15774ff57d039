using System.Text;
using CloudPacs.Archive;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CloudPacs.Protocols.Tests.Archive;

/// <summary>What holds wherever an archive keeps its packs.</summary>
public abstract class ArchiveContract : IAsyncLifetime
{
    private const int Chunk = 64 * 1024;
    private const int Buffer = 512 * 1024;
    private static readonly CancellationToken None = CancellationToken.None;

    private protected TestFolder Folder { get; } = new();

    private protected FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    private protected TestIndex Index { get; } = new();

    private protected virtual ArchiveOptions Options => Folder.Options;

    public virtual ValueTask InitializeAsync() => default;

    public virtual ValueTask DisposeAsync()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
        return default;
    }

    [Fact]
    public async Task What_was_stored_is_read_back_whatever_its_length()
    {
        int[] lengths = [0, 1, 4095, Chunk - 1, Chunk, Chunk + 1, 3 * Chunk, Buffer - 1, Buffer, Buffer + 1, Buffer + Chunk, 2 * Buffer, (3 * 1024 * 1024) + 7];
        await using var archive = await OpenAsync(Options);

        var places = await Task.WhenAll(lengths.Select((length, i) => archive.StoreAsync($"1.2.{i}", Instances.Make(i, length))));

        for (var i = 0; i < lengths.Length; i++)
        {
            Assert.Equal(lengths[i], places[i].Length);
            Assert.Equal(Instances.Make(i, lengths[i]), await archive.ReadAsync(places[i]));
            Assert.Equal(RecordState.Whole, await archive.CheckAsync(places[i], readThrough: true, None));
        }
    }

    [Fact]
    public async Task After_a_restart_it_is_where_it_was()
    {
        await StoreRowsAsync(30, 30_000);
        await using var archive = await OpenAsync(Options);

        Assert.Equal(new RecoveryReport(0, 0, 0, 0, 0), archive.Recovered);
        await AssertRowsAsync(archive, 30_000);
    }

    [Theory]
    [InlineData(300_000)]
    [InlineData(1_500_000)]
    public async Task Ranges_are_read_from_anywhere(int length)
    {
        var content = Instances.Make(1, length);
        await using var archive = await OpenAsync(Options);
        await archive.StoreAsync("1.1", Instances.Make(2, 10));
        var place = await archive.StoreAsync("1.2", content);
        using var stream = await archive.OpenAsync(place, None);
        var random = new Random(3);

        Assert.Equal("1.2", Encoding.ASCII.GetString(await stream.ReadKeyAsync(None)));
        for (var i = 0; i < 50; i++)
        {
            var at = random.Next(length);
            var range = new byte[Math.Min(random.Next(1, 200_000), length - at)];
            stream.Position = at;
            if (i % 2 == 0) await stream.ReadExactlyAsync(range, None);
            else stream.ReadExactly(range);
            Assert.True(content.AsSpan(at, range.Length).SequenceEqual(range));
        }

        Assert.Equal(0, await stream.ReadAtAsync(length, new byte[10], None));
    }

    [Fact]
    public async Task What_was_not_completed_is_not_kept()
    {
        await using (var archive = await OpenAsync(Options))
        {
            using (var small = archive.Begin("1.1"u8)) small.Write(Instances.Make(1, 1000));
            using (var large = archive.Begin("1.2"u8)) large.Write(Instances.Make(2, 5_000_000));
            Index.Rows["1.3"] = await archive.StoreAsync("1.3", Instances.Make(3, 3_000_000));
        }

        Assert.InRange(Folder.Files(".pack").Sum(static file => new FileInfo(file).Length), 3_000_000, 3_010_000);
        await using var again = await OpenAsync(Options);
        Assert.Equal(Instances.Make(3, 3_000_000), await again.ReadAsync(Index.Rows["1.3"]));
        Assert.Equal(0, await again.SweepAsync(DateTimeOffset.MaxValue, None));
    }

    [Fact]
    public async Task A_place_without_a_record_is_missing()
    {
        await using var archive = await OpenAsync(Options);
        var place = await archive.StoreAsync("1.1", Instances.Make(1, 1000));

        foreach (var wrong in new[] { place with { Pack = Guid.Empty }, place with { Offset = place.Offset + 1 }, place with { Length = 999 }, place with { Offset = 1 << 30 } })
        {
            Assert.Equal(RecordState.Missing, await archive.CheckAsync(wrong, readThrough: false, None));
            Assert.Equal(ArchiveFault.Missing, (await Assert.ThrowsAsync<ArchiveException>(async () => await archive.OpenAsync(wrong, None))).Fault);
        }
    }

    [Fact]
    public async Task Large_instances_get_a_file_of_their_own_and_full_packs_are_sealed()
    {
        var options = Options with { OwnFileBytes = 2_000_000, PackBytes = 1_000_000 };
        await using var archive = await OpenAsync(options);
        var first = await archive.StoreAsync("1.1", Instances.Make(1, 600_000));
        var own = await archive.StoreAsync("1.2", Instances.Make(2, 2_500_000), expected: 2_500_000);
        var second = await archive.StoreAsync("1.3", Instances.Make(3, 600_000));
        var third = await archive.StoreAsync("1.4", Instances.Make(4, 600_000));

        Assert.Equal(first.Pack, second.Pack);
        Assert.Equal(3, new[] { own.Pack, second.Pack, third.Pack }.Distinct().Count());
    }

    [Fact]
    public async Task Compaction_moves_what_is_needed_while_readers_go_on()
    {
        const int instances = 400;
        await StoreRowsAsync(instances, 20_000);
        await using var archive = await OpenAsync(Options with { KeepMovedFor = TimeSpan.FromMinutes(1) });
        var before = Index.Rows.ToDictionary();
        using var held = await archive.OpenAsync(before["7"], None);
        using var stop = new CancellationTokenSource();
        using var reading = new SemaphoreSlim(0);
        var readers = Enumerable.Range(0, 3).Select(n => Task.Run(async () =>
        {
            var random = new Random(n);
            while (!stop.IsCancellationRequested)
            {
                var seed = 1 + (3 * random.Next(instances / 3));
                Assert.Equal(Instances.Make(seed, 20_000), await archive.ReadAsync(Index.Rows[$"{seed}"]));
                reading.Release();
            }
        })).ToList();
        for (var i = 0; i < 3; i++) await reading.WaitAsync(None);

        var gone = Index.Rows.Where(static row => int.Parse(row.Key, null) % 3 != 1).ToList();
        foreach (var row in gone) Index.Rows.TryRemove(row);
        await archive.RemoveAsync([.. gone.Select(static row => row.Value)], None);
        var count = await archive.CompactAsync(None);
        Assert.Equal(0, await archive.CompactAsync(None));
        var old = await archive.ReadAsync(before["1"]);
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Time.Advance(TimeSpan.FromMinutes(2));
        await archive.CompactAsync(None);

        Assert.True(count > 0);
        Assert.Equal(Instances.Make(1, 20_000), old);
        Assert.Equal(RecordState.Missing, await archive.CheckAsync(before["1"], readThrough: false, None));
        var rest = new byte[held.Length];
        if (Options.ObjectStore is null) await held.ReadExactlyAsync(rest, None);
        Assert.True(Options.ObjectStore is not null || rest.AsSpan().SequenceEqual(Instances.Make(7, 20_000)));
        await AssertRowsAsync(archive, 20_000);
    }

    [Fact]
    public async Task A_sweep_finds_what_no_row_names_and_leaves_what_is_young()
    {
        await StoreRowsAsync(20, 5_000);
        Time.Advance(TimeSpan.FromHours(1));
        var middle = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromSeconds(1));
        await StoreRowsAsync(25, 5_000);
        foreach (var key in new[] { "3", "4", "22" }) Index.Rows.TryRemove(key, out _);
        await using var archive = await OpenAsync(Options);

        // Of the twenty that were stored twice under one key, the row names the second.
        Assert.Equal(20, await archive.SweepAsync(middle, None));
        Assert.Equal(3, await archive.SweepAsync(DateTimeOffset.MaxValue, None));
        Assert.Equal(0, await archive.SweepAsync(DateTimeOffset.MaxValue, None));
        await archive.CompactAsync(None);
        await AssertRowsAsync(archive, 5_000);
    }

    [Fact]
    public async Task Many_write_and_read_at_once()
    {
        await using var archive = await OpenAsync(Options with { PackBytes = 3_000_000 });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                var seed = (writer * 100) + i;
                var content = Instances.Make(seed, seed % 7 == 0 ? 700_000 : 20_000 + seed);
                var place = Index.Rows[$"{seed}"] = await archive.StoreAsync($"{seed}", content);
                Assert.Equal(content, await archive.ReadAsync(place));
            }
        })));

        foreach (var (key, place) in Index.Rows)
        {
            var seed = int.Parse(key, null);
            Assert.Equal(Instances.Make(seed, seed % 7 == 0 ? 700_000 : 20_000 + seed), await archive.ReadAsync(place));
        }
    }

    [Fact]
    public async Task What_is_erased_is_nowhere_any_more()
    {
        var secret = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("ERASE-ME", 5000)));
        await using var archive = await OpenAsync(Options);
        Index.Rows["1"] = await archive.StoreAsync("1", Instances.Make(1, 50_000));
        var place = await archive.StoreAsync("2", secret);
        Index.Rows["3"] = await archive.StoreAsync("3", Instances.Make(3, 50_000));

        await archive.EraseAsync([place], None);

        await AssertRowsAsync(archive, 50_000);
        Assert.NotEqual(RecordState.Whole, await archive.CheckAsync(place, readThrough: true, None));
        foreach (var file in Directory.EnumerateFiles(Folder.Archive, "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith("LOCK", StringComparison.Ordinal)))
            Assert.True((await File.ReadAllBytesAsync(file, None)).AsSpan().IndexOf("ERASE-ME"u8) < 0, file);
    }

    private protected Task<PackArchive> OpenAsync(ArchiveOptions options) => PackArchive.OpenAsync(options, Index, Time, None);

    private protected async Task StoreRowsAsync(int count, int length)
    {
        await using var archive = await OpenAsync(Options);
        await Task.WhenAll(Enumerable.Range(0, count).Select(async i => Index.Rows[$"{i}"] = await archive.StoreAsync($"{i}", Instances.Make(i, length))));
    }

    private protected async Task AssertRowsAsync(IArchive archive, int length)
    {
        foreach (var (key, place) in Index.Rows) Assert.Equal(Instances.Make(int.Parse(key, null), length), await archive.ReadAsync(place));
    }
}

public sealed class LocalArchiveTests : ArchiveContract
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(10_000)]
    [InlineData(700_000)]
    public async Task A_plain_instance_can_be_copied_from_its_file_even_when_it_is_sealed_meanwhile(int length)
    {
        var archive = await OpenAsync(Options);
        await archive.StoreAsync("1.1", Instances.Make(1, 100));
        var place = await archive.StoreAsync("1.2", Instances.Make(2, length));
        using var stream = await archive.OpenAsync(place, None);
        await archive.DisposeAsync();

        Assert.True(stream.TryGetFile(out var file, out var offset));
        var bytes = new byte[length];
        Assert.Equal(length, RandomAccess.Read(file, bytes, offset));
        Assert.Equal(Instances.Make(2, length), bytes);
    }

    [Fact]
    public async Task A_large_instance_takes_little_memory()
    {
        const int pieces = 400;
        var piece = Instances.Make(1, 100_000);
        await using var archive = await OpenAsync(Options);
        using var writer = archive.Begin("1.1"u8);
        for (var i = 0; i < 10; i++) writer.Write(piece);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 10; i < pieces; i++) writer.Write(piece);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        var place = await writer.CompleteAsync(None);
        Assert.Equal(pieces * (long)piece.Length, place.Length);
        Assert.Equal(RecordState.Whole, await archive.CheckAsync(place, readThrough: true, None));
    }

    [Fact]
    public async Task A_key_has_at_most_256_bytes()
    {
        await using var archive = await OpenAsync(Options);

        Assert.Equal(3, (await archive.StoreAsync(new string('1', 256), [1, 2, 3])).Length);
        Assert.Throws<ArgumentException>(() => archive.Begin(new byte[257]));
    }
}

public sealed class EncryptedArchiveTests : ArchiveContract
{
    private protected override ArchiveOptions Options => base.Options with { KeyRingFile = Folder.KeyRing };
}
