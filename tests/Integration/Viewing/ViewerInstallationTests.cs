using System.IO.Compression;
using CloudPacs.Studies.Viewing;
using Xunit;

namespace CloudPacs.Integration.Tests.Viewing;

/// <summary>The viewer's package becomes a folder that can be served below /viewer, or nothing.</summary>
public sealed class ViewerInstallationTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("cloudpacs-viewer-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_data.FullName, "viewer");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task What_is_needed_is_unpacked_and_nothing_else()
    {
        await InstallAsync();

        var files = Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "37fa160cc3a47cfd.wasm", "LICENSE", "PACKAGE", "a34f9d1faa5f3315.woff2", "app-config.js", "app-config.js.gz", "app.bundle.0f6159c501addfe9.js", "app.bundle.0f6159c501addfe9.js.gz",
                "app.bundle.css", "assets/images/CT-Bone.png", "customizations/tools/ctPresets.jsonc", "index.html", "manifest.json",
            ],
            files);
        Assert.Equal(["viewer"], _data.EnumerateFileSystemInfos().Select(static entry => entry.Name));
    }

    [Fact]
    public async Task It_finds_its_parts_below_the_engine_and_not_at_the_root_of_the_host()
    {
        await InstallAsync();

        Assert.Equal(
            "<link href=\"/viewer/app.bundle.css\"><script src=\"/viewer/app-config.js\"></script><script>window.PUBLIC_URL=\"/viewer/\"</script>", Read("index.html"));
        Assert.StartsWith("__webpack_require__.p = new URL('.', self.document?.currentScript?.src ?? self.location.href).href;", Read("app.bundle.0f6159c501addfe9.js"), StringComparison.Ordinal);
        Assert.Equal("@font-face { src: url(a34f9d1faa5f3315.woff2) }", Read("app.bundle.css"));
        Assert.Equal("{ \"src\": \"assets/android-chrome-36x36.png\" }", Read("manifest.json"));
        Assert.Equal("\u0089PNG", Read("assets/images/CT-Bone.png"));
    }

    [Fact]
    public async Task It_asks_the_engine_and_nobody_else()
    {
        await InstallAsync();

        Assert.Contains("new URL('../dicomweb', here)", Read("app-config.js"), StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", Read("app-config.js"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_files_are_there_compressed_too()
    {
        await InstallAsync();

        await using var file = File.OpenRead(Path.Combine(Folder, "app.bundle.0f6159c501addfe9.js.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        Assert.Equal(Read("app.bundle.0f6159c501addfe9.js"), await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task A_damaged_package_changes_nothing()
    {
        await InstallAsync("the first");
        var (package, bytes) = SmallPackage.Create("the second");
        bytes[^9] ^= 1;
        var installation = new ViewerInstallation(package, Folder);

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => installation.RunAsync(new MemoryStream(bytes), Token));

        Assert.Equal("What came is not the viewer: its SHA-512 is another one. Nothing was installed.", fault.Message);
        Assert.False(installation.IsDone);
        Assert.Equal("the first", Read("index.html"));
        Assert.Equal(["viewer"], _data.EnumerateFileSystemInfos().Select(static entry => entry.Name));
    }

    [Fact]
    public async Task No_more_is_read_than_the_package_has()
    {
        var (package, _) = SmallPackage.Create();
        using var endless = new EndlessStream();

        await Assert.ThrowsAsync<InvalidDataException>(() => new ViewerInstallation(package, Folder).RunAsync(endless, Token));

        Assert.InRange(endless.Taken, package.PackedBytes, package.PackedBytes + (256 * 1024));
    }

    [Fact]
    public async Task A_newer_package_takes_the_place_of_the_one_that_is_there()
    {
        await InstallAsync("the first");
        await File.WriteAllTextAsync(Path.Combine(Folder, "of-the-first.js"), "", Token);
        var second = await InstallAsync("the second");

        Assert.True(second.IsDone);
        Assert.Equal("the second", Read("index.html"));
        Assert.False(File.Exists(Path.Combine(Folder, "of-the-first.js")));
    }

    private async Task<ViewerInstallation> InstallAsync(string? content = null)
    {
        var (package, bytes) = SmallPackage.Create(content);
        var installation = new ViewerInstallation(package, Folder);
        Assert.False(installation.IsDone);
        await installation.RunAsync(new MemoryStream(bytes), Token);
        Assert.True(installation.IsDone);
        return installation;
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    /// <summary>Gives bytes for as long as somebody reads.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public long Taken { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Taken += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
