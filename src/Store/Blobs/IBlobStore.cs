namespace CloudPacs.Store.Blobs;

/// <summary>
/// Keeps what is too large for a row, under keys such as <c>journal/2026_03/ID</c>: names of letters, digits, <c>-</c>, <c>_</c> and
/// <c>.</c>, with <c>/</c> between. Thread-safe, but one key has one writer at a time.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Keeps the content under the key, in the place of what was there. It survives the loss of power when this returns; until then the key
    /// is as it was.
    /// </summary>
    Task PutAsync(string key, Stream content, CancellationToken cancellationToken);

    /// <summary>The content, for the caller to dispose; null when there is none.</summary>
    Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken);

    /// <summary>Removes the content if it was written before a time; a key that has none is no error.</summary>
    /// <returns>False when the content is newer.</returns>
    Task<bool> DeleteAsync(string key, DateTimeOffset writtenBefore, CancellationToken cancellationToken);

    /// <summary>The keys below a first name that were written before a time; what an interrupted writer left may be among them.</summary>
    IAsyncEnumerable<string> ListAsync(string root, DateTimeOffset writtenBefore, CancellationToken cancellationToken);
}
