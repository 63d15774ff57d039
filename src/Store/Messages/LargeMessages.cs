using System.Globalization;
using System.Runtime.InteropServices;
using CloudPacs.Store.Blobs;
using Npgsql;

namespace CloudPacs.Store.Messages;

/// <summary>
/// The bytes of messages that are too large for the journal: a blob each, written before the journal row that names it is committed. A
/// blob whose row was not committed, or is gone by retention, is removed by <see cref="SweepAsync"/>.
/// </summary>
public sealed class LargeMessages(IBlobStore blobs, int inlineBytes)
{
    private const string Root = "journal";

    /// <summary>Where they are kept.</summary>
    internal IBlobStore Blobs => blobs;

    /// <summary>The key of the row's bytes when they are kept as a blob; null when they stand in the row.</summary>
    internal string? KeyOf(JournalRow row) => row.Raw.Length <= inlineBytes
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{Root}/{row.ReceivedAt.UtcDateTime:yyyy_MM}/{row.Id}");

    /// <summary>Keeps the bytes of those rows that are too large.</summary>
    internal async Task KeepAsync(IEnumerable<JournalRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            if (KeyOf(row) is not { } key) continue;
            // The bytes as they came in: no second copy of them.
            await using var content = MemoryMarshal.TryGetArray(row.Raw, out var array)
                ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
                : new MemoryStream(row.Raw.ToArray(), writable: false);
            await blobs.PutAsync(key, content, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <exception cref="InvalidDataException">The blob is gone.</exception>
    internal async Task<byte[]> ReadAsync(string key, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenAsync(key, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidDataException($"The blob {key} of a message is missing: restore the folder of blobs from its backup.");
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    /// <summary>Removes the blobs written before a time, long enough ago for their transactions to have ended, that no row names.</summary>
    /// <returns>How many.</returns>
    public Task<int> SweepAsync(NpgsqlDataSource database, DateTimeOffset writtenBefore, CancellationToken cancellationToken) =>
        OrphanBlobs.SweepAsync(blobs, Root, writtenBefore, (ids, cancel) => NamedAsync(database, ids, cancel), cancellationToken);

    private static async Task<IEnumerable<string>> NamedAsync(
        NpgsqlDataSource database, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT raw_blob FROM message_journal WHERE id = ANY ($1) AND raw_blob IS NOT NULL");
        command.Parameters.Add(Column.Uuids(ids));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var named = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) named.Add(reader.GetString(0));
        return named;
    }
}
