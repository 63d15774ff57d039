using System.Reflection;
using System.Text.RegularExpressions;
using CloudPacs.Domain;
using Xunit;

namespace CloudPacs.Integration.Tests.Architecture;

/// <summary>The verbs of the audit trail stand in one list, each is used, and each is said once.</summary>
public sealed partial class AuditVerbTests
{
    private static readonly IReadOnlyDictionary<string, string> Verbs = typeof(AuditVerbs).GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(static field => field.Name, static field => (string)field.GetRawConstantValue()!);

    private static readonly Dictionary<string, string> Files = new[] { "Domain", "Integration/Fhir" }
        .SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Repository.Source, folder), "*.cs", SearchOption.AllDirectories))
        .Where(static file => !Path.GetRelativePath(Repository.Source, file).Split('/', '\\').Contains("obj") && Path.GetFileName(file) != "AuditVerbs.cs")
        .ToDictionary(static file => file, File.ReadAllText);

    [Fact]
    public void Each_is_used()
    {
        var used = Files.Values.SelectMany(static text => Use().Matches(text)).Select(static match => match.Groups[1].Value).ToHashSet();

        Assert.Empty(Verbs.Keys.Except(used));
    }

    [Fact]
    public void None_is_written_beside_the_list()
    {
        Assert.All(Files, static file => Assert.False(Bare().IsMatch(file.Value), $"{file.Key}: {Bare().Match(file.Value).Value} belongs into AuditVerbs."));
        Assert.Matches(Bare(), "run.Outcome.Record(\"order.eaten\", order.Id)");
    }

    [Fact]
    public void Each_is_named_as_it_is_written_and_fits_the_way_of_the_others()
    {
        Assert.All(Verbs, static verb => Assert.Equal(verb.Key, string.Concat(verb.Value.Split('.', '-').Select(static word => char.ToUpperInvariant(word[0]) + word[1..]))));
        Assert.Distinct(Verbs.Values);
    }

    [GeneratedRegex(@"AuditVerbs\.(\w+)")]
    private static partial Regex Use();

    [GeneratedRegex("\"(?:patient|visit|order|procedure|step|performed|report|study|instance|appointment)\\.[a-z-]*\"")]
    private static partial Regex Bare();
}
