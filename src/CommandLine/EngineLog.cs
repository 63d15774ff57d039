using System.Globalization;
using Serilog;
using Serilog.Configuration;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace CloudPacs.CommandLine;

/// <summary>What the engine logs, from which level on, and how a line looks.</summary>
internal static class EngineLog
{
    public const string Line = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}";

    /// <summary>To the error output: what is asked for goes to the other one.</summary>
    public static ILoggerFactory ToConsole() => Create(static sinks => sinks.Console(
        formatProvider: CultureInfo.InvariantCulture, outputTemplate: Line, standardErrorFromLevel: LogEventLevel.Verbose));

    public static ILoggerFactory Create(Func<LoggerSinkConfiguration, LoggerConfiguration> target)
    {
        var levels = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Hangfire", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // A start that fails is told by us, in one message.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal);
        return new SerilogLoggerFactory(target(levels.WriteTo).CreateLogger(), dispose: true);
    }
}
