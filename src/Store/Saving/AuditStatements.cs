using CloudPacs.Store.Audit;

namespace CloudPacs.Store.Saving;

/// <summary>The statement that writes audit entries.</summary>
internal static class AuditStatements
{
    public static void Save(RoundTrip trip, IReadOnlyList<AuditRow> rows)
    {
        if (rows.Count == 0) return;
        trip.Add(
            """
            INSERT INTO audit_event (id, at, action, outcome, actor, source, patient_id, message_id, entity, detail, resources)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            null,
            Column.Uuid(rows, static row => row.Id),
            Column.Instant(rows, static row => row.At),
            Column.Text(rows, static row => row.Action),
            Column.Int16(rows, static row => (short)row.Outcome),
            Column.Text(rows, static row => row.Actor),
            Column.Text(rows, static row => row.Source),
            Column.Uuid(rows, static row => row.PatientId),
            Column.Uuid(rows, static row => row.MessageId),
            Column.Text(rows, static row => row.Entity),
            Column.Text(rows, static row => row.Detail),
            Column.Text(rows, static row => row.Resources));
    }
}
