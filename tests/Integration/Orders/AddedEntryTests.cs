using CloudPacs.Integration.Tests.Messages;
using Xunit;

namespace CloudPacs.Integration.Tests.Orders;

/// <summary>A change that makes a second worklist entry, or that leaves something of an order as it was, says so.</summary>
public class AddedEntryTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("ACC2", "RP1", "SPS2", "OBR^1^18")]
    [InlineData("ACC1", "RP1", "SPS2", "OBR^1^20")]
    [InlineData("ACC1", "RP2", "SPS2", "OBR^1^18")]
    public void Numbers_that_the_order_does_not_have(string accession, string procedure, string step, string place)
    {
        Send("NW", "ACC1", "RP1", "SPS1");

        var changed = Send("XO", accession, procedure, step);

        Assert.Equal(2, _his.Entries.Count + Closed());
        Assert.Contains(("207", "W", place), changed.Problems);
    }

    [Fact]
    public void Numbers_that_it_has()
    {
        Send("NW", "ACC1", "RP1", "SPS1");

        Assert.Empty(Send("XO", "ACC1", "RP1", "SPS1").Problems);
        Assert.Single(_his.Entries);
    }

    [Fact]
    public void Two_procedures_of_a_new_order_are_nothing_unusual()
    {
        var placed = _his.Send(
            "ORM^O01", HisLink.Pid("MRN1"), Group("NW", "ACC1", "RP1", "SPS1", ""), Group("NW", "ACC2", "RP2", "SPS2", ""));

        Assert.Empty(placed.Problems);
        Assert.Equal(2, _his.Entries.Count);
    }

    [Theory]
    [InlineData("", "X1^HIS", true)]
    [InlineData("X1^HIS", "X1^HIS", false)]
    [InlineData("X1^HIS", "X2^HIS", true)]
    [InlineData("X1^HIS", "", false)]
    public void A_parent_that_the_order_does_not_have(string stored, string sent, bool isTold)
    {
        Send("NW", "ACC1", "RP1", "SPS1", stored);

        var changed = Send("XO", "ACC1", "RP1", "SPS1", sent);

        Assert.Equal(isTold ? [("207", "W", "ORC^1^8")] : [], changed.Problems);
    }

    private int Closed() => _his.Engine.Workspace.Rows.OfType<CloudPacs.Store.Orders.StepRow>().Count() - _his.Entries.Count;

    private HisReply Send(string control, string accession, string procedure, string step, string parent = "") =>
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), Group(control, accession, procedure, step, parent));

    private static string Group(string control, string accession, string procedure, string step, string parent) =>
        $"ORC|{control}||F1^RIS|||||{parent}\rOBR|1||F1^RIS|CTCHEST^CT Chest^L||||||||||||||{accession}|{procedure}|{step}||||CT|||^^^20260310093000^^R";
}
