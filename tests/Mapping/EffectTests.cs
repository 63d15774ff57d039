using CloudPacs.Dicom;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Loading;
using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>Rules that may be as they should be and yet change nothing are warned of (issue 7, item 12).</summary>
public sealed class EffectTests
{
    [Theory]
    [InlineData("priority2", "value: ROUTINE", true)]
    [InlineData("priority2", "from: OBR-27.6 ?? 'ROUTINE'", true)]
    [InlineData("priority2", "from: OBR-27.6", false)]
    [InlineData("priority2", "value: ROUTINE\n    when: exists(OBR-27.6)", false)]
    [InlineData("priority2", "from: \"null\"", false)]
    public void A_rule_whose_target_a_later_one_always_writes(string id, string source, bool isTold)
    {
        var rules = $"  - id: {id}\n    to: mwl.RequestedProcedurePriority\n    override: true\n    {source}\n";

        var (set, found) = MapFiles.Load(("base/procedure.yaml", MapFiles.Good["base/procedure.yaml"] + "\n" + rules));

        Assert.NotNull(set);
        Assert.Equal(isTold ? ["MAP048"] : [], found.Select(static finding => finding.Code));
        if (isTold) Assert.StartsWith($"The rule priority changes nothing: {id} (base/procedure.yaml:", found[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_that_no_rule_reads()
    {
        var (set, found) = MapFiles.Load(("senders/his.yaml", MapFiles.Good["senders/his.yaml"].Replace("to: mwl.PatientState", "set: $local", StringComparison.Ordinal)));

        Assert.NotNull(set);
        Assert.Equal(("MAP048", "local", false), Assert.Single(found) is var one ? (one.Code, one.Rule, one.IsError) : default);
    }

    [Theory]
    [InlineData("PV1-18", false)]
    [InlineData("PV1-20..35", false)]
    [InlineData("GT1", false)]
    [InlineData("ZPI-3", false)]
    [InlineData("PV1-x", true)]
    [InlineData("QQQ-1", true)]
    [InlineData("payer", true)]
    public void A_row_of_table_aside_that_names_no_field(string row, bool isTold)
    {
        var (set, found) = MapFiles.Load(("base/tables/aside.csv", $"from,to\n{row},\n"));

        Assert.NotNull(set);
        Assert.Equal(isTold ? ["MAP048"] : [], found.Select(static finding => finding.Code).Distinct());
    }

    [Fact]
    public void An_attribute_that_follows_from_a_key()
    {
        var diagnostics = new Diagnostics();
        var files = MapFiles.Good.ToDictionary();
        var environment = MapFiles.Environment with { OwnedAttributes = new Dictionary<Tag, string> { [Tags.AccessionNumber] = "order.accessionNumber" } };

        var set = MapSetLoader.Load(new MapSource("mercy", files), environment, CloudPacs.Mapping.Functions.FunctionTable.Default, diagnostics);

        Assert.NotNull(set);
        var finding = Assert.Single(diagnostics.All.Select(static one => (one.Code, one.Rule, one.IsError, one.Text)).Distinct());
        Assert.Equal(("MAP047", "acc", false, "AccessionNumber follows from order.accessionNumber, so this rule changes nothing."), finding);
    }

    [Theory]
    [InlineData("OBR-21.1", "A2", "MERCY")]
    [InlineData("OBR-21", "A2", "LAB")]
    [InlineData("OBR-21.1 + 'X'", "A2X", "MERCY")]
    [InlineData("OBR-21 | ei", "A2", "LAB")]
    public void A_number_may_be_a_text_or_a_field(string from, string value, string authority)
    {
        var files = ("base/order.yaml", MapFiles.Good["base/order.yaml"].Replace("from: (IPC-1 | ei) ?? (OBR-18 | ei)", $"from: {from}", StringComparison.Ordinal));

        var mapped = MapFiles.Load(files).Set!.Find("his")!.Map(MapFiles.Order.Replace("|ACC1|", "|ACC1|||A2^LAB|", StringComparison.Ordinal));

        Assert.Equal((value, authority), mapped.Groups[0].AccessionNumber is { } number ? (number.Value, number.Namespace) : default);
    }
}
