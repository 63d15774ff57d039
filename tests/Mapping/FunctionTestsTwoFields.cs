using CloudPacs.Mapping.Values;
using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>Functions on codes with their texts, and on fields that say the same.</summary>
public sealed class FunctionTestsTwoFields
{
    [Theory]
    [InlineData("F", "F")]
    [InlineData("^Female", "Female")]
    [InlineData("2^Male^99LOCAL", "Male")]
    [InlineData("2^männlich^99LOCAL^M", "M")]
    [InlineData("2^männlich^99LOCAL^3^Female", "Female")]
    [InlineData("2^männlich", "2")]
    [InlineData("^männlich", "männlich")]
    [InlineData("^^HL70001", null)]
    public void A_coded_field_is_what_the_table_knows_of_it(string field, string? expected)
    {
        var bench = new FunctionBench($"PID|1|||||||{field}");

        Assert.Equal(expected, bench.Call("known", bench.Node("PID-8"), bench.Table("sex")).AsText());
        Assert.Empty(bench.Misses);
    }

    [Theory]
    [InlineData("P1^HIS", "P1", false)]
    [InlineData("P1^HIS", "P2", true)]
    [InlineData("", "P2", false)]
    [InlineData("P1^HIS", "", false)]
    public void Ids_are_compared_without_their_authority(string orc, string obr, bool isTold)
    {
        var bench = new FunctionBench($"ORC|NW|{orc}\nOBR|1|{obr}");

        var value = bench.Call("ei", bench.Node("ORC-2"));
        bench.Call("tellOther", value, bench.Node("OBR-2.1"));

        Assert.Equal(isTold ? ["otherwise"] : [], bench.Warnings);
    }

    [Theory]
    [InlineData("202603100930", "20260310093000", false)]
    [InlineData("20260310093000+0530", "20260310040000+0000", false)]
    [InlineData("20260310", "202603101130", false)]
    [InlineData("20260310", "202603111130", true)]
    [InlineData("202603100930", "202603101130", true)]
    public void Times_are_compared_as_precisely_as_both_are_given(string one, string other, bool isTold)
    {
        var bench = new FunctionBench("OBR|1");

        bench.Call("tellOther", bench.Call("time", MapValue.Text(one)), bench.Call("time", MapValue.Text(other)));

        Assert.Equal(isTold ? 1 : 0, bench.Warnings.Count);
    }

    [Theory]
    [InlineData("R", "ROUTINE", false)]
    [InlineData("R", "r", false)]
    [InlineData("A", "ASAP", false)]
    [InlineData("R", "S", true)]
    [InlineData("R", "Q7", true)]
    public void Codes_that_mean_the_same_by_the_table_do_not_differ(string one, string other, bool isTold)
    {
        var bench = new FunctionBench("OBR|1");

        var value = bench.Call("tellOtherIn", MapValue.Text(one), bench.Table("priority"), MapValue.Text(other));

        Assert.Equal((one, isTold ? 1 : 0), (value.AsText(), bench.Warnings.Count));
    }

    [Fact]
    public void A_code_that_a_rule_leaves_is_counted_among_those_that_its_table_lacks()
    {
        var bench = new FunctionBench("OBR|1||||||||||||||||||||||||ZZQ");

        bench.Call("leave", MapValue.Number(103), MapValue.Text("Unknown."), MapValue.Text("ZZQ"), bench.Table("modality"));

        Assert.Equal([("modality", "ZZQ")], bench.Misses);
    }
}
