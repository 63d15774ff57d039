using System.CommandLine;
using CloudPacs.Integration.Hosting;
using CloudPacs.Settings;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs serve</c>: the engine in the foreground, until SIGTERM or Ctrl-C.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var set = SettingsOption.Create();
        var command = new Command("serve", "Run the engine in the foreground") { set };
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = SettingsOption.Load(result, set);
            using var loggers = EngineLog.ToConsole();
            await RunAsync(settings, loggers, result.InvocationConfiguration.Output, cancellationToken);
            return Cli.Done;
        });
        return command;
    }

    /// <summary>Runs an engine until it is told to stop; a line of the output tells where it listens, as soon as it does.</summary>
    internal static async Task RunAsync(
        EngineSettings settings, ILoggerFactory loggers, TextWriter output, CancellationToken cancellationToken)
    {
        await using var app = WebHost.Create(settings, loggers);
        // SIGTERM during a long start ends it too.
        using var starting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        try
        {
            await RunAsync(app, settings, loggers, output, starting.Token);
        }
        catch (OperationCanceledException) when (starting.IsCancellationRequested)
        {
            // Whoever asked for the stop gets what he asked for.
        }
    }

    private static async Task RunAsync(
        WebApplication app, EngineSettings settings, ILoggerFactory loggers, TextWriter output, CancellationToken cancellationToken)
    {
        await using var engine = await Engine.StartAsync(settings, TimeProvider.System, loggers, cancellationToken);
        WebHost.Map(app, engine, settings, TimeProvider.System);
        await WebHost.StartAsync(app, engine, settings, cancellationToken);
        var mllp = string.Join(", ", engine.MllpListeners.Select(static l => l.EndPoint));
        var dicom = string.Join(", ", engine.DicomServers.Select(static s => s.EndPoint));
        await output.WriteLineAsync($"CloudPacs is ready: MLLP {mllp}, DICOM {dicom}, HTTP {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync(cancellationToken);
    }
}
