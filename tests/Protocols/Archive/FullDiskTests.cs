using System.Diagnostics;
using CloudPacs.Archive;
using CloudPacs.Archive.Packs;
using Xunit;

namespace CloudPacs.Protocols.Tests.Archive;

/// <summary>What happens when there is no room, on a real small disk where one can be mounted.</summary>
public sealed class FullDiskTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Below_the_reserve_instances_are_refused_before_their_data_is_read()
    {
        using var folder = new TestFolder();
        await using var archive = await PackArchive.OpenAsync(folder.Options with { ReserveBytes = long.MaxValue / 2 }, new TestIndex(), TimeProvider.System, None);

        Assert.Equal(ArchiveFault.NoRoom, Assert.Throws<ArchiveException>(() => archive.Begin("1.1"u8)).Fault);
        Assert.False(archive.Status.HasRoom);
    }

    [Fact]
    public async Task A_full_disk_is_told_as_no_room_and_works_again_when_there_is_some()
    {
        const int megabytes = 24;
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Archive);
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder.Archive) == 0, "A small disk cannot be mounted.");
        try
        {
            var index = new TestIndex();
            await using var archive = await PackArchive.OpenAsync(folder.Options, index, TimeProvider.System, None);
            var refused = 0;
            foreach (var length in new[] { 400_000, 900_000, 20_000 })
            {
                for (var round = 0; round < 12; round++)
                {
                    await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
                    {
                        var key = $"{length}.{round}.{i}";
                        try
                        {
                            index.Rows[key] = await archive.StoreAsync(key, Instances.Make(length + i, length));
                        }
                        catch (ArchiveException e)
                        {
                            Assert.Equal(ArchiveFault.NoRoom, e.Fault);
                            Interlocked.Increment(ref refused);
                        }
                    }));
                }
            }

            Assert.True(refused > 0);
            Assert.Null(archive.Status.Suspect);
            await AssertAllAsync(archive, index);
            Assert.Equal(0, Run("mount", "-o", $"remount,size={3 * megabytes}m", folder.Archive));
            foreach (var length in new[] { 400_000, 900_000 }) index.Rows[$"{length}.new.0"] = await archive.StoreAsync($"{length}.new.0", Instances.Make(length, length));
            await AssertAllAsync(archive, index);
            await archive.DisposeAsync();

            await using var again = await PackArchive.OpenAsync(folder.Options, index, TimeProvider.System, None);
            await AssertAllAsync(again, index);
            Assert.Equal(0, await again.SweepAsync(DateTimeOffset.MaxValue, None));
        }
        finally
        {
            Run("umount", folder.Archive);
        }
    }

    [Fact]
    public async Task A_broken_disk_makes_the_folder_suspect_and_is_told_as_failed()
    {
        const int brokenHardware = 5; // EIO
        using var folder = new TestFolder();
        await using var archive = await PackArchive.OpenAsync(folder.Options, new TestIndex(), TimeProvider.System, None);
        using var packs = new PackFolder(Path.Combine(folder.Path, "other"), null, TimeProvider.System);
        var keeper = new PackKeeper(packs, new DeadRecords(packs), folder.Options, TimeProvider.System);

        Assert.Equal(ArchiveFault.Failed, keeper.Tell(new IOException("broken", brokenHardware)).Fault);
        Assert.Equal("broken", keeper.Suspect);
        Assert.Equal(ArchiveFault.NoRoom, keeper.Tell(new IOException("full", 28)).Fault);
    }

    [Fact]
    public async Task One_failed_write_is_told_to_all_of_its_group_and_the_next_group_has_another_pack()
    {
        using var folder = new TestFolder();
        using var packs = new PackFolder(folder.Archive, null, TimeProvider.System);
        var keeper = new PackKeeper(packs, new DeadRecords(packs), folder.Options, TimeProvider.System);
        var groups = new GroupAppender(keeper);
        var first = await groups.AppendAsync(Record());

        // As if the disk went away under it.
        using (packs.TryOpen(first.Pack)) packs.Dispose();
        var failed = Enumerable.Range(0, 10).Select(_ => Task.Run(() => groups.AppendAsync(Record()), None)).ToList();
        await Task.WhenAny(Task.WhenAll(failed));

        Assert.Contains(failed, static task => task.IsFaulted);
        var next = await groups.AppendAsync(Record());
        Assert.NotEqual(first.Pack, next.Pack);
        await keeper.WhenSealedAsync();

        static SmallRecord Record()
        {
            var buffer = new RecordBuffer();
            buffer.Take(Instances.Make(1, 1000));
            var record = new SmallRecord(RecordIdentity.Of("1.1"u8), buffer);
            record.PreparePlain();
            return record;
        }
    }

    private static async Task AssertAllAsync(IArchive archive, TestIndex index)
    {
        foreach (var (key, place) in index.Rows)
        {
            var parts = key.Split('.');
            Assert.Equal(Instances.Make(int.Parse(parts[0], null) + int.Parse(parts[2], null), int.Parse(parts[0], null)), await archive.ReadAsync(place));
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
