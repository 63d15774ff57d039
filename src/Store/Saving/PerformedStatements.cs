using CloudPacs.Store.Performed;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write performed procedure steps.</summary>
internal static class PerformedStatements
{
    public static bool MayFind(WorkspaceKeys keys) =>
        keys.PerformedUids.Count + keys.OrderIds.Count + keys.RecordsOfPatients.Count + keys.PlacerNumbers.Count + keys.FillerNumbers.Count
        + keys.AccessionNumbers.Count + keys.StudyInstanceUids.Count > 0;

    /// <summary>
    /// Those with a UID, those of orders, those that wait for an order, and those of patients with all that is known of them.
    /// </summary>
    public static void Load(RoundTrip trip, Workspace workspace, WorkspaceKeys keys) =>
        trip.Add(
            """
            WITH wanted (id) AS (
                SELECT id FROM performed_procedure_step WHERE sop_instance_uid = ANY ($1)
                UNION SELECT p.id FROM unnest($2) AS o (id)
                    CROSS JOIN LATERAL (SELECT id FROM performed_procedure_step WHERE order_ids @> ARRAY[o.id] OFFSET 0) p
                UNION SELECT id FROM performed_procedure_step WHERE patient_id = ANY (
                    ARRAY(SELECT patient_id FROM patient_identifier WHERE value = ANY ($3)))
                UNION SELECT p.id FROM unnest($4) AS n (number)
                    CROSS JOIN LATERAL (SELECT id FROM performed_procedure_step WHERE waits_for @> ARRAY[n.number] OFFSET 0) p)
            SELECT id, sop_instance_uid, state, sender, patient_id, order_ids, step_ids, start, ended, attributes, create_hash, final_hash,
                waits_for
            FROM performed_procedure_step WHERE id = ANY (ARRAY(SELECT id FROM wanted))
            """,
            reader => workspace.Load(new PerformedStepRow(reader.GetGuid(0))
            {
                SopInstanceUid = reader.GetString(1),
                PerformedState = (PerformedState)reader.GetInt16(2),
                Sender = reader.GetString(3),
                PatientId = reader.Uuid(4),
                OrderIds = reader.GetFieldValue<Guid[]>(5),
                StepIds = reader.GetFieldValue<Guid[]>(6),
                Start = reader.Instant(7)!.Value,
                End = reader.Instant(8),
                Attributes = reader.Attributes(9),
                CreateHash = reader.IsDBNull(10) ? null : reader.GetInt64(10),
                FinalHash = reader.IsDBNull(11) ? null : reader.GetInt64(11),
                WaitsFor = reader.IsDBNull(12) ? [] : [.. reader.GetFieldValue<string[]>(12).Select(AwaitedNumber.Parse)],
            }),
            Column.Texts(keys.PerformedUids),
            Column.Uuids(keys.OrderIds),
            Column.Texts(keys.RecordsOfPatients),
            Column.Texts(
            [
                .. Awaited(AwaitedKind.Placer, keys.PlacerNumbers), .. Awaited(AwaitedKind.Filler, keys.FillerNumbers),
                .. Awaited(AwaitedKind.Accession, keys.AccessionNumbers), .. Awaited(AwaitedKind.Study, keys.StudyInstanceUids),
            ]));

    public static void Save(RoundTrip trip, IReadOnlyList<PerformedStepRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO performed_procedure_step (id, sop_instance_uid, state, sender, patient_id, order_ids, step_ids, start, ended,
                attributes, create_hash, final_hash, waits_for)
            SELECT id, sop_instance_uid, state, sender, patient_id, string_to_array(order_ids, E'\x1f')::uuid[],
                string_to_array(step_ids, E'\x1f')::uuid[], start, ended, attributes, create_hash, final_hash,
                string_to_array(NULLIF(waits_for, ''), E'\x1f')
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                AS new (id, sop_instance_uid, state, sender, patient_id, order_ids, step_ids, start, ended, attributes, create_hash,
                    final_hash, waits_for)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, patient_id = EXCLUDED.patient_id, order_ids = EXCLUDED.order_ids,
                step_ids = EXCLUDED.step_ids, start = EXCLUDED.start, ended = EXCLUDED.ended, attributes = EXCLUDED.attributes,
                create_hash = EXCLUDED.create_hash, final_hash = EXCLUDED.final_hash, waits_for = EXCLUDED.waits_for
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Text(rows, static row => row.SopInstanceUid),
                Column.Int16(rows, static row => (short)row.PerformedState),
                Column.Text(rows, static row => row.Sender),
                Column.Uuid(rows, static row => row.PatientId),
                Column.TextList(rows, static row => row.OrderIds.Select(static id => id.ToString())),
                Column.TextList(rows, static row => row.StepIds.Select(static id => id.ToString())),
                Column.Instant(rows, static row => row.Start),
                Column.Instant(rows, static row => row.End),
                Column.Bytes(rows, static row => row.Attributes.Bytes),
                Column.Int64(rows, static row => row.CreateHash),
                Column.Int64(rows, static row => row.FinalHash),
                Column.TextList(rows, static row => row.WaitsFor.Select(static number => number.ToString())),
            ]);

    private static IEnumerable<string> Awaited(AwaitedKind kind, IEnumerable<string> numbers) =>
        numbers.Select(number => new AwaitedNumber(kind, number).ToString());
}
