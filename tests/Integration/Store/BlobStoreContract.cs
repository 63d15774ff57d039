using CloudPacs.Store.Blobs;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

/// <summary>What every place for blobs does.</summary>
public abstract class BlobStoreContract
{
    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected abstract IBlobStore Blobs { get; }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public async Task What_was_put_comes_back(int length)
    {
        var content = Content(length);

        await Blobs.PutAsync("journal/2026_03/a", new MemoryStream(content), Cancel);

        Assert.Equal(content, await ReadAsync("journal/2026_03/a"));
        Assert.Null(await Blobs.OpenAsync("journal/2026_03/b", Cancel));
    }

    [Fact]
    public async Task A_second_content_takes_the_place_of_the_first()
    {
        await Blobs.PutAsync("a", new MemoryStream(Content(10)), Cancel);
        await Blobs.PutAsync("a", new MemoryStream(Content(5)), Cancel);

        Assert.Equal(Content(5), await ReadAsync("a"));
    }

    [Fact]
    public async Task A_writer_that_fails_leaves_the_key_as_it_was()
    {
        await Blobs.PutAsync("a", new MemoryStream(Content(10)), Cancel);

        await Assert.ThrowsAsync<IOException>(() => Blobs.PutAsync("a", new BrokenStream(), Cancel));

        Assert.Equal(Content(10), await ReadAsync("a"));
    }

    [Fact]
    public async Task What_was_deleted_is_gone_and_may_be_deleted_again()
    {
        await Blobs.PutAsync("journal/a", new MemoryStream(Content(10)), Cancel);

        Assert.True(await Blobs.DeleteAsync("journal/a", DateTimeOffset.MaxValue, Cancel));
        Assert.True(await Blobs.DeleteAsync("journal/a", DateTimeOffset.MaxValue, Cancel));
        Assert.True(await Blobs.DeleteAsync("never/there", DateTimeOffset.MaxValue, Cancel));

        Assert.Null(await Blobs.OpenAsync("journal/a", Cancel));
    }

    [Fact]
    public async Task What_was_written_later_is_not_deleted()
    {
        await Blobs.PutAsync("journal/a", new MemoryStream(Content(10)), Cancel);

        Assert.False(await Blobs.DeleteAsync("journal/a", DateTimeOffset.UnixEpoch, Cancel));

        Assert.Equal(Content(10), await ReadAsync("journal/a"));
    }

    [Fact]
    public async Task Keys_are_listed_below_their_first_name_by_their_age()
    {
        foreach (var key in (string[])["journal/2026_03/a", "journal/b", "studies/c"]) await Blobs.PutAsync(key, new MemoryStream(Content(1)), Cancel);

        Assert.Equal(["journal/2026_03/a", "journal/b"], (await Blobs.ListAsync("journal", DateTimeOffset.MaxValue, Cancel).ToListAsync(Cancel)).Order(StringComparer.Ordinal));
        Assert.Empty(await Blobs.ListAsync("journal", DateTimeOffset.UnixEpoch, Cancel).ToListAsync(Cancel));
        Assert.Empty(await Blobs.ListAsync("nothing", DateTimeOffset.MaxValue, Cancel).ToListAsync(Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/../../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a\\b")]
    public async Task A_key_that_leads_elsewhere_is_refused(string key) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Blobs.PutAsync(key, new MemoryStream(), Cancel));

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(static i => (byte)(i * 7))];

    private async Task<byte[]> ReadAsync(string key)
    {
        await using var content = await Blobs.OpenAsync(key, Cancel);
        using var copy = new MemoryStream();
        await content!.CopyToAsync(copy, Cancel);
        return copy.ToArray();
    }

    /// <summary>Gives some bytes and then fails, as a connection does.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reads++ == 0 ? ValueTask.FromResult(10) : throw new IOException("broken");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => CopyAsync(destination, cancellationToken);

        private async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
        {
            var buffer = new byte[10];
            while (true) await destination.WriteAsync(buffer.AsMemory(0, await ReadAsync(buffer, cancellationToken)), cancellationToken);
        }
    }
}

public sealed class BlobFolderTests : BlobStoreContract, IDisposable
{
    private readonly string _folder = PostgresFixture.NewFolder();

    private protected override IBlobStore Blobs => new BlobFolder(Path.Combine(_folder, "deep", "blobs"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
