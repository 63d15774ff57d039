using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write remembered cancels and appointments.</summary>
internal static class BookingStatements
{
    public static void LoadCancels(RoundTrip trip, Workspace workspace, WorkspaceKeys keys) =>
        trip.Add(
            """
            SELECT id, placer_value, placer_authority, filler_value, filler_authority, accession_value, accession_authority,
                   received_at, transaction_time, message_time
            FROM remembered_cancel WHERE placer_value = ANY ($1) OR filler_value = ANY ($2) OR accession_value = ANY ($3)
            """,
            reader => workspace.Load(new RememberedCancel(reader.GetGuid(0))
            {
                PlacerNumber = reader.Identifier(1),
                FillerNumber = reader.Identifier(3),
                AccessionNumber = reader.Identifier(5),
                ReceivedAt = reader.Instant(7)!.Value,
                TransactionTime = reader.Instant(8),
                MessageTime = reader.Instant(9),
            }),
            Column.Texts(keys.PlacerNumbers),
            Column.Texts(keys.FillerNumbers),
            Column.Texts(keys.AccessionNumbers));

    public static void LoadAppointments(RoundTrip trip, Workspace workspace, WorkspaceKeys keys) =>
        trip.Add(
            """
            SELECT id, placer_value, placer_authority, filler_value, filler_authority, order_id, patient_id, status, start
            FROM appointment WHERE placer_value = ANY ($1) OR filler_value = ANY ($1)
            """,
            reader => workspace.Load(new AppointmentRow(reader.GetGuid(0))
            {
                PlacerAppointmentId = reader.Identifier(1),
                FillerAppointmentId = reader.Identifier(3),
                OrderId = reader.Uuid(5),
                PatientId = reader.Uuid(6),
                Status = reader.GetString(7),
                Start = reader.Instant(8),
            }),
            Column.Texts(keys.AppointmentIds));

    public static void Save(RoundTrip trip, IReadOnlyList<RememberedCancel> rows)
    {
        if (rows.Count == 0) return;
        trip.Add(
            """
            INSERT INTO remembered_cancel (id, placer_value, placer_authority, filler_value, filler_authority, accession_value,
                accession_authority,
                received_at, transaction_time, message_time)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            null,
            Column.Uuid(rows, static row => row.Id),
            Column.Text(rows, static row => row.PlacerNumber?.Value),
            Column.Text(rows, static row => Authority(row.PlacerNumber)),
            Column.Text(rows, static row => row.FillerNumber?.Value),
            Column.Text(rows, static row => Authority(row.FillerNumber)),
            Column.Text(rows, static row => row.AccessionNumber?.Value),
            Column.Text(rows, static row => Authority(row.AccessionNumber)),
            Column.Instant(rows, static row => row.ReceivedAt),
            Column.Instant(rows, static row => row.TransactionTime),
            Column.Instant(rows, static row => row.MessageTime));
    }

    public static void Save(RoundTrip trip, IReadOnlyList<AppointmentRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO appointment (id, placer_value, placer_authority, filler_value, filler_authority, order_id, patient_id, status,
                start)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET placer_value = EXCLUDED.placer_value, placer_authority = EXCLUDED.placer_authority,
                filler_value = EXCLUDED.filler_value, filler_authority = EXCLUDED.filler_authority, order_id = EXCLUDED.order_id,
                patient_id = EXCLUDED.patient_id, status = EXCLUDED.status, start = EXCLUDED.start
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Text(rows, static row => row.PlacerAppointmentId?.Value),
                Column.Text(rows, static row => Authority(row.PlacerAppointmentId)),
                Column.Text(rows, static row => row.FillerAppointmentId?.Value),
                Column.Text(rows, static row => Authority(row.FillerAppointmentId)),
                Column.Uuid(rows, static row => row.OrderId),
                Column.Uuid(rows, static row => row.PatientId),
                Column.Text(rows, static row => row.Status),
                Column.Instant(rows, static row => row.Start),
            ]);

    private static string? Authority(Identifier? identifier) => identifier is { } known ? IdentifierText.AuthorityOf(known) : null;
}
