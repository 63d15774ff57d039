namespace CloudPacs.Store.Blobs;

/// <summary>Removes blobs that no row names: their transaction was not committed, or the row is gone by retention.</summary>
internal static class OrphanBlobs
{
    private const int KeysATime = 500;

    /// <param name="blobs">Where they are.</param>
    /// <param name="root">First name of their keys; the last one is an id.</param>
    /// <param name="writtenBefore">Later ones are left alone: their rows may not be committed yet.</param>
    /// <param name="named">The keys of those ids that rows name.</param>
    /// <param name="cancellationToken">Ends it between two blobs.</param>
    /// <returns>How many were removed.</returns>
    public static async Task<int> SweepAsync(
        IBlobStore blobs, string root, DateTimeOffset writtenBefore,
        Func<IReadOnlyList<Guid>, CancellationToken, Task<IEnumerable<string>>> named, CancellationToken cancellationToken)
    {
        var removed = 0;
        var keys = new List<string>();
        await foreach (var key in blobs.ListAsync(root, writtenBefore, cancellationToken).ConfigureAwait(false))
        {
            keys.Add(key);
            if (keys.Count == KeysATime) await RemoveAsync().ConfigureAwait(false);
        }

        await RemoveAsync().ConfigureAwait(false);
        return removed;

        async Task RemoveAsync()
        {
            var orphans = keys.ToHashSet(StringComparer.Ordinal);
            orphans.ExceptWith(await named([.. keys.Select(IdOf).OfType<Guid>()], cancellationToken).ConfigureAwait(false));
            foreach (var orphan in orphans)
            {
                // What is kept by its content may have been written again meanwhile, by a transaction that names it.
                if (await blobs.DeleteAsync(orphan, writtenBefore, cancellationToken).ConfigureAwait(false)) removed++;
            }

            keys.Clear();
        }
    }

    private static Guid? IdOf(string key) => Guid.TryParse(key.AsSpan(key.LastIndexOf('/') + 1), out var id) ? id : null;
}
