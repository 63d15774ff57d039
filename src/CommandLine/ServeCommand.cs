using System.CommandLine;
using CloudPacs.Integration.Hosting;
using CloudPacs.Settings;
using Serilog;
using Serilog.Extensions.Logging;

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
            using var loggers = CreateLoggers();
            await using var app = WebHost.Create(settings, loggers);
            // SIGTERM during a long start ends it too.
            using var starting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
            try
            {
                await RunAsync(app, settings, loggers, starting.Token);
            }
            catch (OperationCanceledException) when (starting.IsCancellationRequested)
            {
                // Whoever asked for the stop gets what he asked for.
            }

            return Cli.Done;
        });
        return command;
    }

    private static async Task RunAsync(
        WebApplication app, EngineSettings settings, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        await using var engine = await Engine.StartAsync(settings, TimeProvider.System, loggers, cancellationToken);
        WebHost.Map(app, engine, TimeProvider.System);
        await WebHost.StartAsync(app, engine, settings, cancellationToken);
        var mllp = string.Join(", ", engine.MllpListeners.Select(static l => l.EndPoint));
        var dicom = string.Join(", ", engine.DicomServers.Select(static s => s.EndPoint));
        Console.WriteLine($"CloudPacs is ready: MLLP {mllp}, DICOM {dicom}, HTTP {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync(cancellationToken);
    }

    internal static ILoggerFactory CreateLoggers()
    {
        var serilog = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Hangfire", Serilog.Events.LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Warning)
            // A start that fails is told by us, in one message.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", Serilog.Events.LogEventLevel.Fatal)
            .WriteTo.Console(
                formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                outputTemplate: "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}",
                standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose)
            .CreateLogger();
        return new SerilogLoggerFactory(serilog, dispose: true);
    }
}
