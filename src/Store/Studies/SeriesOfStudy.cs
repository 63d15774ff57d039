using Npgsql;

namespace CloudPacs.Store.Studies;

/// <summary>The series of each study that a search finds, read with it.</summary>
internal static class SeriesOfStudy
{
    public const string Columns = "e.ids, e.uids, e.modalities, e.numbers, e.counts, e.attributes, e.sent";

    /// <summary>How many columns there are.</summary>
    public const int Count = 7;

    /// <summary>The study is s.</summary>
    public const string Join =
        """
         LEFT JOIN LATERAL (
            SELECT array_agg(o.id) AS ids, array_agg(o.series_instance_uid) AS uids, array_agg(o.modality) AS modalities,
                array_agg(o.number) AS numbers, array_agg(o.instances) AS counts, array_agg(o.attributes) AS attributes,
                array_agg(o.sent_study_uid) AS sent
            FROM (SELECT * FROM series WHERE study_id = s.id AND instances > 0 ORDER BY number NULLS LAST, series_instance_uid) AS o
        ) AS e ON true
        """;

    /// <summary>Those that show at least one instance, by number and UID.</summary>
    /// <param name="reader">At a row.</param>
    /// <param name="first">The first of the columns.</param>
    public static IReadOnlyList<StoredSeries> Read(NpgsqlDataReader reader, int first)
    {
        if (reader.IsDBNull(first)) return [];
        var uids = reader.GetFieldValue<string[]>(first + 1);
        var modalities = reader.GetFieldValue<string[]>(first + 2);
        var numbers = reader.GetFieldValue<int?[]>(first + 3);
        var counts = reader.GetFieldValue<int[]>(first + 4);
        var attributes = reader.GetFieldValue<byte[][]>(first + 5);
        var sent = reader.GetFieldValue<string?[]>(first + 6);
        return [.. reader.GetFieldValue<Guid[]>(first).Select((id, i) =>
            new StoredSeries(id, uids[i], modalities[i], numbers[i], counts[i], new StoredAttributes(attributes[i]))
            {
                SentStudyUid = sent[i],
            })];
    }
}
