using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;
using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Store.Saving;

/// <summary>
/// Statements that keep what resources are found by: of a resource that was there only what is different. What it was found by is made of
/// its former version again, so that nothing needs to be read. Rows are found by their own key alone: a plan that is made while the tables
/// are empty must not go by the type.
/// </summary>
internal static class IndexStatements
{
    /// <param name="trip">Takes the statements.</param>
    /// <param name="versions">The version of each resource that was stored, null for a new one, and the one that is.</param>
    /// <param name="index">Tells what a version is found by.</param>
    /// <returns>Keys of the texts that are there once the statements are committed.</returns>
    public static IReadOnlyCollection<long> Save(
        RoundTrip trip, IEnumerable<(FhirResourceRow? Before, FhirResourceRow After)> versions, IResourceIndex index)
    {
        var changes = new List<IndexChange>();
        foreach (var (before, after) in versions)
        {
            var change = new IndexChange(after.Type, after.Id, ValuesOf(before, index), ValuesOf(after, index));
            if (change.Before is not null || change.After is not null) changes.Add(change);
        }

        return Save(trip, changes);
    }

    /// <returns>Keys of the texts that are there once the statements are committed.</returns>
    public static IReadOnlyCollection<long> Save(RoundTrip trip, List<IndexChange> changes)
    {
        Remove(trip, [.. changes.Where(static change => change.After is not null)]);
        Insert(trip, [.. changes.Where(static change => change.Before is null)]);
        Replace(trip, [.. changes.Where(static change => change.HasOtherKeys)]);
        Add(trip, changes);
        Delete(trip, [.. changes.Where(static change => change.After is null)]);
        return AddTexts(trip, changes);
    }

    private static IndexRow? ValuesOf(FhirResourceRow? version, IResourceIndex index) =>
        version is { Deleted: false } ? index.Of(version) : null;

    private static void Insert(RoundTrip trip, List<IndexChange> added)
    {
        if (added.Count == 0) return;
        trip.Add(
            """
            INSERT INTO fhir_index (type, id, self, keys, present)
            SELECT n.type, n.id, n.self, ($4)[n.keys_from:n.keys_until], ($7)[n.present_from:n.present_until]
            FROM unnest($1, $2, $3, $5, $6, $8, $9) AS n (type, id, self, keys_from, keys_until, present_from, present_until)
            """,
            null,
            [
                Column.Text(added, static one => one.Type), Column.Text(added, static one => one.Id),
                Column.Int64(added, static one => one.Self), .. Arrays(added),
            ]);
    }

    private static void Replace(RoundTrip trip, List<IndexChange> changed)
    {
        if (changed.Count == 0) return;
        trip.Add(
            """
            UPDATE fhir_index i SET keys = ($2)[n.keys_from:n.keys_until], present = ($5)[n.present_from:n.present_until]
            FROM unnest($1, $3, $4, $6, $7) AS n (self, keys_from, keys_until, present_from, present_until)
            WHERE i.self = n.self
            """,
            null,
            [Column.Int64(changed, static one => one.Self), .. Arrays(changed)]);
    }

    private static void Delete(RoundTrip trip, List<IndexChange> removed)
    {
        if (removed.Count == 0) return;
        trip.Add(
            """
            WITH gone AS (DELETE FROM fhir_index i USING unnest($1) AS n (self) WHERE i.self = n.self RETURNING i.number),
            dates AS (DELETE FROM fhir_index_date d USING gone g WHERE d.number = g.number)
            DELETE FROM fhir_index_quantity q USING gone g WHERE q.number = g.number
            """,
            null,
            Column.Int64(removed, static one => one.Self));
    }

    /// <summary>All keys of all rows as one array, and where in it those of each row begin and end; likewise the places.</summary>
    private static NpgsqlParameter[] Arrays(List<IndexChange> rows)
    {
        var (keys, present) = (new List<long>(), new List<int>());
        var (keysFrom, keysUntil) = (new int[rows.Count], new int[rows.Count]);
        var (presentFrom, presentUntil) = (new int[rows.Count], new int[rows.Count]);
        for (var i = 0; i < rows.Count; i++)
        {
            var values = rows[i].After!;
            (keysFrom[i], presentFrom[i]) = (keys.Count + 1, present.Count + 1);
            keys.AddRange(values.Keys);
            present.AddRange(values.Present);
            (keysUntil[i], presentUntil[i]) = (keys.Count, present.Count);
        }

        return
        [
            Array(NpgsqlDbType.Bigint, keys), Array(NpgsqlDbType.Integer, keysFrom), Array(NpgsqlDbType.Integer, keysUntil),
            Array(NpgsqlDbType.Integer, present), Array(NpgsqlDbType.Integer, presentFrom), Array(NpgsqlDbType.Integer, presentUntil),
        ];
    }

    private static void Add(RoundTrip trip, List<IndexChange> changes)
    {
        var dates = Different(changes, static row => row.Dates, isAdded: true);
        if (dates.Count > 0)
        {
            trip.Add(
                """
                INSERT INTO fhir_index_date (number, place, low, high, wide)
                SELECT i.number, n.place, n.low, n.high,
                    n.low = '-infinity' OR n.high = 'infinity' OR n.high > n.low + interval '400 days'
                FROM unnest($1, $2, $3, $4) AS n (self, place, low, high)
                CROSS JOIN LATERAL (SELECT number FROM fhir_index WHERE self = n.self OFFSET 0) i
                """,
                null,
                [.. Owners(dates), .. Dates(dates)]);
        }

        var quantities = Different(changes, static row => row.Quantities, isAdded: true);
        if (quantities.Count == 0) return;
        trip.Add(
            """
            INSERT INTO fhir_index_quantity (number, place, low, high)
            SELECT i.number, n.place, n.low, n.high FROM unnest($1, $2, $3, $4) AS n (self, place, low, high)
            CROSS JOIN LATERAL (SELECT number FROM fhir_index WHERE self = n.self OFFSET 0) i
            """,
            null,
            [.. Owners(quantities), .. Quantities(quantities)]);
    }

    private static void Remove(RoundTrip trip, List<IndexChange> changes)
    {
        var dates = Different(changes, static row => row.Dates, isAdded: false);
        if (dates.Count > 0)
        {
            trip.Add(
                """
                DELETE FROM fhir_index_date d USING unnest($1, $2, $3, $4) AS n (self, place, low, high), fhir_index i
                WHERE i.self = n.self AND d.number = i.number AND d.place = n.place AND d.low = n.low
                    AND d.high = n.high
                """,
                null,
                [.. Owners(dates), .. Dates(dates)]);
        }

        var quantities = Different(changes, static row => row.Quantities, isAdded: false);
        if (quantities.Count == 0) return;
        trip.Add(
            """
            DELETE FROM fhir_index_quantity d USING unnest($1, $2, $3, $4) AS n (self, place, low, high), fhir_index i
            WHERE i.self = n.self AND d.number = i.number AND d.place = n.place AND d.low = n.low
                AND d.high = n.high
            """,
            null,
            [.. Owners(quantities), .. Quantities(quantities)]);
    }

    /// <summary>
    /// Texts that are new. They come last and in the order of their keys: whoever adds the same one waits for the end of this transaction,
    /// which waits for nobody any more.
    /// </summary>
    private static long[] AddTexts(RoundTrip trip, List<IndexChange> changes)
    {
        var texts = new SortedDictionary<long, (long Place, string Text)>();
        foreach (var change in changes)
        {
            foreach (var (key, place, text) in change.After?.Texts ?? []) texts.TryAdd(key, (place, text));
        }

        if (texts.Count == 0) return [];
        trip.Add(
            "INSERT INTO fhir_index_text (key, place, text) SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING", null,
            Column.Int64(texts, static one => one.Key), Column.Int64(texts, static one => one.Value.Place),
            Column.Text(texts, static one => one.Value.Text));
        return [.. texts.Keys];
    }

    /// <summary>The values that only one of both versions has: the later one, or the former.</summary>
    private static List<(IndexChange Owner, T Value)> Different<T>(
        List<IndexChange> changes, Func<IndexRow, IReadOnlyList<T>> values, bool isAdded)
    {
        var different = new List<(IndexChange, T)>();
        foreach (var change in changes)
        {
            var (has, lacks) = isAdded ? (change.After, change.Before) : (change.Before, change.After);
            if (has is null || values(has).Count == 0) continue;
            var others = lacks is null ? [] : values(lacks).ToHashSet();
            different.AddRange(values(has).Where(value => !others.Contains(value)).Select(value => (change, value)));
        }

        return different;
    }

    private static NpgsqlParameter[] Owners<T>(List<(IndexChange Owner, T Value)> values) =>
        [Column.Int64(values, static one => one.Owner.Self)];

    private static NpgsqlParameter[] Dates(List<(IndexChange Owner, (long Place, DateTime Low, DateTime High) Value)> dates) =>
    [
        Column.Int64(dates, static one => one.Value.Place),
        Array(NpgsqlDbType.TimestampTz, dates.ConvertAll(static one => Utc(one.Value.Low))),
        Array(NpgsqlDbType.TimestampTz, dates.ConvertAll(static one => Utc(one.Value.High))),
    ];

    private static NpgsqlParameter[] Quantities(List<(IndexChange Owner, (long Place, decimal Low, decimal High) Value)> quantities) =>
    [
        Column.Int64(quantities, static one => one.Value.Place),
        Array(NpgsqlDbType.Numeric, quantities.ConvertAll(static one => one.Value.Low)),
        Array(NpgsqlDbType.Numeric, quantities.ConvertAll(static one => one.Value.High)),
    ];

    private static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);

    private static NpgsqlParameter<T> Array<T>(NpgsqlDbType type, T values) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}

/// <summary>What a resource was found by, and what it is found by now; null where it was or is not.</summary>
internal sealed record IndexChange(string Type, string Id, IndexRow? Before, IndexRow? After)
{
    public bool HasOtherKeys => Before is not null && After is not null && !After.HasSameKeys(Before);

    public long Self => (After ?? Before)!.Self;
}
