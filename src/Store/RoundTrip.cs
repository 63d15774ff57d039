using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Store;

/// <summary>Several statements sent together and answered together.</summary>
internal sealed class RoundTrip(NpgsqlTransaction transaction)
{
    // Results are joined by this character where a column is an array in every row; it cannot occur in a value (it is removed on writing).
    public const char Separator = '\u001f';

    private readonly List<(NpgsqlBatchCommand Command, Action<NpgsqlDataReader>? Row)> _statements = [];

    public bool IsEmpty => _statements.Count == 0;

    /// <summary>Adds a statement; <paramref name="row"/> is called for each row of its result.</summary>
    public void Add(string sql, Action<NpgsqlDataReader>? row, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        _statements.Add((command, row));
    }

    /// <summary>
    /// Writes rows: new ones by <paramref name="insert"/> alone, changed ones with <paramref name="onConflict"/> as well, which costs more
    /// and would hide a key that was given twice.
    /// </summary>
    public void Write<TRow>(
        IReadOnlyList<TRow> rows, string insert, string onConflict, Func<IReadOnlyList<TRow>, NpgsqlParameter[]> columns)
        where TRow : Row
    {
        List<TRow> added = [.. rows.Where(static row => row.State == RowState.New)];
        List<TRow> changed = [.. rows.Where(static row => row.State == RowState.Changed)];
        if (added.Count > 0) Add(insert, null, columns(added));
        if (changed.Count > 0) Add($"{insert}\n{onConflict}", null, columns(changed));
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (IsEmpty) return;
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        foreach (var (command, _) in _statements) batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        // Statements without a result set make none in the reader either.
        var readers = new Queue<Action<NpgsqlDataReader>>(
            _statements.Where(static statement => statement.Row is not null).Select(static statement => statement.Row!));
        do
        {
            if (reader.FieldCount == 0) continue;
            var row = readers.Dequeue();
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) row(reader);
        }
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
    }
}

/// <summary>Array parameters: one element a row, for <c>unnest</c> and <c>= ANY</c>.</summary>
internal static class Column
{
    public static NpgsqlParameter Uuids(IEnumerable<Guid> values) => Array(NpgsqlDbType.Uuid, values.ToArray());

    public static NpgsqlParameter Texts(IEnumerable<string> values) => Array(NpgsqlDbType.Text, values.Select(Storable).ToArray());

    public static NpgsqlParameter Locks(long[] values) => Array(NpgsqlDbType.Bigint, values);

    public static NpgsqlParameter Uuid<TRow>(IEnumerable<TRow> rows, Func<TRow, Guid?> value) =>
        Array(NpgsqlDbType.Uuid, rows.Select(value).ToArray());

    public static NpgsqlParameter Text<TRow>(IEnumerable<TRow> rows, Func<TRow, string?> value) =>
        Array(NpgsqlDbType.Text, rows.Select(row => Storable(value(row))).ToArray());

    /// <summary>A text array in every row, sent as one joined text; the statement splits it by <see cref="RoundTrip.Separator"/>.</summary>
    public static NpgsqlParameter TextList<TRow>(IEnumerable<TRow> rows, Func<TRow, IEnumerable<string>> values) =>
        Text(rows, row => string.Join(RoundTrip.Separator, values(row).Select(static value => value.Replace(RoundTrip.Separator, ' '))));

    public static NpgsqlParameter Json<TRow>(IEnumerable<TRow> rows, Func<TRow, string?> value) =>
        Array(NpgsqlDbType.Jsonb, rows.Select(value).ToArray());

    public static NpgsqlParameter Int16<TRow>(IEnumerable<TRow> rows, Func<TRow, short?> value) =>
        Array(NpgsqlDbType.Smallint, rows.Select(value).ToArray());

    public static NpgsqlParameter Int32<TRow>(IEnumerable<TRow> rows, Func<TRow, int> value) =>
        Array(NpgsqlDbType.Integer, rows.Select(value).ToArray());

    public static NpgsqlParameter Number<TRow>(IEnumerable<TRow> rows, Func<TRow, int?> value) =>
        Array(NpgsqlDbType.Integer, rows.Select(value).ToArray());

    public static NpgsqlParameter Int64<TRow>(IEnumerable<TRow> rows, Func<TRow, long?> value) =>
        Array(NpgsqlDbType.Bigint, rows.Select(value).ToArray());

    public static NpgsqlParameter Flag<TRow>(IEnumerable<TRow> rows, Func<TRow, bool> value) =>
        Array(NpgsqlDbType.Boolean, rows.Select(value).ToArray());

    public static NpgsqlParameter Instant<TRow>(IEnumerable<TRow> rows, Func<TRow, DateTimeOffset?> value) =>
        Array(NpgsqlDbType.TimestampTz, rows.Select(row => value(row)?.UtcDateTime).ToArray());

    public static NpgsqlParameter Date<TRow>(IEnumerable<TRow> rows, Func<TRow, DateOnly?> value) =>
        Array(NpgsqlDbType.Date, rows.Select(value).ToArray());

    public static NpgsqlParameter Time<TRow>(IEnumerable<TRow> rows, Func<TRow, TimeOnly?> value) =>
        Array(NpgsqlDbType.Time, rows.Select(value).ToArray());

    public static NpgsqlParameter Bytes<TRow>(IEnumerable<TRow> rows, Func<TRow, ReadOnlyMemory<byte>> value) =>
        Array(NpgsqlDbType.Bytea, rows.Select(value).ToArray());

    /// <summary>PostgreSQL keeps no NUL in text; damaged messages have some.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public static string? Storable(string? text) => text?.Replace('\0', '\uFFFD');

    private static NpgsqlParameter<T> Array<T>(NpgsqlDbType type, T values) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}

/// <summary>Reads nullable columns.</summary>
internal static class ReaderExtensions
{
    public static string? Text(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static Guid? Uuid(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);

    public static DateTimeOffset? Instant(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    public static byte[] Bytes(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? [] : reader.GetFieldValue<byte[]>(column);

    public static StoredAttributes Attributes(this NpgsqlDataReader reader, int column) => new(reader.Bytes(column));

    public static Identifier? Identifier(this NpgsqlDataReader reader, int valueColumn) =>
        reader.IsDBNull(valueColumn) ? null : IdentifierText.Parse(reader.GetString(valueColumn), reader.GetString(valueColumn + 1));
}
