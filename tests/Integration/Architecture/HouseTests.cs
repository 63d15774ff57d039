using System.Text.RegularExpressions;
using Xunit;

namespace CloudPacs.Integration.Tests.Architecture;

/// <summary>Arrows between the folders of src: without a circle, and as src/ARCHITECTURE.md draws them.</summary>
public sealed partial class HouseTests
{
    private static readonly Lazy<House> Source = new(() => House.Of(Directory.EnumerateFiles(Repository.Source, "*.cs", SearchOption.AllDirectories)
        .Select(static file => Path.GetRelativePath(Repository.Source, file).Replace('\\', '/'))
        .Where(static path => !path.Split('/').Any(static part => part is "obj" or "bin"))
        .ToDictionary(static path => path, static path => File.ReadAllText(Path.Combine(Repository.Source, path)))));

    [Fact]
    public void No_circle_of_folders_is_in_src() => Assert.Empty(Source.Value.Circles());

    [Fact]
    public void The_arrows_are_those_that_the_page_draws()
    {
        var drawn = DrawnRow().Matches(File.ReadAllText(Path.Combine(Repository.Source, "ARCHITECTURE.md"))).Select(static row => row.Value).ToList();
        var rows = Source.Value.Folders.Select(Draw).ToList();

        Assert.True(rows.SequenceEqual(drawn), $"Rows that src/ARCHITECTURE.md should have:\n{string.Join('\n', rows.Except(drawn))}");
    }

    [Fact]
    public void A_circle_is_found_by_the_types_that_code_uses()
    {
        var house = House.Of(new Dictionary<string, string>
        {
            ["Store/Row.cs"] = "namespace CloudPacs.Store;\npublic class Row;",
            ["Store/Orders/OrderRow.cs"] = "using CloudPacs.Store.Patients;\nnamespace CloudPacs.Store.Orders;\npublic class OrderRow : Row { PatientRow Patient; }",
            ["Store/Patients/PatientRow.cs"] = "namespace CloudPacs.Store.Patients;\npublic class PatientRow : Row { Orders.OrderRow First; } // SomethingElse",
            ["Store/Audit/AuditRow.cs"] = "using CloudPacs.Store.Orders;\nnamespace CloudPacs.Store.Audit;\npublic class AuditRow { string text = \"OrderRow\"; }",
        });

        Assert.Equal(["Store/Orders and Store/Patients reach each other"], house.Circles());
        Assert.Equal(["Store", "Store/Patients"], house.ArrowsOf("Store/Orders").Keys);
        Assert.Empty(house.ArrowsOf("Store/Audit"));
    }

    [Fact]
    public void An_arrow_is_found_by_the_extension_methods_that_code_calls()
    {
        var house = House.Of(new Dictionary<string, string>
        {
            ["Store/RoundTrip.cs"] = "namespace CloudPacs.Store;\ninternal static class Columns { public static T? Value<T>(\n    this Reader reader, int column) => default; }",
            ["Store/Audit/AuditQueries.cs"] = "namespace CloudPacs.Store.Audit;\nclass AuditQueries { int Read(Reader reader) => reader.Value<int>(0); }",
            ["Mllp/Reader.cs"] = "namespace CloudPacs.Mllp;\nclass Line { int Read(Other other) => other.Value<int>(0); }",
        });

        Assert.Equal(["Store"], house.ArrowsOf("Store/Audit").Keys);
        Assert.Empty(house.ArrowsOf("Mllp"));
    }

    /// <summary>A row of the page: a folder and the folders that it uses.</summary>
    private static string Draw(string folder) => $"| {folder} | {string.Join(", ", Source.Value.ArrowsOf(folder).Keys)} |";

    [GeneratedRegex(@"^\| [A-Z]\w+(?:/\w+)* \| [\w/, ]*\|$", RegexOptions.Multiline)]
    private static partial Regex DrawnRow();
}
