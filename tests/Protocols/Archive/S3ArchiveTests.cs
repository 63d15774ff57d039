using CloudPacs.Archive;
using CloudPacs.Archive.Objects;
using Xunit;

namespace CloudPacs.Protocols.Tests.Archive;

/// <summary>The contract once more with an object store: sealed packs go there, and as little as possible stays here.</summary>
public sealed class S3ArchiveTests(S3Server server) : ArchiveContract, IClassFixture<S3Server>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly string _prefix = $"{Guid.NewGuid():N}/";

    private protected override ArchiveOptions Options => base.Options with { KeyRingFile = Folder.KeyRing, ObjectStore = Store };

    private ObjectStoreOptions Store => new()
    {
        Bucket = S3Server.Bucket, Prefix = _prefix, Service = server.Address, AccessKey = "test", SecretKey = "test", KeepHereBytes = 0,
        Patience = TimeSpan.FromSeconds(1), CacheBytes = 4 * BlockCache.BlockBytes,
    };

    public override ValueTask InitializeAsync()
    {
        server.SkipWhenMissing();
        server.Mend();
        return base.InitializeAsync();
    }

    [Fact]
    public async Task Sealed_packs_are_only_there_and_are_read_from_there()
    {
        await StoreRowsAsync(20, 900_000);
        await using var archive = await OpenAsync(Options);
        await EventuallyUploadedAsync(archive);

        Assert.All(await archive.ListPacksAsync(None), static pack => Assert.False(pack.IsHere));
        Assert.Empty(Folder.Files(".pack"));
        await AssertRowsAsync(archive, 900_000);
        await AssertRowsAsync(archive, 900_000);
        foreach (var pack in await archive.ListPacksAsync(None)) Assert.Empty(await archive.ScrubAsync(pack.Id, None));
    }

    [Fact]
    public async Task When_the_service_is_away_nothing_is_refused_or_lost()
    {
        await using var archive = await OpenAsync(Options with { PackBytes = 1_000_000 });
        server.Cut();
        for (var i = 0; i < 30; i++) Index.Rows[$"{i}"] = await archive.StoreAsync($"{i}", Instances.Make(i, 200_000));

        await Instances.EventuallyAsync(() => archive.Status is { WaitingUploads: > 3, ObjectStoreFault: not null }, "Nothing waits.");
        await AssertRowsAsync(archive, 200_000);
        server.Mend();
        await EventuallyUploadedAsync(archive);
        Assert.Null(archive.Status.ObjectStoreFault);
        await AssertRowsAsync(archive, 200_000);
    }

    [Fact]
    public async Task An_answer_that_means_there_survives_the_loss_of_the_disk()
    {
        var there = Options with { ObjectStore = Store with { AnswerWhen = Durability.There } };
        await using var lost = await OpenAsync(there);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async i => Index.Rows[$"{i}"] = await lost.StoreAsync($"{i}", Instances.Make(i, i < 10 ? 40_000 : 1_200_000))));

        using var other = new TestFolder();
        await using var archive = await OpenAsync(there with { Folder = other.Archive });

        Assert.Equal((12, 12), (archive.Recovered.Offered, archive.Recovered.Needed));
        foreach (var (key, place) in Index.Rows)
            Assert.Equal(Instances.Make(int.Parse(key, null), int.Parse(key, null) < 10 ? 40_000 : 1_200_000), await archive.ReadAsync(place));
    }

    [Fact]
    public async Task An_answer_that_means_there_is_not_given_while_the_service_is_away()
    {
        var there = Options with { ObjectStore = Store with { AnswerWhen = Durability.There } };
        await using var archive = await PackArchive.OpenAsync(there, Index, TimeProvider.System, None);
        server.Cut();
        await Assert.ThrowsAsync<ArchiveException>(() => archive.StoreAsync("0", Instances.Make(0, 40_000)));
        server.Mend();
        Index.Rows["1"] = await archive.StoreAsync("1", Instances.Make(1, 40_000));
        server.Cut();

        var refused = await Assert.ThrowsAsync<ArchiveException>(() => archive.StoreAsync("2", Instances.Make(2, 40_000)));
        var large = await Assert.ThrowsAsync<ArchiveException>(() => archive.StoreAsync("3", Instances.Make(3, 1_000_000)));
        server.Mend();
        Index.Rows["4"] = await archive.StoreAsync("4", Instances.Make(4, 40_000));

        Assert.Equal((ArchiveFault.Failed, ArchiveFault.Failed), (refused.Fault, large.Fault));
        await AssertRowsAsync(archive, 40_000);

        // The gap of what did not arrive does not hide what came after it.
        using var other = new TestFolder();
        await using var again = await PackArchive.OpenAsync(there with { Folder = other.Archive }, Index, TimeProvider.System, None);
        await AssertRowsAsync(again, 40_000);
    }

    [Fact]
    public async Task A_folder_that_is_lost_is_known_again_from_the_object_store()
    {
        await StoreRowsAsync(20, 50_000);
        await using (var archive = await OpenAsync(Options)) await EventuallyUploadedAsync(archive);
        using var other = new TestFolder();

        await using var again = await OpenAsync(Options with { Folder = other.Archive });

        await AssertRowsAsync(again, 50_000);
        Assert.Equal(0, await again.SweepAsync(DateTimeOffset.MaxValue, None));
    }

    [Fact]
    public async Task Large_packs_go_in_parts_and_come_back_equal()
    {
        var content = Instances.Make(1, 20_000_000);
        await using var archive = await OpenAsync(Options with { OwnFileBytes = 1_000_000 });
        var place = await archive.StoreAsync("1", content);
        await EventuallyUploadedAsync(archive);
        await Instances.EventuallyAsync(() => !Folder.Files(".pack").Any(), "It is still here.");

        Assert.Equal(content, await archive.ReadAsync(place));
    }

    [Fact]
    public async Task What_is_not_there_is_no_object()
    {
        using var store = new S3Store(Store);

        Assert.Null(await store.LengthAsync("packs/none", None));
        await store.PutAsync("keys/one", [1, 2, 3], None);
        Assert.Equal(3, await store.LengthAsync("keys/one", None));
        var buffer = new byte[10];
        Assert.Equal(2, await store.ReadAsync("keys/one", 1, buffer, None));
        Assert.Equal(new byte[] { 2, 3 }, buffer[..2]);
        Assert.Equal(0, await store.ReadAsync("keys/one", 3, buffer, None));
        Assert.Equal(["keys/one"], await store.ListAsync("keys/", None).ToListAsync(None));
        await store.DeleteAsync("keys/one", None);
        Assert.Null(await store.LengthAsync("keys/one", None));
    }

    /// <summary>The pauses between attempts pass at once.</summary>
    private Task EventuallyUploadedAsync(PackArchive archive) => Instances.EventuallyAsync(
        () =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return archive.Status.WaitingUploads == 0;
        },
        "It is not uploaded.");
}
