using System.CommandLine;
using CloudPacs.Integration.Hosting;
using CloudPacs.Integration.Settings;
using CloudPacs.Store.Cluster;

namespace CloudPacs.Integration.CommandLine;

/// <summary>The command line: one file a verb. Exit code 0 = done, 1 = failed, 2 = wrong usage or settings.</summary>
internal static class Cli
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <summary>A stop may take this long; each part of the engine has a limit of its own, which together are shorter.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("CloudPacs: HL7/FHIR integration engine for medical imaging.")
        {
            ServeCommand.Create(),
            SendCommand.Create(),
            EchoCommand.Create(),
            FindCommand.Create(),
            MessagesCommand.Create(),
            MappingCommand.Create(),
            DbCommand.Create(),
            DoctorCommand.Create(),
            DemoCommand.Create(),
        };
        var parsed = root.Parse(args);
        var code = parsed.Errors.Count > 0 ? WrongUsage : Done;
        try
        {
            var result = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopLimit });
            return code == WrongUsage ? WrongUsage : result;
        }
        catch (SettingsException e)
        {
            return Say(e.Message, WrongUsage);
        }
        catch (Exception e) when (e is StoreUnavailableException or StartException)
        {
            return Say(e.Message, Failed);
        }
        catch (OperationCanceledException)
        {
            return Failed;
        }
    }

    private static int Say(string message, int code)
    {
        Console.Error.WriteLine(message);
        return code;
    }
}
