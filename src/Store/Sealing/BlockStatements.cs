using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Store.Sealing;

/// <summary>Reads and writes blocks.</summary>
internal static class BlockStatements
{
    private const long Lock = 0x4175646974536561; // "AuditSea"

    private const string Head =
        "number, kind, sealed_at, open_from, first_at, last_at, row_count, entries_hash, note, previous, hash, key_id, signature";

    private const string Columns = Head + ", entries", WithoutEntries = Head + ", NULL::bytea";

    /// <summary>Whoever has it seals, until the end of the transaction.</summary>
    public static async Task<bool> TryLockAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = Command(transaction, "SELECT pg_try_advisory_xact_lock($1)", Long(Lock));
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    /// <summary>The same, and waits until it is free.</summary>
    public static async Task LockAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = Command(transaction, "SELECT pg_advisory_xact_lock($1)", Long(Lock));
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The last block; null when there is none.</summary>
    public static Task<AuditBlock?> LastAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken) => FirstAsync(
        Command(transaction, $"SELECT {WithoutEntries} FROM audit_block ORDER BY number DESC LIMIT 1"), cancellationToken);

    public static Task<AuditBlock?> GetAsync(NpgsqlTransaction transaction, long number, CancellationToken cancellationToken) =>
        FirstAsync(Command(transaction, $"SELECT {WithoutEntries} FROM audit_block WHERE number = $1", Long(number)), cancellationToken);

    /// <summary>The last block of a kind other than plain rows; null when there is none.</summary>
    public static Task<AuditBlock?> LastOfAsync(NpgsqlTransaction transaction, BlockKind kind, CancellationToken cancellationToken) =>
        FirstAsync(
            Command(
                transaction, $"SELECT {WithoutEntries} FROM audit_block WHERE kind = $1 AND kind <> 0 ORDER BY number DESC LIMIT 1",
                new NpgsqlParameter<short> { TypedValue = (short)kind }),
            cancellationToken);

    /// <summary>Entries of the blocks after a number that have rows of a time or later.</summary>
    public static IAsyncEnumerable<AuditBlock> AfterAsync(
        NpgsqlTransaction transaction, long number, DateTimeOffset from, CancellationToken cancellationToken) =>
        StreamAsync(
            Command(
                transaction,
                $"SELECT {Columns} FROM audit_block WHERE number > $1 AND last_at >= $2 AND entries IS NOT NULL ORDER BY number",
                Long(number), Time(from)),
            cancellationToken);

    /// <summary>Blocks with rows of a span of time.</summary>
    public static IAsyncEnumerable<AuditBlock> OverAsync(
        NpgsqlTransaction transaction, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        StreamAsync(
            Command(
                transaction, $"SELECT {Columns} FROM audit_block WHERE last_at >= $1 AND first_at <= $2 AND entries IS NOT NULL",
                Time(from), Time(to)),
            cancellationToken);

    /// <summary>All blocks in the order of their numbers.</summary>
    public static IAsyncEnumerable<AuditBlock> AllAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        StreamAsync(Command(transaction, $"SELECT {Columns} FROM audit_block ORDER BY number"), cancellationToken);

    /// <summary>Blocks that have entries, in the order of their first rows.</summary>
    public static IAsyncEnumerable<AuditBlock> ByTimeAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        StreamAsync(
            Command(
                transaction,
                $"SELECT {Columns} FROM audit_block WHERE first_at IS NOT NULL AND entries IS NOT NULL ORDER BY first_at, number"),
            cancellationToken);

    public static async Task InsertAsync(NpgsqlTransaction transaction, AuditBlock block, CancellationToken cancellationToken)
    {
        await using var command = Command(
            transaction,
            """
            INSERT INTO audit_block (number, kind, sealed_at, open_from, first_at, last_at, row_count, entries_hash, note, previous, hash,
                key_id, signature, entries)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """,
            Long(block.Number), new NpgsqlParameter<short> { TypedValue = (short)block.Kind }, Time(block.SealedAt), Time(block.OpenFrom),
            Time(block.FirstAt), Time(block.LastAt), new NpgsqlParameter<int> { TypedValue = block.RowCount }, Bytes(block.EntriesHash),
            new NpgsqlParameter<string?> { TypedValue = block.Note, NpgsqlDbType = NpgsqlDbType.Text }, Bytes(block.Previous),
            Bytes(block.Hash), Bytes(block.KeyId), Bytes(block.Signature), Bytes(block.Entries));
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps the public key of who seals.</summary>
    public static async Task KeepKeyAsync(NpgsqlTransaction transaction, SealKey key, CancellationToken cancellationToken)
    {
        await using var command = Command(
            transaction, "INSERT INTO audit_key (id, public_key) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET public_key = $2",
            Bytes(key.Id), Bytes(key.PublicKey));
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives up the entries of blocks of which all rows were of a month that is dropped.</summary>
    public static async Task ForgetEntriesAsync(
        NpgsqlTransaction transaction, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = Command(
            transaction, "UPDATE audit_block SET entries = NULL WHERE first_at >= $1 AND last_at < $2 AND kind IN (0, 2)", Time(from),
            Time(to));
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public static NpgsqlCommand Command(NpgsqlTransaction transaction, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, transaction.Connection, transaction) { CommandTimeout = 0 };
        command.Parameters.AddRange(parameters);
        return command;
    }

    public static NpgsqlParameter Time(DateTimeOffset? time) =>
        new() { Value = time is { } known ? known.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter<long> Long(long value) => new() { TypedValue = value };

    private static NpgsqlParameter<byte[]?> Bytes(byte[]? value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    private static async Task<AuditBlock?> FirstAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await foreach (var block in StreamAsync(command, cancellationToken).ConfigureAwait(false)) return block;
        return null;
    }

    private static async IAsyncEnumerable<AuditBlock> StreamAsync(
        NpgsqlCommand command, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return new AuditBlock
                {
                    Number = reader.GetInt64(0),
                    Kind = (BlockKind)reader.GetInt16(1),
                    SealedAt = reader.GetFieldValue<DateTimeOffset>(2),
                    OpenFrom = reader.GetFieldValue<DateTimeOffset>(3),
                    FirstAt = reader.Instant(4),
                    LastAt = reader.Instant(5),
                    RowCount = reader.GetInt32(6),
                    EntriesHash = reader.GetFieldValue<byte[]>(7),
                    Note = reader.Text(8),
                    Previous = reader.GetFieldValue<byte[]>(9),
                    Hash = reader.GetFieldValue<byte[]>(10),
                    KeyId = reader.GetFieldValue<byte[]>(11),
                    Signature = reader.GetFieldValue<byte[]>(12),
                    Entries = reader.IsDBNull(13) ? null : reader.GetFieldValue<byte[]>(13),
                };
            }
        }
    }
}
