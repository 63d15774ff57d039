using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write remembered cancels and appointments.</summary>
internal static class BookingStatements
{
    public static bool MayFindCancels(WorkspaceKeys keys) =>
        keys.PlacerNumbers.Count + keys.FillerNumbers.Count + keys.AccessionNumbers.Count > 0;

    public static bool MayFind(WorkspaceKeys keys) =>
        MayFindCancels(keys) || keys.AppointmentIds.Count + keys.OrderIds.Count > 0;

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
            SELECT id, placer_value, placer_authority, filler_value, filler_authority, order_id, patient_id, status, start,
                   order_placer_value, order_placer_authority, order_filler_value, order_filler_authority,
                   order_accession_value, order_accession_authority, step_id, effect, attributes, sent_at
            FROM appointment
            WHERE placer_value = ANY ($1) OR filler_value = ANY ($1)
               OR (order_id IS NULL AND (
                   order_placer_value = ANY ($2) OR order_filler_value = ANY ($3) OR order_accession_value = ANY ($4)))
               OR order_id = ANY ($5)
            """,
            reader => workspace.Load(new AppointmentRow(reader.GetGuid(0))
            {
                PlacerAppointmentId = reader.Identifier(1),
                FillerAppointmentId = reader.Identifier(3),
                OrderId = reader.Uuid(5),
                PatientId = reader.Uuid(6),
                Status = reader.GetString(7),
                Start = reader.Instant(8),
                PlacerOrderNumber = reader.Identifier(9),
                FillerOrderNumber = reader.Identifier(11),
                AccessionNumber = reader.Identifier(13),
                StepId = reader.Text(15),
                Effect = (BookingEffect)reader.GetInt16(16),
                Attributes = reader.Attributes(17),
                SentAt = reader.Instant(18),
            }),
            Column.Texts(keys.AppointmentIds),
            Column.Texts(keys.PlacerNumbers),
            Column.Texts(keys.FillerNumbers),
            Column.Texts(keys.AccessionNumbers),
            Column.Uuids(keys.OrderIds));

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
                start, order_placer_value, order_placer_authority, order_filler_value, order_filler_authority, order_accession_value,
                order_accession_authority, step_id, effect, attributes, sent_at)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET placer_value = EXCLUDED.placer_value, placer_authority = EXCLUDED.placer_authority,
                filler_value = EXCLUDED.filler_value, filler_authority = EXCLUDED.filler_authority, order_id = EXCLUDED.order_id,
                patient_id = EXCLUDED.patient_id, status = EXCLUDED.status, start = EXCLUDED.start,
                order_placer_value = EXCLUDED.order_placer_value, order_placer_authority = EXCLUDED.order_placer_authority,
                order_filler_value = EXCLUDED.order_filler_value, order_filler_authority = EXCLUDED.order_filler_authority,
                order_accession_value = EXCLUDED.order_accession_value, order_accession_authority = EXCLUDED.order_accession_authority,
                step_id = EXCLUDED.step_id, effect = EXCLUDED.effect, attributes = EXCLUDED.attributes, sent_at = EXCLUDED.sent_at
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
                Column.Text(rows, static row => row.PlacerOrderNumber?.Value),
                Column.Text(rows, static row => Authority(row.PlacerOrderNumber)),
                Column.Text(rows, static row => row.FillerOrderNumber?.Value),
                Column.Text(rows, static row => Authority(row.FillerOrderNumber)),
                Column.Text(rows, static row => row.AccessionNumber?.Value),
                Column.Text(rows, static row => Authority(row.AccessionNumber)),
                Column.Text(rows, static row => row.StepId),
                Column.Int16(rows, static row => (short)row.Effect),
                Column.Bytes(rows, static row => row.Attributes.Bytes),
                Column.Instant(rows, static row => row.SentAt),
            ]);

    private static string? Authority(Identifier? identifier) => identifier is { } known ? IdentifierText.AuthorityOf(known) : null;
}
