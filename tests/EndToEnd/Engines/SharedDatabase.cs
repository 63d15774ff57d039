using System.Collections.Concurrent;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.Store.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedDatabase))]

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>
/// One durable PostgreSQL for the engines inside the process of the tests, each with a database of its own: a copy of one as a first start and
/// a stop leave it. How an engine looks after a server of its own is tested by <c>Crash</c>, <c>StartFailureTests</c> and <c>StopTests</c>.
/// </summary>
public sealed class SharedDatabase : IAsyncDisposable
{
    private const string Template = "started";
    private static readonly Lazy<Task<EmbeddedCluster>> Server = new(StartAsync);
    private static readonly ConcurrentDictionary<EngineInside, string> Engines = [];
    private static readonly ScratchFolder Folder = new();
    private static readonly SemaphoreSlim Gate = new(1);
    private static int databases;

    /// <summary>Connection string of a new database for an engine.</summary>
    internal static async Task<string> CreateAsync(EngineInside engine)
    {
        var server = await Server.Value;
        var name = $"engine{Interlocked.Increment(ref databases)}";
        await ExecuteAsync(server, $"CREATE DATABASE {name} TEMPLATE {Template}");
        Engines.TryAdd(engine, name);
        return server.ConnectionStringOf(name);
    }

    /// <summary>An engine has ended: its database is not needed any more.</summary>
    internal static async Task DropAsync(EngineInside engine)
    {
        // Its jobs leave connections in a pool.
        if (Engines.TryRemove(engine, out var name)) await ExecuteAsync(await Server.Value, $"DROP DATABASE {name} WITH (FORCE)");
    }

    public async ValueTask DisposeAsync()
    {
        if (Server.IsValueCreated)
        {
            // Engines of other fixtures may be disposed of later than this one.
            foreach (var engine in Engines.Keys) await engine.DisposeAsync();
            await (await Server.Value).DisposeAsync();
        }

        Folder.Dispose();
    }

    private static async Task<EmbeddedCluster> StartAsync()
    {
        var settings = new ClusterSettings { DataDirectory = Folder["data"], SharedBuffersMegabytes = 128, MaxConnections = 500 };
        var server = await EmbeddedCluster.StartAsync(settings, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        await ExecuteAsync(server, $"CREATE DATABASE {Template}");
        await using var engine = new EngineInside();
        // None of its connections may stay in a pool: what is copied is used by nobody.
        await engine.StartOnAsync(server.ConnectionStringOf(Template) + ";Pooling=false");
        return server;
    }

    /// <summary>One at a time: a database is not copied while another copy begins.</summary>
    private static async Task ExecuteAsync(EmbeddedCluster server, string sql)
    {
        await Gate.WaitAsync();
        try
        {
            await using var source = NpgsqlDataSource.Create(server.ConnectionStringOf("postgres") + ";Pooling=false");
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
        finally
        {
            Gate.Release();
        }
    }
}
