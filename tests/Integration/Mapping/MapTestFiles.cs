using CloudPacs.Integration.Messages;
using CloudPacs.Mapping.Loading;
using Xunit;

namespace CloudPacs.Integration.Tests.Mapping;

/// <summary>Every test below mappings/tests, the order cases among them, through the whole pipeline.</summary>
public sealed class MapTestFiles
{
    private static readonly string Directory = FindMappings();
    internal static readonly MapTestRunner Runner = new(Directory, new MapEnvironment("default", TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"), "urn:cloudpacs:default", Guid.Empty));

    public static TheoryData<string> Names => [.. Runner.ReadTests().Select(static test => test.At.File)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_test_file_of_the_maps_passes(string file)
    {
        var result = Runner.Run(Runner.ReadTests().Single(test => test.At.File == file));

        Assert.Empty(result.Differences);
    }

    [Fact]
    public void The_order_cases_are_among_the_tests() => Assert.Equal(10, Runner.ReadTests().Count(static test => test.At.File.StartsWith("tests/cases/", StringComparison.Ordinal)));

    private static string FindMappings()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "mappings", "base", "order.yaml"))) return Path.Combine(folder.FullName, "mappings");
        throw new DirectoryNotFoundException("The mappings folder of the repository was not found.");
    }
}
