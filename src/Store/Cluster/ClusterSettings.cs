namespace CloudPacs.Store.Cluster;

/// <summary>Settings of the embedded PostgreSQL.</summary>
public sealed record ClusterSettings
{
    /// <summary>The engine's data folder; the cluster lives in its sub-folder <c>postgres</c>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Folder of initdb, postgres and pg_ctl; null = found in PATH and in the usual places, newest first.</summary>
    public string? BinaryDirectory { get; init; }

    /// <summary>Account that PostgreSQL runs as when the engine is started by root; null = <c>postgres</c>, else <c>nobody</c>.</summary>
    public string? RunAs { get; init; }

    public string Database { get; init; } = "cloudpacs";

    public int MaxConnections { get; init; } = 100;

    /// <summary>Shared buffers in MiB; null = an eighth of the memory, 64 to 4096.</summary>
    public int? SharedBuffersMegabytes { get; init; }

    /// <summary>How long a start may take, recovery after a crash included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a clean stop may take before PostgreSQL is stopped at once (and recovers at the next start).</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
