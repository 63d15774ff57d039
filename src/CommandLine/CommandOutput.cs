using System.CommandLine;

namespace CloudPacs.CommandLine;

/// <summary>Where a verb writes what it was asked for, and what is wrong.</summary>
internal static class CommandOutput
{
    public static TextWriter Output(this ParseResult result) => result.InvocationConfiguration.Output;

    public static TextWriter Errors(this ParseResult result) => result.InvocationConfiguration.Error;

    /// <summary>Whether a person reads it at a terminal.</summary>
    public static bool IsTerminal(this TextWriter output) => output == Console.Out && !Console.IsOutputRedirected;
}
