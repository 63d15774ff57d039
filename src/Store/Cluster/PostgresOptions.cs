using System.Globalization;

namespace CloudPacs.Store.Cluster;

/// <summary>
/// The server settings of the embedded cluster; given on the command line, so that every start has those of this version.
/// </summary>
internal static class PostgresOptions
{
    public static IEnumerable<string> Arguments(ClusterSettings settings, string socketFolder)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024);
        var buffers = settings.SharedBuffersMegabytes ?? (int)Math.Clamp(memory / 8, 64, 4096);
        (string Name, string Value)[] options =
        [
            // Reachable through the private socket folder only.
            ("listen_addresses", ""),
            ("unix_socket_directories", socketFolder),
            ("unix_socket_permissions", "0700"),
            ("port", SocketFolder.Port),
            ("max_connections", settings.MaxConnections.ToString(CultureInfo.InvariantCulture)),

            // An acknowledged message survives the loss of power.
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("full_page_writes", "on"),
            ("commit_delay", "0"),

            ("shared_buffers", buffers.ToString(CultureInfo.InvariantCulture) + "MB"),
            ("wal_buffers", "16MB"),
            ("max_wal_size", "4GB"),
            ("checkpoint_timeout", "15min"),
            ("checkpoint_completion_target", "0.9"),
            // Whole pages, which the log gets after each checkpoint, are mostly air.
            ("wal_compression", "on"),
            // For 32 writers, each with WorkspaceKeys.MostLocked keys and the tables and indexes that it touches.
            ("max_locks_per_transaction", "384"),
            ("random_page_cost", "1.1"),
            ("jit", "off"),
            ("autovacuum_naptime", "15s"),
            // A small table that only grows gains nothing from being cleaned and counted each time that it has grown by a part of itself.
            ("autovacuum_vacuum_insert_threshold", "200000"),
            ("autovacuum_analyze_threshold", "50000"),
            ("idle_in_transaction_session_timeout", "5min"),

            ("logging_collector", "on"),
            ("log_directory", "log"),
            ("log_filename", "postgresql-%a.log"),
            ("log_truncate_on_rotation", "on"),
            ("log_rotation_age", "1d"),
            // Statements and their values may hold patient data.
            ("log_statement", "none"),
            ("log_min_error_statement", "panic"),
            ("log_parameter_max_length", "0"),
            ("log_parameter_max_length_on_error", "0"),
        ];
        return options.SelectMany(static option => (string[])["-c", $"{option.Name}={option.Value}"]);
    }
}
