using System.Collections.Concurrent;
using System.Text.Json;
using CloudPacs.Store;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>A database that tells how it did each statement (PostgreSQL's auto_explain), as the engine sends and plans them.</summary>
internal sealed class ExplainedDatabase : IAsyncDisposable
{
    private const string Explaining =
        "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on -c auto_explain.log_timing=off"
        + " -c auto_explain.log_format=json -c auto_explain.log_level=notice -c client_min_messages=notice";

    private readonly Notices _notices = new();
    private readonly ILoggerFactory _loggers;

    /// <param name="connectionString">The database.</param>
    public ExplainedDatabase(string connectionString)
    {
        _loggers = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Debug).AddProvider(_notices));
        (Lookups, Searches) = (Open(connectionString, StatementPlans.Once), Open(connectionString, StatementPlans.Each));
    }

    /// <summary>Where statements are planned once for all values.</summary>
    public NpgsqlDataSource Lookups { get; }

    /// <summary>Where each statement is planned for its values.</summary>
    public NpgsqlDataSource Searches { get; }

    /// <summary>How the statements were done that ended since the last time.</summary>
    public IReadOnlyList<StatementPlan> Take() => [.. _notices.Take().Select(static text => new StatementPlan(text))];

    public async ValueTask DisposeAsync()
    {
        await Lookups.DisposeAsync();
        await Searches.DisposeAsync();
        _loggers.Dispose();
    }

    private NpgsqlDataSource Open(string connectionString, StatementPlans plans)
    {
        using var plain = StoreConnection.CreateDataSource(connectionString, plans);
        var settings = new NpgsqlConnectionStringBuilder(plain.ConnectionString);
        settings.Options = $"{settings.Options} {Explaining}";
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(_loggers).Build();
    }

    private sealed class Notices : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _plans = [];

        public IEnumerable<string> Take()
        {
            while (_plans.TryDequeue(out var plan)) yield return plan;
        }

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, exception);
            if (text.IndexOf("plan:\n", StringComparison.Ordinal) is > 0 and var at) _plans.Enqueue(text[(at + 6)..]);
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>How a statement was done.</summary>
internal sealed class StatementPlan
{
    private readonly List<(string Node, string Table, double Rows)> _scans = [];

    /// <param name="json">What auto_explain says of it.</param>
    public StatementPlan(string json)
    {
        using var document = JsonDocument.Parse(json);
        Text = json;
        Add(document.RootElement.GetProperty("Plan"));
    }

    public string Text { get; }

    /// <summary>Tables that were read from their beginning, of those that grow with the resources.</summary>
    public IEnumerable<string> ReadThrough => _scans.Where(static scan => scan.Node == "Seq Scan" && scan.Table.StartsWith("fhir_", StringComparison.Ordinal))
        .Select(static scan => scan.Table);

    /// <summary>Rows of tables that were looked at, also those that were not wanted.</summary>
    public double RowsTouched => _scans.Sum(static scan => scan.Rows);

    private void Add(JsonElement node)
    {
        if (node.TryGetProperty("Relation Name", out var table))
        {
            var rows = Number(node, "Actual Rows") + Number(node, "Rows Removed by Filter") + Number(node, "Rows Removed by Index Recheck");
            if (Number(node, "Actual Loops") > 0) _scans.Add((node.GetProperty("Node Type").GetString()!, table.GetString()!, rows * Number(node, "Actual Loops")));
        }

        if (!node.TryGetProperty("Plans", out var below)) return;
        foreach (var one in below.EnumerateArray()) Add(one);
    }

    private static double Number(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
}
