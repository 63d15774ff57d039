using CloudPacs.EndToEnd.Tests.Peers;

namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>The program that tests start, as the engine or for a verb of the command line.</summary>
internal static class EngineProgram
{
    /// <summary>
    /// The one that <c>./test</c> has compiled ahead of time, as a start compiles for two seconds else; without it the one beside the tests.
    /// </summary>
    public static string File { get; } =
        Environment.GetEnvironmentVariable("CLOUDPACS_TESTED_PROGRAM") is { Length: > 0 } given ? given : Path.Combine(AppContext.BaseDirectory, "cloudpacs.dll");

    /// <summary>Runs a verb of the command line to its end.</summary>
    public static Task<ToolResult> RunAsync(params IEnumerable<string> arguments) => Tool.RunAsync("dotnet", [File, .. arguments]);
}
