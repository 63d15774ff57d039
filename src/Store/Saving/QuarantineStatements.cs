using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write what is in quarantine, when a person decides about it.</summary>
internal static class QuarantineStatements
{
    public static void Load(RoundTrip trip, Workspace workspace, WorkspaceKeys keys) => trip.Add(
        $"SELECT {Quarantine.Columns} FROM quarantined_instance WHERE id = ANY ($1)",
        reader => workspace.Load(Quarantine.Read(reader)), Column.Uuids(keys.Quarantined));

    public static void Save(RoundTrip trip, IReadOnlyList<QuarantinedRow> rows) => trip.Write(
        rows,
        $"""
        INSERT INTO quarantined_instance ({Quarantine.Columns})
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """,
        """
        ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, decided_by = EXCLUDED.decided_by, decided_at = EXCLUDED.decided_at,
            decision = EXCLUDED.decision
        """,
        static rows =>
        [
            Column.Uuid(rows, static row => row.Id),
            Column.Instant(rows, static row => row.ReceivedAt),
            Column.Text(rows, static row => row.Sender),
            Column.Text(rows, static row => row.SopInstanceUid),
            Column.Text(rows, static row => row.Code),
            Column.Text(rows, static row => row.Reason),
            Column.Uuid(rows, static row => row.Pack),
            Column.Int64(rows, static row => row.Offset),
            Column.Int64(rows, static row => row.Length),
            Column.Int16(rows, static row => (short)row.QuarantineState),
            Column.Text(rows, static row => row.DecidedBy),
            Column.Instant(rows, static row => row.DecidedAt),
            Column.Text(rows, static row => row.Decision),
            Column.Text(rows, static row => row.Facility),
        ]);
}
