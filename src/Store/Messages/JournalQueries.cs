using Npgsql;

namespace CloudPacs.Store.Messages;

/// <summary>Reads the journal.</summary>
public sealed class JournalQueries(NpgsqlDataSource database, LargeMessages large)
{
    private const string Columns =
        """
        id, received_at, direction, status, listener, remote_address, sender, sending_application, sending_facility, message_type,
            trigger_event,
        structure, control_id, version, processing_id, ack_code, map_version, replay_of, content_hash, keys, warnings, problems
        """;

    private static readonly string[] Kinds =
    [
        MessageKey.Patient(""), MessageKey.Visit(""), MessageKey.Placer(""), MessageKey.Filler(""),
        MessageKey.Accession(""), MessageKey.Study(""), MessageKey.Control(""),
    ];

    /// <summary>A page of entries, newest first, without their bytes (<see cref="JournalRow.Raw"/> is empty).</summary>
    public async Task<IReadOnlyList<JournalRow>> ListAsync(JournalFilter filter, int limit, CancellationToken cancellationToken)
    {
        await using var command = ListCommand(filter, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var page = new List<JournalRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) page.Add(Read(reader, hasBytes: false));
        return page;
    }

    /// <summary>One entry with its bytes.</summary>
    public async Task<JournalRow?> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"SELECT {Columns}, raw, acknowledgment, raw_blob FROM message_journal WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        var row = Read(reader, hasBytes: true);
        return reader.Text(24) is { } blob ? row with { Raw = await large.ReadAsync(blob, cancellationToken).ConfigureAwait(false) } : row;
    }

    /// <summary>The bytes of the latest part of a sender's message that goes on under a pointer; null when none came since then.</summary>
    public async Task<byte[]?> FindPartAsync(
        string pointer, string sendingApplication, string sendingFacility, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT raw, raw_blob FROM message_journal
            WHERE status <> 0 AND status = $1 AND key_hashes @> ARRAY[$6] AND keys @> ARRAY[$2] AND sending_application = $3
                AND sending_facility = $4 AND received_at >= $5
            ORDER BY received_at DESC, id DESC LIMIT 1
            """);
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)MessageStatus.Part });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = MessageKey.Continuation(pointer) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sendingApplication });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sendingFacility });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = since.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MessageKey.Hash(MessageKey.Continuation(pointer)) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        return reader.Text(1) is { } blob ? await large.ReadAsync(blob, cancellationToken).ConfigureAwait(false) : reader.Bytes(0);
    }

    /// <summary>The conditions that are given and no others, so that each combination gets the index that fits it.</summary>
    internal NpgsqlCommand ListCommand(JournalFilter filter, int limit)
    {
        var command = database.CreateCommand();
        var conditions = new List<string>();
        if (filter.Sender is { } sender) conditions.Add($"sender = {Parameter(sender)}");
        if (filter.MessageType is { } type) conditions.Add($"message_type = {Parameter(type)}");
        if (filter.Status is { } status)
            conditions.Add(status == MessageStatus.Applied ? "status = 0" : $"status <> 0 AND status = {Parameter((short)status)}");
        if (filter.Direction is { } direction) conditions.Add($"direction = {Parameter((short)direction)}");
        if (filter.ControlId is { } control) conditions.Add(HasOneOf([MessageKey.Control(control)]));
        if (filter.Key is { } key)
            conditions.Add(
                HasOneOf(
                    Array.Exists(Kinds, kind => key.StartsWith(kind, StringComparison.Ordinal))
                        ? [key]
                        : [.. Kinds.Select(kind => kind + key)]));
        if (filter.Since is { } since) conditions.Add($"received_at >= {Parameter(since.ToUniversalTime())}");
        if (filter.Until is { } until) conditions.Add($"received_at < {Parameter(until.ToUniversalTime())}");
        if (filter.After is { } after)
            conditions.Add($"(received_at, id) < ({Parameter(after.ReceivedAt.ToUniversalTime())}, {Parameter(after.Id)})");
        command.CommandText =
            $"""
            SELECT {Columns} FROM message_journal
            {(conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions))}
            ORDER BY received_at DESC, id DESC LIMIT {Parameter(limit)}
            """;
        return command;

        string HasOneOf(string[] keys) =>
            $"key_hashes && {Parameter(Array.ConvertAll(keys, MessageKey.Hash))} AND keys && {Parameter(keys)}";

        string Parameter<T>(T value)
        {
            command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
            return $"${command.Parameters.Count}";
        }
    }

    private static JournalRow Read(NpgsqlDataReader reader, bool hasBytes) => new()
    {
        Id = reader.GetGuid(0),
        ReceivedAt = reader.Instant(1)!.Value,
        Direction = (MessageDirection)reader.GetInt16(2),
        Status = (MessageStatus)reader.GetInt16(3),
        Listener = reader.GetString(4),
        RemoteAddress = reader.Text(5),
        Sender = reader.GetString(6),
        SendingApplication = reader.Text(7),
        SendingFacility = reader.Text(8),
        MessageType = reader.Text(9),
        TriggerEvent = reader.Text(10),
        Structure = reader.Text(11),
        ControlId = reader.Text(12),
        Version = reader.Text(13),
        ProcessingId = reader.Text(14),
        AckCode = reader.Text(15),
        MapVersion = reader.Text(16),
        ReplayOf = reader.Uuid(17),
        ContentHash = reader.Uuid(18),
        Keys = reader.GetFieldValue<string[]>(19),
        Warnings = reader.GetFieldValue<string[]>(20),
        Problems = reader.Text(21),
        Raw = hasBytes ? reader.Bytes(22) : default,
        Acknowledgment = hasBytes ? reader.Bytes(23) : default,
    };
}
