using System.Globalization;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that write the journal and keep the identities of applied messages.</summary>
internal static class MessageStatements
{
    public static void LoadApplied(RoundTrip trip, Workspace workspace, WorkspaceKeys keys) =>
        trip.Add(
            """
            SELECT i.control_key, i.content_hash, i.message_id, i.received_at, j.acknowledgment
            FROM message_identity i LEFT JOIN message_journal j ON j.id = i.message_id AND j.received_at = i.received_at
            WHERE i.control_key = ANY ($1)
            """,
            reader => workspace.LoadApplied(new AppliedMessage(
                new MessageIdentity(reader.GetGuid(0), reader.GetGuid(1)), reader.GetGuid(2), reader.Instant(3)!.Value, reader.Bytes(4))),
            Column.Uuids(keys.Messages.Select(static message => message.ControlKey).Distinct()));

    /// <summary>An identity that fell out of its sender's window is taken over by the message that was applied again.</summary>
    public static void SaveApplied(RoundTrip trip, IReadOnlyList<AppliedMessage> rows)
    {
        if (rows.Count == 0) return;
        var last = rows.GroupBy(static row => row.Identity).Select(static same => same.Last()).ToList();
        trip.Add(
            """
            INSERT INTO message_identity (control_key, content_hash, message_id, received_at)
            SELECT * FROM unnest($1, $2, $3, $4)
            ON CONFLICT (control_key, content_hash) DO UPDATE SET message_id = EXCLUDED.message_id, received_at = EXCLUDED.received_at
            """,
            null,
            Column.Uuid(last, static row => row.Identity.ControlKey),
            Column.Uuid(last, static row => row.Identity.ContentHash),
            Column.Uuid(last, static row => row.MessageId),
            Column.Instant(last, static row => row.ReceivedAt));
    }

    /// <summary>
    /// A batch that is written again, as the answer to its commit was lost, may find its entries there: they tell the truth and stay.
    /// </summary>
    public static void Save(RoundTrip trip, IReadOnlyList<JournalRow> rows, LargeMessages large)
    {
        if (rows.Count == 0) return;
        trip.Add(
            """
            INSERT INTO message_journal (id, received_at, direction, status, listener, remote_address, sender, sending_application,
                sending_facility,
                message_type, trigger_event, structure, control_id, version, processing_id, ack_code, map_version, replay_of, content_hash,
                keys, key_hashes, warnings, problems, raw, raw_blob, acknowledgment)
            SELECT id, received_at, direction, status, listener, remote_address, sender, sending_application, sending_facility,
                message_type, trigger_event, structure, control_id, version, processing_id, ack_code, map_version, replay_of, content_hash,
                string_to_array(keys, E'\x1f'), string_to_array(key_hashes, E'\x1f')::integer[], string_to_array(warnings, E'\x1f'),
                problems, raw, raw_blob, acknowledgment
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
                $26)
                AS new (id, received_at, direction, status, listener, remote_address, sender, sending_application, sending_facility,
                    message_type, trigger_event, structure, control_id, version, processing_id, ack_code, map_version, replay_of,
                        content_hash,
                    keys, key_hashes, warnings, problems, raw, raw_blob, acknowledgment)
            ON CONFLICT DO NOTHING
            """,
            null,
            Column.Uuid(rows, static row => row.Id),
            Column.Instant(rows, static row => row.ReceivedAt),
            Column.Int16(rows, static row => (short)row.Direction),
            Column.Int16(rows, static row => (short)row.Status),
            Column.Text(rows, static row => row.Listener),
            Column.Text(rows, static row => row.RemoteAddress),
            Column.Text(rows, static row => row.Sender),
            Column.Text(rows, static row => row.SendingApplication),
            Column.Text(rows, static row => row.SendingFacility),
            Column.Text(rows, static row => row.MessageType),
            Column.Text(rows, static row => row.TriggerEvent),
            Column.Text(rows, static row => row.Structure),
            Column.Text(rows, static row => row.ControlId),
            Column.Text(rows, static row => row.Version),
            Column.Text(rows, static row => row.ProcessingId),
            Column.Text(rows, static row => row.AckCode),
            Column.Text(rows, static row => row.MapVersion),
            Column.Uuid(rows, static row => row.ReplayOf),
            Column.Uuid(rows, static row => row.ContentHash),
            Column.TextList(rows, static row => row.Keys),
            Column.TextList(rows, static row => row.Keys.Select(static key => MessageKey.Hash(key).ToString(CultureInfo.InvariantCulture))),
            Column.TextList(rows, static row => row.Warnings),
            Column.Json(rows, static row => row.Problems),
            Column.Bytes(rows, row => large.KeyOf(row) is null ? row.Raw : default),
            Column.Text(rows, large.KeyOf),
            Column.Bytes(rows, static row => row.Acknowledgment));
    }
}
