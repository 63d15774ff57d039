using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write rejections of instances that have not come.</summary>
internal static class RejectionStatements
{
    public static void Load(RoundTrip trip, Workspace workspace, WorkspaceKeys keys) => trip.Add(
        """
        SELECT id, sop_instance_uid, rejection, received_at, facility FROM awaited_rejection
        WHERE sop_instance_uid = ANY ($1) AND taken_at IS NULL
        """,
        reader => workspace.Load(new AwaitedRejection(reader.GetGuid(0))
        {
            SopInstanceUid = reader.GetString(1), Rejection = (Rejection)reader.GetInt16(2), ReceivedAt = reader.Instant(3)!.Value,
            Facility = reader.Text(4),
        }),
        Column.Texts(keys.SopInstanceUids));

    public static void Save(RoundTrip trip, IReadOnlyList<AwaitedRejection> rows) => trip.Write(
        rows,
        """
        INSERT INTO awaited_rejection (id, sop_instance_uid, rejection, received_at, taken_at, facility)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        """,
        "ON CONFLICT (id) DO UPDATE SET taken_at = EXCLUDED.taken_at",
        static rows =>
        [
            Column.Uuid(rows, static row => row.Id),
            Column.Text(rows, static row => row.SopInstanceUid),
            Column.Int16(rows, static row => (short)row.Rejection),
            Column.Instant(rows, static row => row.ReceivedAt),
            Column.Instant(rows, static row => row.TakenAt),
            Column.Text(rows, static row => row.Facility),
        ]);
}
