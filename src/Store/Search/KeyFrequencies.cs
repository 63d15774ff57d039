using Npgsql;

namespace CloudPacs.Store.Search;

/// <summary>
/// How often the most common keys are there, as the statistics of the database tell it: what is searched by a rare one is looked up, what
/// is searched by common ones alone is met soon when one goes through the resources in their order.
/// </summary>
internal sealed class KeyFrequencies(NpgsqlDataSource database)
{
    /// <summary>Statistics are made anew after many changes only.</summary>
    private const long MaxAgeMs = 60_000;

    private volatile Snapshot _last = new(0, []);
    private long _readAt = -MaxAgeMs;

    /// <summary>Reads what the database knows, when it is time to.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        var (now, before) = (Environment.TickCount64, Interlocked.Read(ref _readAt));
        if (now - before < MaxAgeMs || Interlocked.CompareExchange(ref _readAt, now, before) != before) return;
        await using var command = database.CreateCommand(
            """
            SELECT c.reltuples::float8, s.most_common_elems::text::bigint[], s.most_common_elem_freqs
            FROM pg_class c LEFT JOIN pg_stats s ON s.schemaname = current_schema() AND s.tablename = c.relname AND s.attname = 'keys'
            WHERE c.oid = 'fhir_index'::regclass
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var frequencies = new Dictionary<long, double>();
        if (!reader.IsDBNull(1))
        {
            // After the keys come the least and the greatest frequency, and that of rows without any.
            var (keys, shares) = (reader.GetFieldValue<long[]>(1), reader.GetFieldValue<float[]>(2));
            for (var i = 0; i < keys.Length; i++) frequencies[keys[i]] = shares[i];
        }

        _last = new Snapshot(reader.GetDouble(0), frequencies);
    }

    /// <summary>
    /// Whether so few resources meet all conditions that to read them all costs less than to go through the resources until enough are
    /// found.
    /// </summary>
    public bool AreFew(IEnumerable<SearchCondition> conditions, int limit) => HasRare(conditions, limit, isLookup: false);

    /// <summary>Whether they are looked up by rare values, in chains too: one way to do it is then right for all such values.</summary>
    public bool AreLookedUp(IEnumerable<SearchCondition> conditions, int limit) => HasRare(conditions, limit, isLookup: true);

    private bool HasRare(IEnumerable<SearchCondition> conditions, int limit, bool isLookup)
    {
        var last = _last;
        var share = Math.Sqrt(limit / Math.Max(limit, last.Rows));
        return conditions.Any(IsRare);

        bool IsRare(SearchCondition condition) => condition switch
        {
            KeyCondition keys => keys.AnyOf.Sum(key => last.Frequencies.GetValueOrDefault(key)) < share,
            EitherCondition either => either.AnyOf.All(IsRare),
            // A comparison with many keys is made once, by the index, and not for each resource.
            RefersToCondition chain => !isLookup || chain.Target.Any(IsRare),
            ReferredByCondition reverse => !isLookup || reverse.Source.Any(IsRare),
            SelfCondition or TextCondition or InstanceCondition => true,
            _ => false,
        };
    }

    private sealed record Snapshot(double Rows, Dictionary<long, double> Frequencies);
}
