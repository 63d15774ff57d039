using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace CloudPacs.Store.Blobs;

/// <summary>Blobs as files of a local folder. Several engines may share it when it is on a file system that they share.</summary>
public sealed partial class BlobFolder(string folder) : IBlobStore
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Ends the name of a file that is being written.</summary>
    private const string Unfinished = ".part";
    private readonly string _folder = Path.GetFullPath(folder);

    public async Task PutAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        var parent = Path.GetDirectoryName(path)!;
        DurableFolder.Make(parent);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous,
        };
        await using (var file = new FileStream(path + Unfinished, options))
        {
            await content.CopyToAsync(file, BufferBytes, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        // Under its name it is whole, and the name is on disk too.
        File.Move(path + Unfinished, path, overwrite: true);
        DurableFolder.Flush(parent);
    }

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        var options = new FileStreamOptions
        {
            Share = FileShare.Read | FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous,
        };
        try
        {
            return Task.FromResult<Stream?>(new FileStream(path, options));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task<bool> DeleteAsync(string key, DateTimeOffset writtenBefore, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(key));
        if (!file.Exists) return Task.FromResult(true);
        if (file.LastWriteTimeUtc >= writtenBefore.UtcDateTime) return Task.FromResult(false);
        file.Delete();
        return Task.FromResult(true);
    }

    public async IAsyncEnumerable<string> ListAsync(
        string root, DateTimeOffset writtenBefore, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = new DirectoryInfo(PathOf(root));
        if (!start.Exists) yield break;
        await Task.Yield();
        foreach (var file in start.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.LastWriteTimeUtc < writtenBefore.UtcDateTime)
                yield return Path.GetRelativePath(_folder, file.FullName).Replace('\\', '/');
        }
    }

    private string PathOf(string key) => KeyPattern().IsMatch(key)
        ? Path.Combine(_folder, key)
        : throw new ArgumentException($"'{key}' is not a key of a blob.", nameof(key));

    /// <summary>No name starts with a dot, so no key leads out of the folder.</summary>
    [GeneratedRegex("^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPattern();
}
