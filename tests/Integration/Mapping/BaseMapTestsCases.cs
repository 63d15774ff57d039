using System.Text.Json;
using System.Text.RegularExpressions;

using CloudPacs.Hl7v2;
using CloudPacs.Integration.Mapping;

using Xunit;

namespace CloudPacs.Integration.Tests.Mapping;

/// <summary>The order cases of the repository, as far as the maps alone decide them: what the domain assigns or changes is not looked at.</summary>
public sealed class BaseMapTestsCases
{
    /// <summary>Accession number, ids, UID and state that are generated, and what the worklist adds.</summary>
    private static readonly string[] NotFromMaps = ["00080005", "00400100/00400020"];

    private static readonly string Folder = Path.Combine(FunctionBench.Root, "mappings", "tests", "cases");

    public static TheoryData<string> Orders => [.. Directory.EnumerateFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Where(name => name is not ("s05-cancel" or "s06-accession-too-long")).Select(name => name!)];

    [Fact]
    public void All_maps_load_without_a_finding() => Assert.Empty(BaseMaps.Findings);

    [Theory]
    [MemberData(nameof(Orders))]
    public void An_order_gives_the_attributes_of_its_case(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")));
        var maps = name.StartsWith("s03", StringComparison.Ordinal) ? BaseMaps.With("", "code,modality,station\nXRCHEST,DX,XR1\n") : null;
        var mapped = BaseMaps.Map(File.ReadAllText(Path.Combine(Folder, name + ".hl7")), maps);

        Assert.DoesNotContain(mapped.Patients.SelectMany(patient => patient.Problems).Concat(mapped.Procedures.SelectMany(procedure => procedure.Problems)
            .Concat(StepProblems(mapped))), problem => problem.Severity >= Severity.Error);
        var entries = expected.RootElement.GetProperty("expect").GetProperty("mwl").EnumerateArray().ToArray();
        var steps = mapped.Procedures.SelectMany(procedure => procedure.Steps.Select(step => (procedure, step))).ToArray();
        Assert.Equal(entries.Length, steps.Length);
        for (var i = 0; i < entries.Length; i++)
        {
            foreach (var attribute in entries[i].EnumerateObject().Where(attribute => !NotFromMaps.Contains(attribute.Name)))
            {
                var actual = Find(mapped, steps[i].procedure, steps[i].step, attribute.Name);
                var wanted = attribute.Value.GetString()!;
                if (!wanted.StartsWith("re:", StringComparison.Ordinal)) Assert.True(wanted == actual, $"{attribute.Name}: {actual ?? "absent"} in place of {wanted}");
                else if (actual is not null) Assert.Matches(new Regex(wanted[3..]), actual);
            }
        }

        if (!expected.RootElement.GetProperty("expect").TryGetProperty("warnings", out var warnings)) return;
        foreach (var warning in warnings.EnumerateArray()) Assert.Contains(mapped.Warnings, given => given.StartsWith(warning.GetString()!, StringComparison.Ordinal));

        static IEnumerable<Problem> StepProblems(MappedMessage mapped) => mapped.Procedures.SelectMany(procedure => procedure.Steps).SelectMany(step => step.Problems);
    }

    [Fact]
    public void A_cancel_carries_its_keys_and_no_procedure()
    {
        var mapped = BaseMaps.Map(File.ReadAllText(Path.Combine(Folder, "s05-cancel.hl7")));

        Assert.Empty(mapped.Procedures);
        var group = Assert.Single(mapped.Groups);
        Assert.Equal(("CA", "CA", "PLC778", "FIL9931"), (group.Control, group.Status, group.PlacerNumber?.Value, group.FillerNumber?.Value));
    }

    [Fact]
    public void An_accession_number_that_is_too_long_is_refused_at_its_field()
    {
        var mapped = BaseMaps.Map(File.ReadAllText(Path.Combine(Folder, "s06-accession-too-long.hl7")));

        var problem = Assert.Single(mapped.Groups[0].Problems);
        Assert.Equal((102, "OBR^1^18"), (problem.Code, problem.Location?.ToString()));
    }

    private static string? Find(MappedMessage mapped, MappedProcedure procedure, MappedStep step, string path)
    {
        const string steps = "00400100/";
        if (path.StartsWith(steps, StringComparison.Ordinal)) return BaseMaps.Value(step.Attributes, path[steps.Length..]);
        return BaseMaps.Value(procedure.Attributes, path) ?? BaseMaps.Value(mapped.Patients[0].PatientAttributes, path) ?? BaseMaps.Value(mapped.Patients[0].VisitAttributes, path);
    }
}
