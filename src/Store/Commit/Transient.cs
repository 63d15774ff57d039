using System.Net.Sockets;
using Npgsql;

namespace CloudPacs.Store.Commit;

/// <summary>Tells the faults of the database, which pass, from those of the work, which do not.</summary>
public static class Transient
{
    public static bool Is(Exception error) => error switch
    {
        ConcurrentChangeException or TimeoutException or SocketException or IOException or OperationCanceledException => true,
        // Another writer made the same resource first: the next attempt reads it.
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "fhir_resource" } => true,
        // Lock time-out, and resources that neighbours may free; the others Npgsql knows (deadlock, serialization, shutdown, connection …).
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DiskFull
            or PostgresErrorCodes.ReadOnlySqlTransaction or "25P03" /* idle_in_transaction_session_timeout */ } => true,
        NpgsqlException known => known.IsTransient || (known.InnerException is { } inner && Is(inner)),
        // A connection that broke while a command was prepared or a transaction was ended.
        ObjectDisposedException { ObjectName: nameof(NpgsqlTransaction) } => true,
        _ => false,
    };
}
