using CloudPacs.Integration.Tests.Store;
using CloudPacs.Store;
using CloudPacs.Store.Blobs;
using CloudPacs.Store.Cluster;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace CloudPacs.Integration.Tests.Store;

/// <summary>
/// One real PostgreSQL for the whole run, started when a test first asks for it; every test class takes a database of its own, a copy of
/// a migrated one.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private const string Template = "migrated";

    /// <summary>No message of these tests is so large that it would become a blob.</summary>
    public static readonly LargeMessages InRows = new(new BlobFolder(Path.Combine(Path.GetTempPath(), "cloudpacs-tests-without-blobs")), int.MaxValue);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("cloudpacs-tests-").FullName;
    private EmbeddedCluster? _cluster;
    private int _databases;

    public PostgresFixture() => OpenForOthers(_folder);

    /// <summary>Settings for a small cluster in a folder.</summary>
    public static ClusterSettings Settings(string folder) => new() { DataDirectory = folder, SharedBuffersMegabytes = 32 };

    /// <summary>A temporary folder that an unprivileged account can pass through, as the folder of a service can.</summary>
    public static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("cloudpacs-test-").FullName;
        OpenForOthers(folder);
        return folder;
    }

    /// <summary>Connection string of a new, migrated database.</summary>
    public async Task<string> CreateDatabaseAsync(bool migrated = true)
    {
        await _gate.WaitAsync();
        try
        {
            var cluster = _cluster ??= await StartAsync();
            var name = $"test{++_databases}";
            await ExecuteAsync(cluster.ConnectionStringOf("postgres"), $"CREATE DATABASE {name} TEMPLATE {(migrated ? Template : "template0")}");
            return cluster.ConnectionStringOf(name);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A migrated database, opened.</summary>
    public async Task<NpgsqlDataSource> OpenAsync() => StoreConnection.CreateDataSource(await CreateDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _gate.Dispose();
    }

    private async Task<EmbeddedCluster> StartAsync()
    {
        var cluster = await EmbeddedCluster.StartAsync(Settings(_folder), TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        await ExecuteAsync(cluster.ConnectionStringOf("postgres"), $"CREATE DATABASE {Template}");
        await Migrator.MigrateAsync(cluster.ConnectionStringOf(Template) + ";Pooling=false", TimeZoneInfo.Utc, new IdSource(TimeProvider.System), NullLogger.Instance, CancellationToken.None);
        return cluster;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static void OpenForOthers(string folder)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }
}
