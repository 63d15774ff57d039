using CloudPacs.Archive;
using Xunit;

namespace CloudPacs.Protocols.Tests.Archive;

public sealed class EncryptionTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TestFolder _folder = new();
    private readonly TestIndex _index = new();

    private ArchiveOptions Options => _folder.Options with { KeyRingFile = _folder.KeyRing };

    [Fact]
    public async Task Neither_content_nor_key_stands_in_a_file()
    {
        var place = await StoreAsync("1.2.3.SECRET-UID", [.. Enumerable.Repeat("SECRET-DATA", 100_000).SelectMany(static text => text.Select(static c => (byte)c))]);

        foreach (var file in Directory.EnumerateFiles(_folder.Archive))
            Assert.True((await File.ReadAllBytesAsync(file, None)).AsSpan().IndexOf("SECRET"u8) < 0, file);
        await using var archive = await OpenAsync();
        using var stream = await archive.OpenAsync(place, None);
        Assert.False(stream.TryGetFile(out _, out _));
    }

    [Theory]
    [InlineData(64 + 64 + 5)] // First chunk.
    [InlineData(64 + 64 + 65_536 + 3)] // Its tag.
    [InlineData(64 + 64 + (2 * 65_552) + 100)] // The last chunk.
    public async Task A_changed_byte_is_noticed(int offset)
    {
        var place = await StoreAsync("1.1", Instances.Make(1, 150_000));
        Flip(_folder.Files(".pack").Single(), offset);
        await using var archive = await OpenAsync();

        Assert.Equal(ArchiveFault.Changed, (await Assert.ThrowsAsync<ArchiveException>(() => archive.ReadAsync(place))).Fault);
        Assert.Equal(RecordState.Changed, await archive.CheckAsync(place, readThrough: true, None));
        Assert.Equal([place], await archive.ScrubAsync(place.Pack, None));
    }

    [Fact]
    public async Task Chunks_that_changed_places_are_noticed()
    {
        var place = await StoreAsync("1.1", Instances.Make(1, 150_000));
        using (var file = File.Open(_folder.Files(".pack").Single(), FileMode.Open))
        {
            var chunks = new byte[2 * 65_552];
            file.Position = 128;
            file.ReadExactly(chunks);
            file.Position = 128;
            file.Write([.. chunks[65_552..], .. chunks[..65_552]]);
        }

        await using var archive = await OpenAsync();

        Assert.Equal(ArchiveFault.Changed, (await Assert.ThrowsAsync<ArchiveException>(() => archive.ReadAsync(place))).Fault);
    }

    [Fact]
    public async Task The_same_instance_is_never_stored_as_the_same_bytes()
    {
        var content = new byte[100_000];
        await using (var archive = await OpenAsync())
        {
            await archive.StoreAsync("1.1", content);
            await archive.StoreAsync("1.1", content);
        }

        var bytes = await File.ReadAllBytesAsync(_folder.Files(".pack").Single(), None);
        var first = bytes.AsSpan(128, 100_000);
        Assert.Equal(bytes.AsSpan(128).IndexOf(first[..32]), bytes.AsSpan(128).LastIndexOf(first[..32]));
    }

    [Fact]
    public async Task After_rotation_the_old_key_is_not_needed()
    {
        var place = await StoreAsync("1.1", Instances.Make(1, 150_000));
        KeyRing.AddKey(_folder.KeyRing, "second");
        await using (var archive = await OpenAsync())
        {
            Assert.Equal(1, await archive.RewrapKeysAsync(None));
            Assert.Equal(0, await archive.RewrapKeysAsync(None));
        }

        var lines = await File.ReadAllLinesAsync(_folder.KeyRing, None);
        await File.WriteAllTextAsync(_folder.KeyRing, lines[0], None);
        await using var again = await OpenAsync();

        Assert.StartsWith("second ", lines[0], StringComparison.Ordinal);
        Assert.Equal(Instances.Make(1, 150_000), await again.ReadAsync(place));
    }

    [Fact]
    public async Task Without_its_key_a_pack_is_not_read()
    {
        var place = await StoreAsync("1.1", Instances.Make(1, 150_000));
        var ring = _folder.KeyRing;
        File.Delete(ring);
        KeyRing.AddKey(ring, "other");
        await using var archive = await OpenAsync();

        Assert.Equal(ArchiveFault.Failed, (await Assert.ThrowsAsync<ArchiveException>(() => archive.ReadAsync(place))).Fault);
    }

    [Fact]
    public async Task A_changed_key_file_is_noticed()
    {
        var place = await StoreAsync("1.1", Instances.Make(1, 150_000));
        Flip(_folder.Files(".key").Single(), 30);
        await using var archive = await OpenAsync();

        Assert.Equal(ArchiveFault.Changed, (await Assert.ThrowsAsync<ArchiveException>(() => archive.ReadAsync(place))).Fault);
    }

    [Fact]
    public void A_key_ring_that_others_may_read_is_refused()
    {
        if (OperatingSystem.IsWindows()) return;
        var path = _folder.KeyRing;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        Assert.Contains("600", Assert.Throws<InvalidDataException>(() => KeyRing.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing")]
    [InlineData("name")]
    [InlineData("name AAAA")]
    [InlineData("name !!!!")]
    [InlineData("a AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\na AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void A_file_that_is_no_key_ring_is_refused(string text)
    {
        var path = _folder.KeyRing;
        File.WriteAllText(path, text);

        Assert.Throws<InvalidDataException>(() => KeyRing.Read(path));
    }

    public void Dispose() => _folder.Dispose();

    private Task<PackArchive> OpenAsync() => PackArchive.OpenAsync(Options, _index, TimeProvider.System, None);

    private async Task<Place> StoreAsync(string key, byte[] content)
    {
        await using var archive = await OpenAsync();
        return await archive.StoreAsync(key, content);
    }

    private static void Flip(string path, int offset)
    {
        using var file = File.Open(path, FileMode.Open);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 1));
    }
}
