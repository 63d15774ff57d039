using CloudPacs.Archive;
using Xunit;

namespace CloudPacs.Protocols.Tests.Archive;

/// <summary>What is found of packs that were not sealed.</summary>
public sealed class RecoveryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(0, 10)] // As it was.
    [InlineData(1, 9)] // The last byte of the last key is missing.
    [InlineData(5_050, 9)] // The last header is torn.
    [InlineData(5_300, 8)]
    [InlineData(30_000, 4)]
    [InlineData(10_000_000, 0)] // Nothing is left, not even the pack's header.
    public async Task A_torn_tail_is_cut_behind_the_last_whole_record(int missing, int whole)
    {
        using var folder = new TestFolder();
        var index = await LeaveOpenAsync(folder, file => file.SetLength(Math.Max(0, file.Length - missing)));
        await using var archive = await PackArchive.OpenAsync(folder.Options, index, TimeProvider.System, None);

        Assert.Equal(whole, archive.Recovered.Offered);
        Assert.Equal(whole, archive.Recovered.Needed);
        Assert.Empty(folder.Files(".open"));
        foreach (var (key, place) in index.Rows)
        {
            var isThere = int.Parse(key, null) < whole;
            Assert.Equal(isThere ? RecordState.Whole : RecordState.Missing, await archive.CheckAsync(place, readThrough: true, None));
        }

        Assert.Equal(RecordState.Whole, await archive.CheckAsync(await archive.StoreAsync("new", Instances.Make(1, 100)), readThrough: true, None));
    }

    [Fact]
    public async Task Garbage_behind_the_records_is_cut()
    {
        using var folder = new TestFolder();
        var index = await LeaveOpenAsync(folder, static file =>
        {
            file.Seek(0, SeekOrigin.End);
            file.Write(Instances.Make(5, 20_000));
        });
        await using var archive = await PackArchive.OpenAsync(folder.Options, index, TimeProvider.System, None);

        Assert.Equal(10, archive.Recovered.Needed);
        Assert.InRange(archive.Recovered.CutBytes, 20_000, 20_100);
    }

    [Fact]
    public async Task A_changed_byte_ends_what_is_unknown_and_not_what_is_known()
    {
        using var folder = new TestFolder();
        var index = await LeaveOpenAsync(folder, file =>
        {
            file.Position = 15_500;
            file.WriteByte((byte)~file.ReadByte());
        });
        var known = index.Rows["5"].Offset;
        var knowing = new TestIndex { KnownEnd = _ => known };
        foreach (var (key, place) in index.Rows) knowing.Rows[key] = place;

        await using (var archive = await PackArchive.OpenAsync(folder.Options, knowing, TimeProvider.System, None))
        {
            Assert.Equal(5, archive.Recovered.Offered);
            Assert.Equal(["5", "6", "7", "8", "9"], knowing.Offered.Select(static found => System.Text.Encoding.ASCII.GetString(found.Key.Span)));
            var bad = await archive.ScrubAsync(index.Rows["0"].Pack, None);
            Assert.Single(bad);
            Assert.Equal(bad[0], index.Rows.Values.Single(place => place.Offset < 15_500 && place.Offset + place.Length > 15_400));
        }
    }

    [Fact]
    public async Task Whole_records_that_nobody_needs_are_dead()
    {
        using var folder = new TestFolder();
        var index = await LeaveOpenAsync(folder, static _ => { });
        foreach (var key in new[] { "1", "2", "3", "4" }) index.Rows.TryRemove(key, out _);
        await using var archive = await PackArchive.OpenAsync(folder.Options, index, TimeProvider.System, None);

        Assert.Equal((10, 6), (archive.Recovered.Offered, archive.Recovered.Needed));
        Assert.Equal(0, await archive.SweepAsync(DateTimeOffset.MaxValue, None));
        Assert.Equal(1, await archive.CompactAsync(None));
        Assert.All(index.Rows, row => Assert.NotEqual(0, row.Value.Length));
        foreach (var (key, place) in index.Rows) Assert.Equal(Instances.Make(int.Parse(key, null), 5_000), await archive.ReadAsync(place));
    }

    [Fact]
    public async Task A_file_that_is_no_pack_is_put_aside_and_not_deleted()
    {
        using var folder = new TestFolder();
        var index = await LeaveOpenAsync(folder, static file =>
        {
            file.Position = 0;
            file.Write(new byte[64]);
        });
        await using var archive = await PackArchive.OpenAsync(folder.Options, index, TimeProvider.System, None);

        Assert.Equal(1, archive.Recovered.Broken);
        Assert.Single(folder.Files(".broken"));
    }

    [Fact]
    public async Task A_broken_directory_is_replaced_by_the_headers()
    {
        using var folder = new TestFolder();
        var index = new TestIndex();
        await using (var archive = await PackArchive.OpenAsync(folder.Options, index, TimeProvider.System, None))
            for (var i = 0; i < 10; i++) index.Rows[$"{i}"] = await archive.StoreAsync($"{i}", Instances.Make(i, 5_000));
        using (var file = File.Open(folder.Files(".pack").Single(), FileMode.Open))
        {
            file.Position = file.Length - 100;
            file.WriteByte(0xEE);
        }

        index.Rows.TryRemove("4", out _);
        await using var again = await PackArchive.OpenAsync(folder.Options, index, TimeProvider.System, None);

        Assert.Equal(1, await again.SweepAsync(DateTimeOffset.MaxValue, None));
        Assert.Equal(10, index.Offered.Count);
    }

    [Fact]
    public async Task Two_engines_do_not_share_a_folder()
    {
        using var folder = new TestFolder();
        await using var archive = await PackArchive.OpenAsync(folder.Options, new TestIndex(), TimeProvider.System, None);

        await Assert.ThrowsAsync<IOException>(() => PackArchive.OpenAsync(folder.Options, new TestIndex(), TimeProvider.System, None));
    }

    /// <summary>Ten instances in a pack as it is before it is sealed, and what became of its file.</summary>
    private static async Task<TestIndex> LeaveOpenAsync(TestFolder folder, Action<FileStream> harm)
    {
        var index = new TestIndex();
        using var first = new TestFolder();
        await using var archive = await PackArchive.OpenAsync(first.Options, index, TimeProvider.System, None);
        for (var i = 0; i < 10; i++) index.Rows[$"{i}"] = await archive.StoreAsync($"{i}", Instances.Make(i, 5_000));
        Directory.CreateDirectory(folder.Archive);
        var left = Path.Combine(folder.Archive, Path.GetFileName(first.Files(".open").Single()));
        File.Copy(first.Files(".open").Single(), left);
        using var file = File.Open(left, FileMode.Open);
        harm(file);
        return index;
    }
}
