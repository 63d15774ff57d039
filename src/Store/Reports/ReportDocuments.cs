using CloudPacs.Store.Blobs;
using Npgsql;

namespace CloudPacs.Store.Reports;

/// <summary>
/// The documents of reports that are too large for a row: a blob each, written before the row that names it is committed. A blob whose row
/// was not committed is removed by <see cref="SweepAsync"/>; the others stay, as former versions of a report show them.
/// </summary>
public sealed class ReportDocuments(NpgsqlDataSource database, IBlobStore blobs)
{
    private const string Root = "documents";

    internal static string KeyOf(Guid id) => $"{Root}/{id.ToString()[..2]}/{id}";

    /// <summary>Keeps the new documents of reports that are too large for their rows.</summary>
    internal static async Task KeepAsync(IBlobStore blobs, IEnumerable<ReportRow> rows, CancellationToken cancellationToken)
    {
        foreach (var document in rows.SelectMany(static row => row.NewBlobs).DistinctBy(static document => document.BlobId))
        {
            await using var content = document.Open!();
            await blobs.PutAsync(KeyOf(document.BlobId!.Value), content, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The document and its MIME type, for the caller to dispose; null when there is none.</summary>
    public async Task<(Stream Content, string? ContentType)?> OpenAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT content_type FROM report_document WHERE id = $1 LIMIT 1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        return await blobs.OpenAsync(KeyOf(id), cancellationToken).ConfigureAwait(false) is { } content ? (content, reader.Text(0)) : null;
    }

    /// <summary>Removes the blobs written before a time, long enough ago for their transactions to have ended, that no row names.</summary>
    /// <returns>How many.</returns>
    public Task<int> SweepAsync(DateTimeOffset writtenBefore, CancellationToken cancellationToken) =>
        OrphanBlobs.SweepAsync(blobs, Root, writtenBefore, NamedAsync, cancellationToken);

    private async Task<IEnumerable<string>> NamedAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT DISTINCT id FROM report_document WHERE id = ANY ($1)");
        command.Parameters.Add(Column.Uuids(ids));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var named = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) named.Add(KeyOf(reader.GetGuid(0)));
        return named;
    }
}
