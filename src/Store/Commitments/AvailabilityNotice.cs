using Npgsql;

namespace CloudPacs.Store.Commitments;

/// <summary>What another archive says of instances of a study (PS3.4 annex R).</summary>
public sealed record AvailabilityNotice
{
    /// <summary>Of the notification.</summary>
    public required string SopInstanceUid { get; init; }

    /// <summary>AE title of who says it.</summary>
    public required string Sender { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required string StudyInstanceUid { get; init; }

    /// <summary>How many instances it names.</summary>
    public required int Instances { get; init; }

    /// <summary>The worst availability that it names.</summary>
    public required string Availability { get; init; }

    /// <summary>From where they can be retrieved.</summary>
    public required IReadOnlyList<string> RetrieveAes { get; init; }

    /// <summary>As it came, in explicit VR little endian.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }
}

/// <summary>Keeps what other archives say that they have.</summary>
public sealed class NoticeBoard(NpgsqlDataSource database)
{
    /// <summary>Durable when it returns.</summary>
    public async Task<RequestFate> AddAsync(AvailabilityNotice notice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notice);
        await using var command = database.CreateCommand(
            """
            INSERT INTO availability_notice
                (sop_instance_uid, sender, received_at, study_instance_uid, instances, availability, retrieve_aes, content)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (sop_instance_uid) DO NOTHING
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = notice.SopInstanceUid });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = notice.Sender });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = notice.ReceivedAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = notice.StudyInstanceUid });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = notice.Instances });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = notice.Availability });
        command.Parameters.Add(Column.Texts(notice.RetrieveAes));
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = notice.Content.ToArray() });
        if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1) return RequestFate.Added;
        await using var known = database.CreateCommand("SELECT content = $2 FROM availability_notice WHERE sop_instance_uid = $1");
        known.Parameters.Add(new NpgsqlParameter<string> { TypedValue = notice.SopInstanceUid });
        known.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = notice.Content.ToArray() });
        return await known.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is false ? RequestFate.Taken : RequestFate.Known;
    }

    /// <summary>Forgets what was said before.</summary>
    public async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("DELETE FROM availability_notice WHERE received_at < $1");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = before.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
