using System.Text.RegularExpressions;
using Xunit;

namespace CloudPacs.Integration.Tests.Architecture;

/// <summary>The conformance statement says what the code does.</summary>
public sealed partial class ConformanceTests
{
    private static readonly string Page = Path.Combine(Repository.Source, "CONFORMANCE.md");

    [Fact]
    public void The_tables_of_the_conformance_statement_are_current()
    {
        var page = File.ReadAllText(Page);
        var expected = Table().Replace(page, static table =>
            $"{table.Groups["begin"]}\n\n{string.Join('\n', ConformanceTables.All[table.Groups["name"].Value]())}\n\n<!-- end -->");

        if (expected == page) return;
        var made = Path.Combine(AppContext.BaseDirectory, "CONFORMANCE.md");
        File.WriteAllText(made, expected);
        var other = expected.Split('\n').Except(page.Split('\n'));
        Assert.Fail($"src/CONFORMANCE.md is old; as it should be it is {made}. Lines that it lacks:\n{string.Join('\n', other)}");
    }

    [Fact]
    public void Each_table_stands_in_it_once() =>
        Assert.Equal(ConformanceTables.All.Keys.Order(), Table().Matches(File.ReadAllText(Page)).Select(static table => table.Groups["name"].Value).Order());

    [GeneratedRegex("(?<begin><!-- table: (?<name>[a-z-]+) -->).*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Table();
}
