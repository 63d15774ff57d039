using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>Every fault that a site can write is refused at load, with its place and a hint, while the old maps go on serving.</summary>
public sealed class SeededFaultTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cloudpacs-maps").FullName;

    public static TheoryData<int, string> Faults
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var i = 0; i < SeededFaults.Rows.Length; i++) data.Add(i, SeededFaults.Rows[i].Name);
            return data;
        }
    }

    [Fact]
    public void The_set_without_faults_loads()
    {
        var (set, diagnostics) = MapFiles.Load();

        Assert.Empty(diagnostics);
        Assert.NotNull(set);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_faulty_map_is_refused_with_place_and_hint_and_the_old_one_stays(int number, string name)
    {
        var row = SeededFaults.Rows[number];
        Write(MapFiles.Good);
        var (good, _) = MapCatalog.Load(_directory, MapFiles.Environment);
        var catalog = new MapCatalog(_directory, MapFiles.Environment, good!);
        var text = MapFiles.Good[row.File].ReplaceLineEndings("\n");
        Assert.True(text.Contains(row.Find, StringComparison.Ordinal), $"{name}: the text to replace is not there.");
        var at = text.IndexOf(row.Find, StringComparison.Ordinal);
        var firstLine = text.AsSpan(0, at).Count('\n') + 1;
        var lastLine = firstLine + row.Fault.Count(c => c == '\n') + 3;

        File.WriteAllText(Path.Combine(_directory, row.File), string.Concat(text.AsSpan(0, at), row.Fault, text.AsSpan(at + row.Find.Length)));
        var isTaken = catalog.Reload();

        Assert.False(isTaken);
        Assert.Same(good, catalog.Current);
        Assert.True(catalog.IsRefused);
        var all = string.Join('\n', catalog.Diagnostics);
        var found = catalog.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Code == row.Code && diagnostic.IsError && diagnostic.File == row.File);
        Assert.True(found is not null, $"{name}: {row.Code} was not found in {row.File}, but\n{all}");
        Assert.True(found.Line >= Math.Max(1, firstLine - 2) && found.Line <= lastLine, $"{name}: line {found.Line} is not near {firstLine}\n{all}");
        Assert.True(found.Column > 0);
        Assert.Contains(row.Hint, found.Hint + found.Text, StringComparison.Ordinal);
        Assert.EndsWith(found.Hint, found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_senders_that_one_message_could_fit_equally_well_are_a_fault()
    {
        var (set, diagnostics) = MapFiles.Load(("senders/other.yaml", "sender: other\nmatch: { MSH-3.1: HIS, MSH-6.1: RAD }\n"));

        Assert.Null(set);
        Assert.Contains(diagnostics, diagnostic => diagnostic is { Code: "MAP029", File: "senders/other.yaml", Line: 2, Column: 8 });
    }

    [Fact]
    public void All_faults_of_all_files_are_told_at_once()
    {
        var (set, diagnostics) = MapFiles.Load(
            ("base/tables/sex.csv", "from,too\nM,M\n"),
            ("sites/mercy/site.yaml", "zone: Nowhere\n"),
            ("senders/his.yaml", MapFiles.Good["senders/his.yaml"].Replace("OBR-21.1", "OBR-211.1", StringComparison.Ordinal)));

        Assert.Null(set);
        Assert.Contains(diagnostics, diagnostic => diagnostic.File == "base/tables/sex.csv");
        Assert.Contains(diagnostics, diagnostic => diagnostic.File == "sites/mercy/site.yaml");
        Assert.Contains(diagnostics, diagnostic => diagnostic.File == "senders/his.yaml");
    }

    [Fact]
    public void A_finding_reads_as_file_line_column_rule_text_code_and_hint()
    {
        var (_, diagnostics) = MapFiles.Load(("senders/his.yaml", MapFiles.Good["senders/his.yaml"].Replace("OBR-21.1", "OBR-211.1", StringComparison.Ordinal)));

        Assert.Equal("senders/his.yaml:10:31 rule acc: OBR-211.1: segment OBR has 50 fields in 2.5.1 and 54 in 2.7.1. (MAP012) Did you mean OBR-21.1?", diagnostics.Single().ToString());
    }

    [Fact]
    public void A_wider_run_cannot_read_what_a_narrower_one_sets()
    {
        var (set, diagnostics) = MapFiles.Load(
            ("base/order.yaml", MapFiles.Good["base/order.yaml"] + "\n  - { id: late, set: $late, from: OBR-4.1 }\n"),
            ("base/procedure.yaml", MapFiles.Good["base/procedure.yaml"].Replace("from: OBR-4.2", "from: $late", StringComparison.Ordinal)),
            ("base/patient.yaml", MapFiles.Good["base/patient.yaml"].Replace("from: PID-3.1\n", "from: $late\n", StringComparison.Ordinal)));

        Assert.Null(set);
        Assert.Equal(["base/patient.yaml"], diagnostics.Select(diagnostic => diagnostic.File).Distinct());
    }

    [Fact]
    public void A_target_that_two_rules_write_is_a_warning_unless_it_is_meant()
    {
        var twice = MapFiles.Good["base/procedure.yaml"].Replace("mwl.RequestedProcedureDescription", "mwl.AccessionNumber", StringComparison.Ordinal);

        var (set, diagnostics) = MapFiles.Load(("base/procedure.yaml", twice));
        var (_, silent) = MapFiles.Load(("base/procedure.yaml", twice.Replace("from: OBR-4.2", "from: OBR-4.2\n    override: true", StringComparison.Ordinal)));

        Assert.NotNull(set);
        Assert.Equal("MAP024", Assert.Single(diagnostics).Code);
        Assert.Empty(silent);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void Write(IReadOnlyDictionary<string, string> files)
    {
        foreach (var (file, text) in files)
        {
            var path = Path.Combine(_directory, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }
}
