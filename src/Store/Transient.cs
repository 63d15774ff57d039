using System.Net.Sockets;
using Npgsql;

namespace CloudPacs.Store;

/// <summary>Tells the faults of the database, which pass, from those of the work, which do not.</summary>
public static class Transient
{
    /// <summary>What Npgsql does not count as transient (deadlock, serialization, shutdown, connection … it does): waits that were cut off, and resources that come back.</summary>
    private static readonly HashSet<string> Passing =
    [
        PostgresErrorCodes.LockNotAvailable,
        PostgresErrorCodes.QueryCanceled,
        PostgresErrorCodes.DiskFull,
        PostgresErrorCodes.ReadOnlySqlTransaction,
        "25P03", // idle_in_transaction_session_timeout
    ];

    public static bool Is(Exception error) => error switch
    {
        ConcurrentChangeException or TimeoutException or SocketException or IOException or OperationCanceledException => true,
        // Another writer made the same resource first: the next attempt reads it.
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "fhir_resource" } => true,
        PostgresException { SqlState: var state } when Passing.Contains(state) => true,
        NpgsqlException known => known.IsTransient || (known.InnerException is { } inner && Is(inner)),
        // A connection that broke while a command was prepared or a transaction was ended.
        ObjectDisposedException { ObjectName: nameof(NpgsqlTransaction) } => true,
        _ => false,
    };
}
