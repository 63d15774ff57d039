using CloudPacs.Integration.Messages;
using CloudPacs.Settings;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Order replies on a link that asks for them: the numbers that the engine made go back to their placer (HL7 v2.5.1 4.4).</summary>
public class OrderReplyTests
{
    private const string Pid = "PID|1||MRN1^^^MERCY^MR||SHARMA^RAHUL||19800101|M";
    private readonly Pipeline _pipeline = new(new MllpListenerSettings { OrderReplies = true });
    private int _sent;

    [Theory]
    [InlineData("ORM^O01", "ORR_O02")]
    [InlineData("OMG^O19", "ORG_O20")]
    public void A_new_order_gets_all_its_numbers_and_the_same_ones_when_it_comes_again(string type, string reply)
    {
        var first = Send(type, Pid, Order());
        var again = Send(type, Pid, Order());

        Assert.Equal([reply, "AA", "OK", "P1", "26031000001", "SC"], Fields(first, "MSH-9.3", "MSA-1", "ORC-1", "ORC-2.1", "ORC-3.1", "ORC-5"));
        Assert.Equal(["26031000001", "RP000001", "RP000001-1"], Fields(first, "OBR-18", "OBR-19", "OBR-20"));
        Assert.StartsWith("2.25.", Pipeline.Answer(first, "ZDS-1.1"), StringComparison.Ordinal);
        string[] numbers = ["ORC-3.1", "OBR-18", "OBR-19", "OBR-20", "ZDS-1.1"];
        Assert.Equal(Fields(first, numbers), Fields(again, numbers));
    }

    [Fact]
    public void Each_group_gets_the_step_that_it_describes()
    {
        var reply = Send("ORM^O01", Pid, Order(accession: "A1"), Order(accession: "A1", code: "CTABD^CT Abdomen^L"));

        Assert.Equal(["RP000001-1", "RP000001-2"], Fields(reply, "OBR[1]-20", "OBR[2]-20"));
    }

    [Fact]
    public void Each_IPC_of_an_imaging_order_gets_its_step()
    {
        var reply = Send("OMI^O23", Pid, Order(), "IPC|||||CT", "IPC|||||CT");

        Assert.Equal(["ORI_O24", "26031000001", "RP000001", "RP000001-1", "RP000001-2"], Fields(reply, "MSH-9.3", "IPC[2]-1.1", "IPC[2]-2.1", "IPC[1]-4.1", "IPC[2]-4.1"));
        Assert.Equal(Pipeline.Answer(reply, "IPC[1]-3.1"), Pipeline.Answer(reply, "IPC[2]-3.1"));
    }

    [Fact]
    public void A_number_that_was_asked_for_and_a_state_are_answered()
    {
        var number = Send("ORM^O01", Pid, "ORC|SN|P1^HIS");
        Send("ORM^O01", Pid, Order(placer: "P2"));
        Send("ORM^O01", Pid, "ORC|HD|P2^HIS");
        var state = Send("ORM^O01", Pid, "ORC|SS|P2^HIS");

        Assert.Equal(["AA", "NA", "P1", "FO000001"], Fields(number, "MSA-1", "ORC-1", "ORC-2.1", "ORC-3.1"));
        Assert.Equal(["AA", "SR", "HD"], Fields(state, "MSA-1", "ORC-1", "ORC-5"));
    }

    [Theory]
    [InlineData("CA", "UC")]
    [InlineData("DC", "UD")]
    [InlineData("HD", "UH")]
    public void What_is_refused_is_answered_with_unable_to(string control, string reply)
    {
        Send("ORM^O01", Pid, Order());
        Send("ORM^O01", Pid, "ORC|SC|P1^HIS|||CM");

        Assert.Equal(["AE", reply, "207"], Fields(Send("ORM^O01", Pid, $"ORC|{control}|P1^HIS"), "MSA-1", "ORC-1", "ERR-3.1"));
    }

    private static string Order(string placer = "P1", string accession = "", string code = "CTCHEST^CT Chest^L") =>
        $"ORC|NW|{placer}^HIS|||||^^^20260310093000\rOBR|1|{placer}^HIS||{code}||||||||||||||{accession}||||||CT";

    private static string[] Fields(AppliedResult result, params string[] paths) => [.. paths.Select(path => Pipeline.Answer(result, path))];

    private AppliedResult Send(string type, params string[] segments) =>
        _pipeline.Send($"MSH|^~\\&|HIS|MERCY|CP|CP|2026031008300{_sent}||{type}|M{++_sent}|P|2.5.1\r{string.Join('\r', segments)}\r");
}
