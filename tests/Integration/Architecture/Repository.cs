namespace CloudPacs.Integration.Tests.Architecture;

/// <summary>The folders of the repository that the tests are built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Source { get; } = Path.Combine(Root, "src");

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "CloudPacs.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository is not above the tests."));
}
