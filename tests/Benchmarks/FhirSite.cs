using System.Net;
using CloudPacs.Integration.Hosting;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudPacs.Benchmarks;

/// <summary>An engine of its own in this process, with its endpoints and a way into its database.</summary>
internal sealed class FhirSite : IAsyncDisposable
{
    private readonly DataFolder _folder = new();
    private readonly WebApplication _app;
    private Engine? _engine;
    private NpgsqlDataSource? _database;

    private FhirSite(Action<EngineSettings> set)
    {
        Settings = _folder.Settings();
        Settings.Http.Port = 0;
        set(Settings);
        _app = WebHost.Create(Settings, NullLoggerFactory.Instance);
    }

    public NpgsqlDataSource Database => _database!;

    public IPEndPoint EndPoint => IPEndPoint.Parse(new Uri(_app.Urls.First()).Authority);

    /// <summary>CPU time of this process and of the database.</summary>
    public TimeSpan CpuTime() => Environment.CpuUsage.TotalTime + _folder.PostgresTime();

    private EngineSettings Settings { get; }

    /// <param name="set">What is not as it is by default.</param>
    /// <param name="map">Adds further routes.</param>
    public static async Task<FhirSite> StartAsync(Action<EngineSettings> set, Func<WebApplication, NpgsqlDataSource, Task>? map = null)
    {
        var site = new FhirSite(set);
        var (app, settings) = (site._app, site.Settings);
        site._engine = await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        // Planned as the engine's own look-ups are.
        site._database = StoreConnection.CreateDataSource(
            EmbeddedCluster.ConnectionStringFor(new ClusterSettings { DataDirectory = settings.Data }) + ";Maximum Pool Size=32;Command Timeout=300", StatementPlans.Once);
        if (map is not null) await map(app, site.Database);
        WebHost.Map(app, site._engine, settings, TimeProvider.System);
        await WebHost.StartAsync(app, site._engine, settings, CancellationToken.None);
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        if (_engine is not null) await _engine.DisposeAsync();
        _folder.Dispose();
    }
}
