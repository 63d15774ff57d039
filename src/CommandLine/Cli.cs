using System.CommandLine;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using System.Text.Json;
using CloudPacs.Integration.Hosting;
using CloudPacs.Settings;
using CloudPacs.Store.Cluster;

namespace CloudPacs.CommandLine;

/// <summary>The command line: one file a verb. Exit code 0 = done, 1 = failed, 2 = wrong usage or settings.</summary>
internal static class Cli
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <summary>A stop may take this long; each part of the engine has a limit of its own, which together are shorter.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var root = new RootCommand("CloudPacs: HL7/FHIR integration engine for medical imaging.")
        {
            ServeCommand.Create(),
            SendCommand.Create(),
            EchoCommand.Create(),
            FindCommand.Create(),
            StoreCommand.Create(),
            MessagesCommand.Create(),
            WorklistCommand.Create(),
            DeliveriesCommand.Create(),
            StudiesCommand.Create(),
            QuarantineCommand.Create(),
            ArchiveCommand.Create(),
            AuditCommand.Create(),
            StatusCommand.Create(),
            TokenCommand.Create(),
            MappingCommand.Create(),
            DbCommand.Create(),
            DoctorCommand.Create(),
            ViewerCommand.Create(),
            DemoCommand.Create(),
        };
        var parsed = root.Parse(args);
        var isJson = args.Contains("--json", StringComparer.Ordinal);
        if (isJson && parsed.Errors.Count > 0)
            return Say(string.Join(' ', parsed.Errors.Select(static error => error.Message)), WrongUsage);
        // What is wrong with one option is said in a line; all options are shown to whoever names no verb.
        if (parsed.Action is ParseErrorAction mistake) mistake.ShowHelp = args.Length == 0;
        try
        {
            var result = await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopLimit, Output = output, Error = errors,
                });
            return parsed.Errors.Count > 0 ? WrongUsage : result;
        }
        catch (SettingsException e)
        {
            return Say(e.Message, WrongUsage);
        }
        catch (Exception e) when (
            e is StoreUnavailableException or StartException or IOException or UnauthorizedAccessException or SocketException)
        {
            return Say(e.Message, Failed);
        }
        catch (OperationCanceledException)
        {
            return Say("Stopped before the end.", Failed);
        }

        // Scripts find the reason where they look for the result; people find it on the error output.
        int Say(string message, int code)
        {
            if (isJson) output.WriteLine(JsonSerializer.Serialize(new { error = message }, JsonOption.Format));
            else errors.WriteLine(message);
            return code;
        }
    }
}
