using System.Diagnostics;
using System.Text;
using CloudPacs.Archive;
using Xunit;

namespace CloudPacs.Protocols.Tests.Archive;

/// <summary>A folder for an archive, gone after the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = Directory.CreateTempSubdirectory("cloudpacs-archive-").FullName;

    /// <summary>Folder of the archive within.</summary>
    public string Archive => System.IO.Path.Combine(Path, "archive");

    public string KeyRing
    {
        get
        {
            var path = System.IO.Path.Combine(Path, "keys");
            if (!File.Exists(path)) CloudPacs.Archive.KeyRing.AddKey(path, "first");
            return path;
        }
    }

    public ArchiveOptions Options => new() { Folder = Archive, ReserveBytes = 0, KeepMovedFor = TimeSpan.Zero };

    public IEnumerable<string> Files(string ending) => Directory.EnumerateFiles(Archive, "*" + ending);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Instances that can be told apart, and how tests put them in and take them out.</summary>
internal static class Instances
{
    private const int Piece = 100_000;

    public static byte[] Make(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task<Place> StoreAsync(this IArchive archive, string key, byte[] content, long expected = 0)
    {
        using var writer = archive.Begin(Encoding.ASCII.GetBytes(key), expected);
        for (var at = 0; at < content.Length; at += Piece) writer.Write(content.AsSpan(at, Math.Min(Piece, content.Length - at)));
        return await writer.CompleteAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<byte[]> ReadAsync(this IArchive archive, Place place)
    {
        using var stream = await archive.OpenAsync(place, TestContext.Current.CancellationToken);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        return bytes;
    }

    public static async Task EventuallyAsync(Func<bool> isSo, string what)
    {
        for (var watch = Stopwatch.StartNew(); !isSo();)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), what);
            await Task.Yield();
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
