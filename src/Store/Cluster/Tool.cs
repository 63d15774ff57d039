using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace CloudPacs.Store.Cluster;

/// <summary>Runs a program to its end and keeps the last part of what it said.</summary>
internal static class Tool
{
    private const int MaxOutputCharacters = 16 * 1024;

    public sealed record Result(int ExitCode, string Output)
    {
        public bool Succeeded => ExitCode == 0;
    }

    public static async Task<Result> RunAsync(
        IEnumerable<string> command, CancellationToken cancellationToken, IReadOnlyDictionary<string, string?>? environment = null)
    {
        using var process = new Process { StartInfo = StartInfo(command) };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) process.StartInfo.Environment[name] = value;
        var output = Capture(process);
        Start(process);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw;
        }

        return new Result(process.ExitCode, output());
    }

    public static ProcessStartInfo StartInfo(IEnumerable<string> command)
    {
        var parts = command.ToList();
        // The folder "/" can be entered by every account, which the engine's own may not be.
        var info = new ProcessStartInfo(parts[0]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in parts.Skip(1)) info.ArgumentList.Add(argument);
        // Messages that we read must not depend on the language of the machine.
        info.Environment["LC_MESSAGES"] = "C";
        info.Environment.Remove("LC_ALL");
        return info;
    }

    /// <summary>Keeps the end of the output of a process; call before it starts, the function gives what has come so far.</summary>
    public static Func<string> Capture(Process process)
    {
        var text = new StringBuilder();
        DataReceivedEventHandler keep = (_, line) =>
        {
            if (line.Data is null) return;
            lock (text)
            {
                text.AppendLine(line.Data);
                if (text.Length > MaxOutputCharacters) text.Remove(0, text.Length - MaxOutputCharacters);
            }
        };
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        return () =>
        {
            lock (text) return text.ToString().Trim();
        };
    }

    public static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new StoreUnavailableException(
                $"The program {process.StartInfo.FileName} cannot be started: {e.Message}.", "Install it, or check its permissions.", e);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }
}
