using System.Net.Sockets;
using Npgsql;

namespace CloudPacs.Store;

/// <summary>Tells the faults of the database, which pass, from those of the work, which do not.</summary>
public static class Transient
{
    /// <summary>
    /// What Npgsql does not count as transient (deadlock, serialization, shutdown, connection … it does): waits that were cut off, and
    /// resources that come back.
    /// </summary>
    private static readonly HashSet<string> Passing =
    [
        PostgresErrorCodes.LockNotAvailable,
        PostgresErrorCodes.QueryCanceled,
        PostgresErrorCodes.DiskFull,
        PostgresErrorCodes.ReadOnlySqlTransaction,
        "25P03", // idle_in_transaction_session_timeout
    ];

    /// <summary>
    /// Whether the same work may succeed later: the database is away or short of something, or another writer was in the way.
    /// </summary>
    public static bool Is(Exception error) => error switch
    {
        _ when IsConflict(error) => true,
        TimeoutException or SocketException or IOException or OperationCanceledException => true,
        PostgresException { SqlState: var state } when Passing.Contains(state) => true,
        NpgsqlException known => known.IsTransient || (known.InnerException is { } inner && Is(inner)),
        // A connection that broke while a batch was prepared or rolled back.
        ObjectDisposedException { ObjectName: nameof(NpgsqlTransaction) } => true,
        _ => false,
    };

    /// <summary>
    /// Whether the same work succeeds when it is done again at once: another writer was in the way, or the numbers in hand ran out.
    /// </summary>
    public static bool IsConflict(Exception error) => error switch
    {
        NumbersExhaustedException => true,
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure } => true,
        // Another writer made the same resource first: the next attempt reads it.
        _ => IsDuplicate(error),
    };

    /// <summary>Whether a resource is written as new that is there already.</summary>
    public static bool IsDuplicate(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "fhir_resource" };

    /// <summary>Whether less at a time may succeed: the transaction needed more locks or memory than the server has.</summary>
    public static bool IsTooMuch(Exception error) =>
        error is PostgresException
        {
            SqlState: PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.ProgramLimitExceeded
                or PostgresErrorCodes.ConfigurationLimitExceeded,
        };
}
