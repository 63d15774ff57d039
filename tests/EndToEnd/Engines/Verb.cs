using CloudPacs.CommandLine;
using CloudPacs.EndToEnd.Tests.Peers;

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>
/// Verbs of the command line by the entry point of the program, in the process of the tests. That the program itself prints, and ends with the
/// code of its verb, is tested by <c>CommandLineTests</c>.
/// </summary>
internal static class Verb
{
    /// <summary>Runs one to its end.</summary>
    public static async Task<ToolResult> RunAsync(params IEnumerable<string> arguments)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await Cli.RunAsync([.. arguments], output, errors);
        return new ToolResult(code, output.ToString(), errors.ToString());
    }
}
