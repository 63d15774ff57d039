using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>
/// The advisory locks under which a batch works: a shared one on everything and one on each of its keys. A batch with very many keys takes
/// everything for itself instead, so the locks of one transaction, which all live in one table of the server, have a bound.
/// </summary>
internal static class KeyLocks
{
    public const long Everything = 0x436C6F75644B6579; // "CloudKey"

    /// <summary>
    /// Adds the statements that take the locks until the transaction ends. Everything comes first, then the keys in sorted order: writers
    /// do not wait in a circle, unless one takes further keys later, which PostgreSQL finds (40P01). Behind the first lock it is read of
    /// which revision the parameters are that resources are indexed by: it stays until the transaction ends.
    /// </summary>
    public static void Take(RoundTrip trip, Workspace workspace, WorkspaceKeys keys)
    {
        var locks = keys.Locks();
        var isFirst = workspace.LockCount == 0;
        workspace.LockCount += locks.Length;
        if (workspace.LockCount > WorkspaceKeys.MostLocked)
        {
            trip.Add("SELECT pg_advisory_xact_lock($1)", static _ => { }, new NpgsqlParameter<long> { TypedValue = Everything });
            ParameterStatements.ReadRevision(trip, ReadRevision);
            return;
        }

        if (isFirst)
            trip.Add("SELECT pg_advisory_xact_lock_shared($1)", static _ => { }, new NpgsqlParameter<long> { TypedValue = Everything });
        trip.Add(
            """
            SELECT (SELECT revision FROM fhir_parameter_state), count(*)
            FROM (SELECT pg_advisory_xact_lock(k) FROM unnest($1) AS k OFFSET 0) AS locked
            """,
            ReadRevision, Column.Locks(locks));

        void ReadRevision(NpgsqlDataReader reader) => workspace.ParameterRevision = reader.GetInt64(0);
    }
}
