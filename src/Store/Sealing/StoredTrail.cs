using System.Data;
using System.Runtime.CompilerServices;
using CloudPacs.Store.Audit;
using Npgsql;

namespace CloudPacs.Store.Sealing;

/// <summary>The trail of a database, as of the moment when it was opened.</summary>
public sealed class StoredTrail : ITrailSource, IAsyncDisposable
{
    private readonly NpgsqlTransaction _blocks;
    private readonly NpgsqlTransaction _rows;

    private StoredTrail(NpgsqlTransaction blocks, NpgsqlTransaction rows) => (_blocks, _rows) = (blocks, rows);

    /// <exception cref="NpgsqlException">The database is away.</exception>
    public static async Task<StoredTrail> OpenAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var blocks = await BeginAsync(database, cancellationToken).ConfigureAwait(false);
        try
        {
            await using var export = BlockStatements.Command(blocks, "SELECT pg_export_snapshot()");
            var snapshot = (string)(await export.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            var rows = await BeginAsync(database, cancellationToken).ConfigureAwait(false);
            // What is read is read through, in the order of the primary key: to sort it would take room and time.
            await using var take = BlockStatements.Command(
                rows, $"SET TRANSACTION SNAPSHOT '{snapshot}'; SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off");
            await take.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return new StoredTrail(blocks, rows);
        }
        catch
        {
            await EndAsync(blocks).ConfigureAwait(false);
            throw;
        }
    }

    public IAsyncEnumerable<AuditBlock> BlocksAsync(CancellationToken cancellationToken) =>
        BlockStatements.AllAsync(_blocks, cancellationToken);

    public IAsyncEnumerable<AuditBlock> BlocksByTimeAsync(CancellationToken cancellationToken) =>
        BlockStatements.ByTimeAsync(_blocks, cancellationToken);

    public async IAsyncEnumerable<AuditRow> RowsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = BlockStatements.Command(_rows, $"SELECT {AuditQueries.Columns} FROM audit_event ORDER BY at, id");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) yield return AuditQueries.Read(reader);
    }

    public async Task<byte[]?> KeyAsync(byte[] id, CancellationToken cancellationToken)
    {
        await using var command = BlockStatements.Command(
            _rows, "SELECT public_key FROM audit_key WHERE id = $1", new NpgsqlParameter<byte[]> { TypedValue = id });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as byte[];
    }

    /// <summary>All public keys.</summary>
    public async IAsyncEnumerable<PublicKey> KeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = BlockStatements.Command(_rows, "SELECT id, public_key FROM audit_key ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return new PublicKey(reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(1));
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(_rows).ConfigureAwait(false);
        await EndAsync(_blocks).ConfigureAwait(false);
    }

    private static async Task<NpgsqlTransaction> BeginAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task EndAsync(NpgsqlTransaction transaction)
    {
        var connection = transaction.Connection;
        await transaction.DisposeAsync().ConfigureAwait(false);
        if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
    }
}
