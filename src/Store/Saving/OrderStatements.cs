using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write orders with their procedures and steps.</summary>
internal static class OrderStatements
{
    public static bool MayFind(WorkspaceKeys keys) =>
        keys.PlacerNumbers.Count + keys.FillerNumbers.Count + keys.AccessionNumbers.Count + keys.StudyInstanceUids.Count
        + keys.OrdersOfPatients.Count + keys.OrderIds.Count > 0;

    /// <remarks>Arrays of ids and OFFSET 0 leave the planner no choice but index probes, also when it plans on empty tables.</remarks>
    public static void Load(RoundTrip trip, Workspace workspace, WorkspaceKeys keys, HashSet<Guid> loaded) =>
        trip.Add(
            """
            WITH RECURSIVE whole (id) AS (
                SELECT patient_id FROM patient_identifier WHERE value = ANY ($5)
                UNION SELECT p.merged_into FROM whole w CROSS JOIN LATERAL (SELECT merged_into FROM patient WHERE id = w.id OFFSET 0) p
                WHERE p.merged_into IS NOT NULL),
            wanted (id) AS (
                SELECT id FROM imaging_order WHERE placer_value = ANY ($1)
                UNION SELECT id FROM imaging_order WHERE filler_value = ANY ($2)
                UNION SELECT order_id FROM requested_procedure WHERE accession_value = ANY ($3)
                UNION SELECT order_id FROM requested_procedure WHERE study_instance_uid = ANY ($4)
                UNION SELECT id FROM imaging_order WHERE patient_id = ANY (ARRAY(SELECT id FROM whole))
                UNION SELECT id FROM imaging_order WHERE id = ANY ($6))
            SELECT o.id, o.patient_id, o.visit_id, o.sender, o.placer_value, o.placer_authority, o.filler_value, o.filler_authority,
                   o.parent_value, o.parent_authority, o.replaces, o.is_parent, o.entered_in_error, o.last_transaction_time,
                   o.last_message_time, o.facility
            FROM imaging_order o WHERE o.id = ANY (ARRAY(SELECT id FROM wanted))
            """,
            reader =>
            {
                var order = new OrderRow(reader.GetGuid(0))
                {
                    PatientId = reader.GetGuid(1),
                    VisitId = reader.Uuid(2),
                    Sender = reader.GetString(3),
                    PlacerNumber = reader.Identifier(4),
                    FillerNumber = reader.Identifier(6),
                    Parent = reader.Identifier(8),
                    Replaces = reader.Uuid(10),
                    IsParent = reader.GetBoolean(11),
                    EnteredInError = reader.GetBoolean(12),
                    LastTransactionTime = reader.Instant(13),
                    LastMessageTime = reader.Instant(14),
                    Facility = reader.Text(15),
                };
                if (workspace.Load(order)) loaded.Add(order.Id);
            },
            Column.Texts(keys.PlacerNumbers),
            Column.Texts(keys.FillerNumbers),
            Column.Texts(keys.AccessionNumbers),
            Column.Texts(keys.StudyInstanceUids),
            Column.Texts(keys.OrdersOfPatients),
            Column.Uuids(keys.OrderIds));

    public static void LoadProcedures(RoundTrip trip, Workspace workspace, IReadOnlyCollection<Guid> orderIds)
    {
        trip.Add(
            """
            SELECT id, order_id, accession_value, accession_authority, requested_procedure_id, study_instance_uid, attributes
            FROM requested_procedure WHERE order_id = ANY ($1) ORDER BY id
            """,
            reader =>
            {
                var procedure = new ProcedureRow(reader.GetGuid(0))
                {
                    OrderId = reader.GetGuid(1),
                    AccessionNumber = reader.Identifier(2)!.Value,
                    RequestedProcedureId = reader.GetString(4),
                    StudyInstanceUid = reader.GetString(5),
                    Attributes = reader.Attributes(6),
                };
                workspace.Load(procedure);
                workspace.Peek<OrderRow>(procedure.OrderId)!.Procedures.Add(procedure);
            },
            Column.Uuids(orderIds));
        trip.Add(
            """
            SELECT s.id, s.procedure_id, s.step_id, s.state, s.state_before_hold, s.modality, s.station_aes, s.start, s.flags, s.attributes
            FROM scheduled_procedure_step s
            WHERE s.procedure_id = ANY (ARRAY(SELECT id FROM requested_procedure WHERE order_id = ANY ($1))) ORDER BY s.id
            """,
            reader =>
            {
                var step = new StepRow(reader.GetGuid(0))
                {
                    ProcedureId = reader.GetGuid(1),
                    StepId = reader.GetString(2),
                    StepState = (StepState)reader.GetInt16(3),
                    StateBeforeHold = reader.IsDBNull(4) ? null : (StepState)reader.GetInt16(4),
                    Modality = reader.GetString(5),
                    StationAeTitles = reader.GetFieldValue<string[]>(6),
                    Start = reader.Instant(7)!.Value,
                    Attributes = reader.Attributes(9),
                };
                step.Flags.UnionWith(reader.GetFieldValue<string[]>(8));
                workspace.Load(step);
                workspace.Peek<ProcedureRow>(step.ProcedureId)!.Steps.Add(step);
            },
            Column.Uuids(orderIds));
    }

    public static void Save(RoundTrip trip, IReadOnlyList<OrderRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO imaging_order (id, patient_id, visit_id, sender, placer_value, placer_authority, filler_value, filler_authority,
                parent_value, parent_authority, replaces, is_parent, entered_in_error, last_transaction_time, last_message_time, facility)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET patient_id = EXCLUDED.patient_id, visit_id = EXCLUDED.visit_id, sender = EXCLUDED.sender,
                placer_value = EXCLUDED.placer_value, placer_authority = EXCLUDED.placer_authority,
                filler_value = EXCLUDED.filler_value, filler_authority = EXCLUDED.filler_authority,
                parent_value = EXCLUDED.parent_value, parent_authority = EXCLUDED.parent_authority, replaces = EXCLUDED.replaces,
                is_parent = EXCLUDED.is_parent, entered_in_error = EXCLUDED.entered_in_error,
                last_transaction_time = EXCLUDED.last_transaction_time, last_message_time = EXCLUDED.last_message_time,
                facility = EXCLUDED.facility
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Uuid(rows, static row => row.PatientId),
                Column.Uuid(rows, static row => row.VisitId),
                Column.Text(rows, static row => row.Sender),
                Column.Text(rows, static row => row.PlacerNumber?.Value),
                Column.Text(rows, static row => Authority(row.PlacerNumber)),
                Column.Text(rows, static row => row.FillerNumber?.Value),
                Column.Text(rows, static row => Authority(row.FillerNumber)),
                Column.Text(rows, static row => row.Parent?.Value),
                Column.Text(rows, static row => Authority(row.Parent)),
                Column.Uuid(rows, static row => row.Replaces),
                Column.Flag(rows, static row => row.IsParent),
                Column.Flag(rows, static row => row.EnteredInError),
                Column.Instant(rows, static row => row.LastTransactionTime),
                Column.Instant(rows, static row => row.LastMessageTime),
                Column.Text(rows, static row => row.Facility),
            ]);

    public static void Save(RoundTrip trip, IReadOnlyList<ProcedureRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO requested_procedure (id, order_id, accession_value, accession_authority, requested_procedure_id,
                study_instance_uid, attributes)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET accession_value = EXCLUDED.accession_value, accession_authority = EXCLUDED.accession_authority,
                requested_procedure_id = EXCLUDED.requested_procedure_id, study_instance_uid = EXCLUDED.study_instance_uid,
                attributes = EXCLUDED.attributes
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Uuid(rows, static row => row.OrderId),
                Column.Text(rows, static row => row.AccessionNumber.Value),
                Column.Text(rows, static row => Authority(row.AccessionNumber)),
                Column.Text(rows, static row => row.RequestedProcedureId),
                Column.Text(rows, static row => row.StudyInstanceUid),
                Column.Bytes(rows, static row => row.Attributes.Bytes),
            ]);

    public static void Save(RoundTrip trip, IReadOnlyList<StepRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO scheduled_procedure_step (id, procedure_id, step_id, state, state_before_hold, modality, station_aes, start, flags,
                attributes)
            SELECT id, procedure_id, step_id, state, state_before_hold, modality, string_to_array(station_aes, E'\x1f'), start,
                string_to_array(flags, E'\x1f'), attributes
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                AS new (id, procedure_id, step_id, state, state_before_hold, modality, station_aes, start, flags, attributes)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET step_id = EXCLUDED.step_id, state = EXCLUDED.state,
                state_before_hold = EXCLUDED.state_before_hold,
                modality = EXCLUDED.modality, station_aes = EXCLUDED.station_aes, start = EXCLUDED.start, flags = EXCLUDED.flags,
                attributes = EXCLUDED.attributes
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Uuid(rows, static row => row.ProcedureId),
                Column.Text(rows, static row => row.StepId),
                Column.Int16(rows, static row => (short)row.StepState),
                Column.Int16(rows, static row => (short?)row.StateBeforeHold),
                Column.Text(rows, static row => row.Modality),
                Column.TextList(rows, static row => row.StationAeTitles),
                Column.Instant(rows, static row => row.Start),
                Column.TextList(rows, static row => row.Flags),
                Column.Bytes(rows, static row => row.Attributes.Bytes),
            ]);

    private static string? Authority(Identifier? identifier) => identifier is { } known ? IdentifierText.AuthorityOf(known) : null;
}
