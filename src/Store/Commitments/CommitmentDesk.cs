using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Studies;
using Npgsql;

namespace CloudPacs.Store.Commitments;

/// <summary>Keeps what others ask to be committed to, from the request to the report, which is written once.</summary>
public sealed class CommitmentDesk(NpgsqlDataSource database)
{
    /// <summary>Durable when it returns.</summary>
    public async Task<RequestFate> AddAsync(CommitmentRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var digest = DigestOf(request);
        await using var command = database.CreateCommand(
            """
            WITH added AS (
                INSERT INTO commitment (id, requester, transaction_uid, facility, received_at, digest, sop_classes, sop_instances)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (requester, transaction_uid) DO NOTHING RETURNING digest)
            SELECT true, digest FROM added
            UNION ALL SELECT false, digest FROM commitment WHERE requester = $2 AND transaction_uid = $3
            LIMIT 1
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = request.Id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = request.Requester });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = request.TransactionUid });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = request.Facility });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = request.ReceivedAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = digest });
        command.Parameters.Add(Column.Texts(request.Instances.Select(static one => one.SopClassUid)));
        command.Parameters.Add(Column.Texts(request.Instances.Select(static one => one.SopInstanceUid)));
        // One that another writer adds at this moment is not seen by the statement that did not add it, but by the next.
        for (var attempt = 0; ; attempt++)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (attempt == 0) continue;
                throw new InvalidOperationException("A request is neither added nor there.");
            }

            if (reader.GetBoolean(0)) return RequestFate.Added;
            return reader.Bytes(1).AsSpan().SequenceEqual(digest) ? RequestFate.Known : RequestFate.Taken;
        }
    }

    /// <summary>What is still to be decided, oldest first, without its instances.</summary>
    /// <param name="most">How many.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public async Task<IReadOnlyList<CommitmentRequest>> ListOpenAsync(int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT id, requester, transaction_uid, facility, received_at FROM commitment
            WHERE decided_at IS NULL ORDER BY received_at LIMIT $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var open = new List<CommitmentRequest>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) open.Add(new CommitmentRequest
        {
            Id = reader.GetGuid(0),
            Requester = reader.GetString(1),
            TransactionUid = reader.GetString(2),
            Facility = reader.Text(3),
            ReceivedAt = reader.Instant(4)!.Value,
            Instances = [],
        });
        return open;
    }

    /// <summary>What is kept of the instances that a request asks for, in its order; nothing when it is decided.</summary>
    public async IAsyncEnumerable<KeptInstance> FindAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // OFFSET 0 keeps the planner from reading whole tables for a long list.
        await using var command = database.CreateCommand(
            $"""
            SELECT asked.sop_class, asked.sop_instance, kept.series_id, kept.sop_class_uid, kept.transfer_syntax_uid, kept.state,
                kept.received_at, kept.pack, kept.pack_offset, kept.length, kept.data_set_offset, kept.header_length, kept.digest,
                (SELECT code FROM quarantined_instance WHERE sop_instance_uid = asked.sop_instance AND sender = commitment.requester
                    ORDER BY received_at DESC LIMIT 1)
            FROM commitment
                CROSS JOIN LATERAL unnest(sop_classes, sop_instances) WITH ORDINALITY AS asked (sop_class, sop_instance, place)
                LEFT JOIN LATERAL (
                    SELECT i.series_id, i.sop_class_uid, i.transfer_syntax_uid, i.state, i.received_at, i.pack, i.pack_offset, i.length,
                        i.data_set_offset, i.header_length, i.digest
                    FROM instance i JOIN series e ON e.id = i.series_id JOIN study s ON s.id = e.study_id
                    WHERE i.sop_instance_uid = asked.sop_instance
                        AND (commitment.facility IS NULL OR {FacilityRule.Condition("commitment.facility", "s.facility")})
                    OFFSET 0) AS kept ON true
            WHERE commitment.id = $1 AND decided_at IS NULL ORDER BY asked.place
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var asked = new InstanceReference(reader.GetString(0), reader.GetString(1));
            yield return reader.IsDBNull(2)
                ? new KeptInstance(asked, null, default, default, reader.Text(13))
                : new KeptInstance(
                    asked,
                    new StoredInstance(
                        reader.GetGuid(2), asked.SopInstanceUid, reader.GetString(3), reader.GetString(4), Number: null,
                        new InstanceBytes(
                            reader.GetGuid(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt32(10), reader.GetInt32(11),
                            reader.Bytes(12), PixelDigest: default, Frames: default),
                        StoredAttributes.None),
                    (InstanceState)reader.GetInt16(5), reader.Instant(6)!.Value, reader.Text(13));
        }
    }

    /// <summary>Writes the report of a request, as a delivery, and closes the request.</summary>
    /// <param name="id">The request.</param>
    /// <param name="report">What is told.</param>
    /// <param name="heldUntil">Until when whoever calls tells it itself; null when it does not.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    /// <returns>The id of the delivery; null when the request is closed already.</returns>
    public async Task<long?> CloseAsync(Guid id, DeliveryRow report, DateTimeOffset? heldUntil, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        await using var command = database.CreateCommand(
            """
            WITH closed AS (
                UPDATE commitment SET decided_at = $2, sop_classes = '{}', sop_instances = '{}'
                WHERE id = $1 AND decided_at IS NULL RETURNING 1)
            INSERT INTO outbox (destination, order_key, kind, event, control_id, payload, created_at, next_attempt_at)
            SELECT $3, $4, $5, $6, $7, $8, $2, $9 FROM closed RETURNING id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = report.CreatedAt.UtcDateTime });
        foreach (var text in (ReadOnlySpan<string>)[report.Destination, report.OrderKey, report.Kind, report.Event, report.ControlId])
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = report.Payload.ToArray() });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = heldUntil?.UtcDateTime });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as long?;
    }

    /// <summary>Forgets the Transaction UIDs of what was decided before.</summary>
    public async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("DELETE FROM commitment WHERE decided_at < $1");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = before.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static byte[] DigestOf(CommitmentRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var lines = request.Instances.Select(static one => $"{one.SopClassUid} {one.SopInstanceUid}\n");
        foreach (var line in lines.Order(StringComparer.Ordinal)) hash.AppendData(Encoding.UTF8.GetBytes(line));
        return hash.GetHashAndReset();
    }
}
