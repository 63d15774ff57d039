using CloudPacs.CommandLine;
using CloudPacs.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>
/// The engine of <c>cloudpacs serve</c> in the process of the tests, which spares a runtime and its compilations at each start: with its own
/// settings, data folder and sockets, and a database of its own on the server of <see cref="SharedDatabase"/>. Counters of the metrics, and
/// memory, are those of all engines of the process.
/// </summary>
internal sealed class EngineInside(params IEnumerable<(string Name, string Value)> settings) : TestedEngine(settings)
{
    private string? _database;
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;

    public override string Database => _database ?? throw new InvalidOperationException("The engine has not been started.");

    /// <summary>Starts an engine and waits until it is ready.</summary>
    public static Task<EngineInside> StartNewAsync(params (string Name, string Value)[] settings) => StartedAsync(new EngineInside(settings));

    public override async Task StartAsync() => await StartOnAsync(_database ?? await SharedDatabase.CreateAsync(this));

    /// <summary>The same on a database that belongs to this engine from now on.</summary>
    public async Task StartOnAsync(string database)
    {
        _database = database;
        Expect();
        _stop = new CancellationTokenSource();
        _run = Task.Run(() => RunAsync(_stop.Token));
        await WaitUntilReadyAsync(_run, () => $"{_run.Exception?.InnerException}");
    }

    public override async Task<int> StopAsync(TimeSpan? limit = null)
    {
        using var stop = _stop;
        _stop = null;
        if (stop is null) return Cli.Done;
        await stop.CancelAsync();
        if (await Task.WhenAny(_run, Task.Delay(limit ?? EndLimit)) != _run) Assert.Fail($"The engine has not ended in time:\n{Errors}");
        await _run;
        return Cli.Done;
    }

    protected override async Task EndAsync()
    {
        await StopAsync();
        if (_database is not null) await SharedDatabase.DropAsync(this);
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            .. Settings.Select(static setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)),
            new("DATABASE:CONNECTIONSTRING", Database),
        ]).Build();
        Directory.CreateDirectory(DataFolder);
        await using var output = new LineWriter(Said);
        await using var errors = new LineWriter(Logged);
        using var loggers = EngineLog.Create(errors.Log);
        await ServeCommand.RunAsync(SettingsLoader.Read(configuration), loggers, output, stop);
    }
}
