using CloudPacs.Mapping.Explaining;
using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>Where each value came from.</summary>
public sealed class MapExplainTests
{
    private static readonly MapExplanation Explained =
        MapFiles.Load().Set!.Find("his")!.Explain(MapFiles.Parse(MapFiles.Order), MapContext.Preview(MapFiles.ReceivedAt));

    private static ExplainedValue Value(string rule) => Explained.Values.Single(value => value.Rule == rule);

    [Fact]
    public void A_value_has_rule_file_line_path_and_bytes()
    {
        var value = Value("acc");
        var bytes = System.Text.Encoding.UTF8.GetBytes(MapFiles.Order.ReplaceLineEndings("\r"));

        Assert.Equal(("0008,0050 AccessionNumber", "ACC1", "OBR-18"), (value.Target, value.Value, value.Source));
        Assert.StartsWith("base/procedure.yaml:", value.At, StringComparison.Ordinal);
        Assert.Equal("ACC1", System.Text.Encoding.UTF8.GetString(bytes, value.Start, value.Length));
    }

    [Fact]
    public void A_value_from_a_table_names_key_table_and_row() =>
        Assert.Equal("\"R\" via table priority (base/tables/priority.ci.csv:3)", Assert.Single(Value("priority").Lookups));

    [Fact]
    public void Rules_that_did_not_fire_say_why()
    {
        var skipped = Explained.Skipped.ToDictionary(rule => rule.Rule, rule => rule.Reason);

        Assert.Equal("off by senders/his.yaml:11", skipped["description"]);
        Assert.Equal("AL1-3 empty", skipped["allergies"]);
    }

    [Fact]
    public void Fields_that_no_rule_reads_are_listed() =>
        Assert.Equal(["TQ1-1", "OBR-1", "OBR-2", "OBR-3"], Explained.NotUsed.Where(field => field is not ("MSH-5" or "MSH-6") && (field.StartsWith("TQ1", StringComparison.Ordinal) || field.StartsWith("OBR", StringComparison.Ordinal))));

    [Fact]
    public void Both_forms_give_the_same()
    {
        var fast = MapFiles.Load().Set!.Find("his")!.Map(MapFiles.Order);

        Assert.Equal(Text(fast), Text(Explained.Mapped!));
    }

    [Fact]
    public void The_text_shows_a_line_a_value_and_hides_persons_when_asked()
    {
        Assert.Contains("SHARMA", Explained.ToText(isMasked: false), StringComparison.Ordinal);
        Assert.DoesNotContain("SHARMA", Explained.ToText(isMasked: true), StringComparison.Ordinal);
        Assert.Contains("<- OBR-18 (bytes", Explained.ToText(isMasked: true), StringComparison.Ordinal);
    }

    private static string Text(MappedMessage mapped) => string.Join('\n',
        mapped.Patients.SelectMany(patient => patient.PatientAttributes.Concat(patient.VisitAttributes))
            .Concat(mapped.Procedures.SelectMany(procedure => procedure.Attributes.Concat(procedure.Steps.SelectMany(step => step.Attributes))))
            .Select(element => $"{element.Tag}={string.Join('\\', element.Values)}{element.Items.Count}"));
}
