using CloudPacs.Store.Studies;

namespace CloudPacs.Store.Saving;

/// <summary>The statement that writes what is to be told of stored instances.</summary>
internal static class StudyNewsStatements
{
    public static void Save(RoundTrip trip, IReadOnlyList<StudyNewsRow> rows)
    {
        if (rows.Count == 0) return;
        trip.Add(
            """
            INSERT INTO study_news (destination, kind, study_instance_uid, sop_class_uid, sop_instance_uid, at)
            SELECT destination, kind, study, class, instance, at FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY
                AS told (destination, kind, study, class, instance, at, place)
            ORDER BY place
            """,
            null,
            Column.Text(rows, static row => row.Destination),
            Column.Int16(rows, static row => (short)row.Kind),
            Column.Text(rows, static row => row.StudyInstanceUid),
            Column.Text(rows, static row => row.SopClassUid),
            Column.Text(rows, static row => row.SopInstanceUid),
            Column.Instant(rows, static row => row.At));
    }
}
