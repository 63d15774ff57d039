using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write stored instances.</summary>
internal static class InstanceStatements
{
    public static void Load(RoundTrip trip, Workspace workspace, WorkspaceKeys keys) =>
        trip.Add(
            """
            SELECT id, series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, number, state, pack, pack_offset, length,
                   data_set_offset, header_length, digest, pixel_digest, frames, sender, received_at, attributes, archive
            FROM instance WHERE sop_instance_uid = ANY ($1)
            """,
            reader => workspace.Load(new InstanceRow(reader.GetGuid(0))
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
            }),
            Column.Texts(keys.SopInstanceUids));

    public static void Save(RoundTrip trip, IReadOnlyList<InstanceRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO instance (id, series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, number, state, pack, pack_offset,
                length, data_set_offset, header_length, digest, pixel_digest, frames, sender, received_at, attributes, archive)
            SELECT id, series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, number, state, pack, pack_offset, length,
                data_set_offset, header_length, digest, nullif(pixel_digest, ''), nullif(frames, ''), sender, received_at, attributes,
                archive
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
                AS new (id, series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, number, state, pack, pack_offset, length,
                    data_set_offset, header_length, digest, pixel_digest, frames, sender, received_at, attributes, archive)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, archive = EXCLUDED.archive,
                transfer_syntax_uid = EXCLUDED.transfer_syntax_uid, pack = EXCLUDED.pack, pack_offset = EXCLUDED.pack_offset,
                length = EXCLUDED.length, data_set_offset = EXCLUDED.data_set_offset, header_length = EXCLUDED.header_length,
                digest = EXCLUDED.digest, pixel_digest = EXCLUDED.pixel_digest, frames = EXCLUDED.frames, attributes = EXCLUDED.attributes
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
            ]);
}
