using CloudPacs.Store.Messages;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write how far senders are with their sequence numbers.</summary>
internal static class SequenceStatements
{
    public static void Load(RoundTrip trip, Workspace workspace, WorkspaceKeys keys) =>
        trip.Add(
            "SELECT listener, application, facility, expected, last_control_id, last_answer FROM message_sequence WHERE id = ANY ($1)",
            reader => workspace.Load(new SequenceRow(new SequenceKey(reader.GetString(0), reader.GetString(1), reader.GetString(2)))
            {
                Expected = reader.IsDBNull(3) ? null : reader.GetInt64(3),
                LastControlId = reader.Text(4),
                LastAnswer = reader.Bytes(5),
            }),
            Column.Uuids(keys.Sequences.Select(static key => key.Id)));

    public static void Save(RoundTrip trip, IReadOnlyList<SequenceRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO message_sequence (id, listener, application, facility, expected, last_control_id, last_answer)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
            """,
            "ON CONFLICT (id) DO UPDATE SET expected = EXCLUDED.expected, last_control_id = EXCLUDED.last_control_id, last_answer = "
                + "EXCLUDED.last_answer",
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Text(rows, static row => row.Key.Listener),
                Column.Text(rows, static row => row.Key.Application),
                Column.Text(rows, static row => row.Key.Facility),
                Column.Int64(rows, static row => row.Expected),
                Column.Text(rows, static row => row.LastControlId),
                Column.Bytes(rows, static row => row.LastAnswer),
            ]);
}
