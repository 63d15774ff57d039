namespace CloudPacs.EndToEnd.Tests.Engines;

/// <summary>Where things are in the working copy that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Mappings => Path.Combine(Root, "mappings");

    public static string Tests => Path.Combine(Root, "tests", "EndToEnd");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CloudPacs.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from their build folder inside the working copy.");
    }
}
