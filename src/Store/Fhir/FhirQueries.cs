using CloudPacs.Store.Studies;
using Npgsql;

namespace CloudPacs.Store.Fhir;

/// <summary>Reads FHIR resources: one index probe and the bytes as they are sent.</summary>
public sealed class FhirQueries(NpgsqlDataSource database)
{
    /// <summary>The columns of a resource, which is r.</summary>
    internal const string Columns = "r.type, r.id, r.version, r.last_updated, r.deleted, r.content, r.slots";

    /// <summary>How many columns there are.</summary>
    internal const int ColumnCount = 7;

    private const string Current = $"SELECT {Columns} FROM fhir_resource r WHERE r.type = $1 AND r.id = $2";

    private static readonly string CurrentStudy =
        $"SELECT {Columns}, {InstancesOfStudy.Columns} FROM fhir_resource r{InstancesOfStudy.Join} WHERE r.type = $1 AND r.id = $2";

    /// <summary>The current version, also of a deleted resource, a study with its instances; null when there never was one.</summary>
    public async Task<FhirResourceRow?> ReadAsync(string type, string id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(type == StudyOfResource.Type ? CurrentStudy : Current);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        return Read(reader, ColumnCount);
    }

    /// <summary>One version, the current or an older one.</summary>
    public async Task<FhirResourceRow?> ReadVersionAsync(string type, string id, int version, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT type, id, version, last_updated, deleted, content, slots FROM fhir_resource WHERE type = $1 AND id = $2 AND version = $3
            UNION ALL
            SELECT type, id, version, last_updated, deleted, content, '' FROM fhir_history WHERE type = $1 AND id = $2 AND version = $3
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = version });
        var limit = new ContentLimit(ContentLimit.Page, null);
        return (await ReadAllAsync(command, limit, cancellationToken).ConfigureAwait(false)).FirstOrDefault();
    }

    /// <summary>How many resources of some types there are, deleted ones with them, and when the last of them changed.</summary>
    public async Task<(long Count, DateTimeOffset? Last)> StateOfAsync(IReadOnlyList<string> types, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT count(*), max(last_updated) FROM fhir_resource WHERE type = ANY ($1)");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. types] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.Instant(1));
    }

    internal static async Task<List<FhirResourceRow>> ReadAllAsync(
        NpgsqlCommand command, ContentLimit limit, CancellationToken cancellationToken)
    {
        var rows = new List<FhirResourceRow>();
        await command.ReadAsync(Add, limit, cancellationToken).ConfigureAwait(false);
        return rows;

        long? Add(NpgsqlDataReader reader)
        {
            rows.Add(Read(reader));
            return rows[^1].Content.Length;
        }
    }

    /// <summary>A resource with the instances that were read with it.</summary>
    /// <param name="reader">At a row.</param>
    /// <param name="instances">The first of their columns, where the row has them.</param>
    internal static FhirResourceRow Read(NpgsqlDataReader reader, int instances)
    {
        var resource = Read(reader);
        return InstancesOfStudy.Read(reader, instances) is { Count: > 0 } shown ? resource with { Instances = shown } : resource;
    }

    internal static FhirResourceRow Read(NpgsqlDataReader reader) => new()
    {
        Type = reader.GetString(0),
        Id = reader.GetString(1),
        Version = reader.GetInt32(2),
        LastUpdated = reader.Instant(3)!.Value,
        Deleted = reader.GetBoolean(4),
        Content = PackedContent.Unpack(reader.Bytes(5)),
        Slots = reader.GetString(6),
    };
}
