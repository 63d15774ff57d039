using CloudPacs.Store.Deliveries;

namespace CloudPacs.Store.Saving;

/// <summary>The statement that writes what must leave.</summary>
internal static class DeliveryStatements
{
    /// <summary>Ids are given in the order of the list; of one key no other transaction writes at the same time.</summary>
    public static void Save(RoundTrip trip, IReadOnlyList<DeliveryRow> rows)
    {
        if (rows.Count == 0) return;
        trip.Add(
            """
            INSERT INTO outbox (destination, order_key, kind, event, control_id, payload, created_at, state, last_error)
            SELECT destination, order_key, kind, event, control_id, payload, created_at, state, last_error
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
                AS sent (destination, order_key, kind, event, control_id, payload, created_at, state, last_error, place)
            ORDER BY place
            """,
            null,
            Column.Text(rows, static row => row.Destination),
            Column.Text(rows, static row => row.OrderKey),
            Column.Text(rows, static row => row.Kind),
            Column.Text(rows, static row => row.Event),
            Column.Text(rows, static row => row.ControlId),
            Column.Bytes(rows, static row => row.Payload),
            Column.Instant(rows, static row => row.CreatedAt),
            Column.Int16(rows, static row => (short)row.State),
            Column.Text(rows, static row => row.LastError));
    }
}
