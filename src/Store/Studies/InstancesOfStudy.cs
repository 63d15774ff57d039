using Npgsql;

namespace CloudPacs.Store.Studies;

/// <summary>The shown instances of a study, read with its resource.</summary>
internal static class InstancesOfStudy
{
    public const string Columns = "n.series, n.instances, n.classes, n.numbers, n.attributes";

    /// <summary>The resource is r; one of another type has none. A study that counts more than 20,000 shows its series alone.</summary>
    public static readonly string Join =
        $"""
         LEFT JOIN LATERAL (
            SELECT array_agg(o.series_instance_uid) AS series, array_agg(o.sop_instance_uid) AS instances,
                array_agg(o.sop_class_uid) AS classes, array_agg(o.number) AS numbers, array_agg(o.attributes) AS attributes
            FROM (
                SELECT e.series_instance_uid, i.sop_instance_uid, i.sop_class_uid, i.number, i.attributes
                FROM series e JOIN instance i ON i.series_id = e.id
                WHERE e.study_id = {StudyOfResource.Id("r")} AND i.state = 0
                ORDER BY i.id LIMIT 20000) AS o
        ) AS n ON true
        """;

    /// <summary>In the order in which they came.</summary>
    /// <param name="reader">At a row.</param>
    /// <param name="first">The first of the columns, which are the last ones of the row, where it has them.</param>
    public static IReadOnlyList<ShownInstance> Read(NpgsqlDataReader reader, int first)
    {
        if (first == reader.FieldCount || reader.IsDBNull(first)) return [];
        var instances = reader.GetFieldValue<string[]>(first + 1);
        var classes = reader.GetFieldValue<string[]>(first + 2);
        var numbers = reader.GetFieldValue<int?[]>(first + 3);
        var attributes = reader.GetFieldValue<byte[][]>(first + 4);
        return [.. reader.GetFieldValue<string[]>(first).Select((series, i) =>
            new ShownInstance(series, instances[i], classes[i], numbers[i], new StoredAttributes(attributes[i])))];
    }
}
