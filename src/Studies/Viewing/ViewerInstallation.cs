using System.Buffers;
using System.Formats.Tar;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace CloudPacs.Studies.Viewing;

/// <summary>Puts a viewer's package into the folder from which it is served, or leaves everything as it was.</summary>
/// <param name="package">What is installed.</param>
/// <param name="folder">Where it is served from.</param>
public sealed class ViewerInstallation(ViewerPackage package, string folder)
{
    private const string Configuration = "app-config.js", Mark = "PACKAGE";

    /// <summary>What travels in fewer bytes when it is compressed, once and for all.</summary>
    private static readonly string[] Compressed = [".js", ".css", ".wasm", ".svg", ".json", ".jsonc"];

    private readonly string _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>Whether this very package is there, whole.</summary>
    public bool IsDone => File.Exists(Path.Combine(_folder, Mark)) && File.ReadAllText(Path.Combine(_folder, Mark)) == package.Digest;

    /// <param name="packed">The package, as it comes.</param>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    /// <exception cref="InvalidDataException">It is another package, or damaged.</exception>
    /// <exception cref="IOException">It breaks off, or the disk does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public async Task RunAsync(Stream packed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(packed);
        var (file, fresh, former) = (_folder + ".tgz", _folder + ".new", _folder + ".old");
        Directory.CreateDirectory(Path.GetDirectoryName(_folder)!);
        try
        {
            await KeepAsync(packed, file, cancellationToken).ConfigureAwait(false);
            DeleteFolder(fresh);
            await UnpackAsync(file, fresh, cancellationToken).ConfigureAwait(false);
            DeleteFolder(former);
            if (Directory.Exists(_folder)) Directory.Move(_folder, former);
            Directory.Move(fresh, _folder);
        }
        finally
        {
            File.Delete(file);
            DeleteFolder(fresh);
            DeleteFolder(former);
        }
    }

    /// <summary>Nothing is unpacked before all of it has come and is known to be what was published.</summary>
    private async Task KeepAsync(Stream packed, string file, CancellationToken cancellationToken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            await using var kept = File.Create(file);
            int read;
            while (kept.Length <= package.PackedBytes
                && (read = await packed.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                digest.AppendData(buffer, 0, read);
                await kept.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (Convert.ToBase64String(digest.GetHashAndReset()) != package.Digest)
            throw new InvalidDataException($"What came is not the {package.Name}: its SHA-512 is another one. Nothing was installed.");
    }

    private async Task UnpackAsync(string file, string fresh, CancellationToken cancellationToken)
    {
        await using var packed = File.OpenRead(file);
        await using var unzipped = new GZipStream(packed, CompressionMode.Decompress);
        await using var tar = new TarReader(unzipped);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            if (entry.DataStream is null || ViewerFile.NameOf(entry.Name) is not { } name) continue;
            using var content = new MemoryStream();
            await entry.DataStream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
            await WriteAsync(Path.Combine(fresh, name), ViewerFile.Adapt(name, content.ToArray()), cancellationToken).ConfigureAwait(false);
        }

        await WriteAsync(Path.Combine(fresh, Configuration), ReadConfiguration(), cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(fresh, Mark), package.Digest, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, content, cancellationToken).ConfigureAwait(false);
        if (content.Length < 1024 || !Compressed.Contains(Path.GetExtension(path))) return;
        await using var file = File.Create(path + ViewerRoutes.CompressedSuffix);
        await using var zip = new GZipStream(file, CompressionLevel.SmallestSize);
        await zip.WriteAsync(content, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] ReadConfiguration()
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(Configuration)!;
        using var content = new MemoryStream();
        resource.CopyTo(content);
        return content.ToArray();
    }

    private static void DeleteFolder(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }
}
