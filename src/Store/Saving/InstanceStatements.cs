using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write stored instances.</summary>
internal static class InstanceStatements
{
    private const string Select =
        """
        SELECT i.id, i.series_id, i.sop_instance_uid, i.sop_class_uid, i.transfer_syntax_uid, i.number, i.state, i.pack, i.pack_offset,
            i.length, i.data_set_offset, i.header_length, i.digest, i.pixel_digest, i.frames, i.sender, i.received_at, i.attributes,
            i.archive, i.rejection, i.rejected_at, i.state_before
        """;

    public static void Load(RoundTrip trip, Workspace workspace, WorkspaceKeys keys)
    {
        if (keys.SopInstanceUids.Count > 0)
        {
            RejectionStatements.Load(trip, workspace, keys);
            trip.Add(
                Select + " FROM instance i WHERE i.sop_instance_uid = ANY ($1)", reader => workspace.Load(Read(reader)),
                Column.Texts(keys.SopInstanceUids));
        }

        if (keys.InstancesOfStudies.Count > 0)
        {
            trip.Add(
                Select + """
                 FROM study s JOIN series e ON e.study_id = s.id JOIN instance i ON i.series_id = e.id
                WHERE s.study_instance_uid = ANY ($1)
                """,
                reader => workspace.Load(Read(reader)), Column.Texts(keys.InstancesOfStudies));
        }
    }

    public static void Save(RoundTrip trip, IReadOnlyList<InstanceRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO instance (id, series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, number, state, pack, pack_offset,
                length, data_set_offset, header_length, digest, pixel_digest, frames, sender, received_at, attributes, archive, rejection,
                rejected_at, state_before)
            SELECT id, series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, number, state, pack, pack_offset, length,
                data_set_offset, header_length, digest, nullif(pixel_digest, ''), nullif(frames, ''), sender, received_at, attributes,
                archive, rejection, rejected_at, state_before
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
                AS new (id, series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, number, state, pack, pack_offset, length,
                    data_set_offset, header_length, digest, pixel_digest, frames, sender, received_at, attributes, archive,
                    rejection, rejected_at, state_before)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET series_id = EXCLUDED.series_id, state = EXCLUDED.state, archive = EXCLUDED.archive,
                transfer_syntax_uid = EXCLUDED.transfer_syntax_uid, pack = EXCLUDED.pack, pack_offset = EXCLUDED.pack_offset,
                length = EXCLUDED.length, data_set_offset = EXCLUDED.data_set_offset, header_length = EXCLUDED.header_length,
                digest = EXCLUDED.digest, pixel_digest = EXCLUDED.pixel_digest, frames = EXCLUDED.frames, attributes = EXCLUDED.attributes,
                rejection = EXCLUDED.rejection, rejected_at = EXCLUDED.rejected_at, state_before = EXCLUDED.state_before
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Uuid(rows, static row => row.SeriesId),
                Column.Text(rows, static row => row.SopInstanceUid),
                Column.Text(rows, static row => row.SopClassUid),
                Column.Text(rows, static row => row.TransferSyntaxUid),
                Column.Number(rows, static row => row.Number),
                Column.Int16(rows, static row => (short)row.InstanceState),
                Column.Uuid(rows, static row => row.Bytes.Pack),
                Column.Int64(rows, static row => row.Bytes.Offset),
                Column.Int64(rows, static row => row.Bytes.Length),
                Column.Int32(rows, static row => row.Bytes.DataSetOffset),
                Column.Int32(rows, static row => row.Bytes.HeaderLength),
                Column.Bytes(rows, static row => row.Bytes.Digest),
                Column.Bytes(rows, static row => row.Bytes.PixelDigest),
                Column.Bytes(rows, static row => row.Bytes.Frames),
                Column.Text(rows, static row => row.Sender),
                Column.Instant(rows, static row => row.ReceivedAt),
                Column.Bytes(rows, static row => row.Attributes.Bytes),
                Column.Text(rows, static row => row.Archive),
                Column.Int16(rows, static row => (short?)row.Rejection),
                Column.Instant(rows, static row => row.RejectedAt),
                Column.Int16(rows, static row => (short?)row.StateBefore),
            ]);

    private static InstanceRow Read(NpgsqlDataReader reader) => new(reader.GetGuid(0))
    {
        SeriesId = reader.GetGuid(1),
        SopInstanceUid = reader.GetString(2),
        SopClassUid = reader.GetString(3),
        TransferSyntaxUid = reader.GetString(4),
        Number = reader.IsDBNull(5) ? null : reader.GetInt32(5),
        InstanceState = (InstanceState)reader.GetInt16(6),
        Bytes = new InstanceBytes(
            reader.GetGuid(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt32(10), reader.GetInt32(11), reader.Bytes(12),
            reader.Bytes(13), reader.Bytes(14)),
        Sender = reader.GetString(15),
        ReceivedAt = reader.Instant(16)!.Value,
        Attributes = reader.Attributes(17),
        Archive = reader.Text(18),
        Rejection = reader.IsDBNull(19) ? null : (Rejection)reader.GetInt16(19),
        RejectedAt = reader.Instant(20),
        StateBefore = reader.IsDBNull(21) ? null : (InstanceState)reader.GetInt16(21),
    };
}
