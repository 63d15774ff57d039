using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>What a program said.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Errors);

/// <summary>Runs programs of others.</summary>
internal static class Tool
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>A test of a peer that this machine does not have is skipped, with its name.</summary>
    public static void SkipWithout(string program) => Assert.SkipUnless(
        program.Contains('/', StringComparison.Ordinal) ? Path.Exists(program) : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program))),
        $"{program} is not installed.");

    public static Task<ToolResult> RunAsync(string program, params string[] arguments) => RunAsync(Limit, program, arguments);

    private static async Task<ToolResult> RunAsync(TimeSpan limit, string program, string[] arguments)
    {
        using var process = new Process { StartInfo = Start(program, arguments) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{program} is needed and cannot be started: {e.Message}", e);
        }

        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} has not ended within {limit.TotalSeconds} s: {await output} {await errors}");
        }

        return new ToolResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Runs one of the scripts in Clients.</summary>
    public static Task<string> RunClientAsync(string script, params string[] arguments) => RunClientAsync(Limit, script, arguments);

    /// <summary>The same for one that takes longer than most.</summary>
    public static async Task<string> RunClientAsync(TimeSpan limit, string script, params string[] arguments)
    {
        var isPython = script.EndsWith(".py", StringComparison.Ordinal);
        if (!isPython) SkipWithout(Path.Combine(Repository.Tests, "Clients", "node_modules"));
        var program = isPython ? "/usr/bin/python3" : "node";
        SkipWithout(program);
        var result = await RunAsync(limit, program, [Path.Combine(Repository.Tests, "Clients", script), .. arguments]);
        Assert.True(result.ExitCode == 0, $"{script} ended with {result.ExitCode}: {result.Errors}");
        return result.Output;
    }

    public static ProcessStartInfo Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        // Names in arguments and output are UTF-8, whatever the machine's language.
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TCP_NODELAY"] = "1";
        return start;
    }
}
