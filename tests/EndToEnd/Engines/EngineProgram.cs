namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>The program under test: the one that CLOUDPACS_ENGINE names, as ./test does, else that of the tests' own build.</summary>
internal static class EngineProgram
{
    public static string Path { get; } =
        Environment.GetEnvironmentVariable("CLOUDPACS_ENGINE") is { Length: > 0 } named ? named : System.IO.Path.Combine(AppContext.BaseDirectory, "cloudpacs.dll");
}
