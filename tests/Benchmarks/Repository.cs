using System.Runtime.CompilerServices;

namespace CloudPacs.Benchmarks;

internal static class Repository
{
    public static string Mappings => Path.Combine(Root(), "mappings");

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
