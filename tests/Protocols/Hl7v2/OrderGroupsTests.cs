using System.Text;
using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class OrderGroupsTests
{
    [Fact]
    public void Segments_go_to_the_order_that_is_open()
    {
        var groups = Groups("PID|1 NTE|pid DG1|patient PV1 ORC|1 TQ1|a OBR|1 NTE|obr NTE|obr2 DG1|1 OBX|1 NTE|obx ZDS|u1 ORC|2 OBR|2 IPC|1 IPC|2");

        Assert.Equal(2, groups.Count);
        Assert.Equal("ORC|1 TQ1|a OBR|1 NTE|obr NTE|obr2 DG1|1 OBX|1 NTE|obx ZDS|u1", Content(groups, 0));
        Assert.Equal("ORC|2 OBR|2 IPC|1 IPC|2", Content(groups, 1));
        Assert.Equal((1, 3, 1, 1, 1), (groups[0].Tq1.Count, groups[0].Nte.Count, groups[0].Dg1.Count, groups[0].Obx.Count, groups[0].Zds.Count));
        Assert.Equal(2, groups[1].Ipc.Count);
        Assert.Equal("patient", Assert.Single(Texts(groups.MessageLevel("DG1"))));
        Assert.Equal("pid", Assert.Single(Texts(groups.MessageLevel("NTE"))));
        Assert.False(groups.SharedZds.Exists);
        Assert.False(groups[1].StudyZds.Exists);
    }

    [Theory]
    [InlineData("OBR|1 OBX|1", 1)]
    [InlineData("OBR|1 OBR|2", 2)]
    [InlineData("ORC|1 OBR|1 OBR|2 ORC|2", 3)]
    [InlineData("ORC|1 ORC|2 OBR|2", 2)]
    [InlineData("PV1", 0)]
    public void Groups_start_at_ORC_and_at_OBR_without_one(string segments, int count)
    {
        Assert.Equal(count, Groups("PID|1 " + segments).Count);
    }

    [Fact]
    public void A_further_OBR_keeps_the_ORC_and_its_timing()
    {
        var groups = Groups("PID|1 ORC|1 TQ1|shared OBR|1 OBR|2 TQ1|own OBR|3 OBX|x");

        Assert.Equal(3, groups.Count);
        Assert.Equal(["1", "1", "1"], Enumerable.Range(0, 3).Select(i => groups[i].Orc.Field(1).Text));
        Assert.Equal(["1", "2", "3"], Enumerable.Range(0, 3).Select(i => groups[i].Obr.Field(1).Text));
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(i => groups[i].HasOwnOrc));
        Assert.Equal(["shared", "own", "shared"], Enumerable.Range(0, 3).Select(i => groups[i].Tq1[0].Field(1).Text));
        Assert.Equal(1, groups[2].Obx.Count);
    }

    [Fact]
    public void An_order_without_ORC_has_none()
    {
        var group = Groups("PID|1 OBR|1 NTE|x")[0];

        Assert.False(group.Orc.Exists);
        Assert.False(group.HasOwnOrc);
        Assert.Equal(1, group.Nte.Count);
        Assert.Equal(0, group.Tq1.Count);
    }

    [Theory]
    [InlineData("ORC|1 OBR|1 ORC|2 OBR|2 ZDS|u", "u", "u")]
    [InlineData("ORC|1 OBR|1 ZDS|u ORC|2 OBR|2", "u", null)]
    [InlineData("ORC|1 OBR|1 ZDS|a ORC|2 OBR|2 ZDS|b", "a", "b")]
    public void A_ZDS_after_the_last_order_is_for_all_when_it_is_the_only_one(string segments, string? first, string? second)
    {
        var groups = Groups("PID|1 " + segments);

        Assert.Equal(first, groups[0].StudyZds.Field(1).Text);
        Assert.Equal(second, groups[1].StudyZds.Field(1).Text);
    }

    [Fact]
    public void Segments_in_odd_order_hide_nothing()
    {
        var message = Message("ORC|1 EVN|x PID|late PV1|v OBR|1");
        var groups = new OrderGroups(message);

        Assert.Equal(1, groups.Count);
        Assert.Equal("late", groups[0].Pid.Field(1).Text);
        Assert.Equal("1", groups[0].Obr.Field(1).Text);
        Assert.Equal("v", message.Segment("PV1").Field(1).Text);
        Assert.Equal("v", Assert.Single(Texts(groups.MessageLevel("PV1"))));
    }

    [Theory]
    [InlineData("NTE|c", "OBX")]
    [InlineData("OBX|1", "OBR")]
    [InlineData("TQ1|1", "ORC")]
    [InlineData("TQ2|1", "TQ1")]
    [InlineData("OBR|1", "ORC")]
    [InlineData("NTE|p", "PID")]
    [InlineData("DG1|p", "PID")]
    [InlineData("ORC|1", "")]
    public void The_owner_of_a_segment_is_found_by_position(string segment, string owner)
    {
        var message = Message("PID|1 NTE|p DG1|p ORC|1 TQ1|1 TQ2|1 OBR|1 NTE|a NTE|b OBX|1 NTE|x NTE|c");
        var groups = new OrderGroups(message);
        var index = Enumerable.Range(0, message.SegmentCount).First(i => Encoding.ASCII.GetString(message[i].Raw) == segment);

        Assert.Equal(owner, Encoding.ASCII.GetString(groups.OwnerOf(index).Id));
    }

    [Fact]
    public void Prior_results_are_no_orders()
    {
        var groups = Groups("PID|1 ORC|NW OBR|1 OBX|1 PID|1 PV1 OBR|old OBX|old ORC|PR OBR|older ORC|NW OBR|2");

        Assert.Equal(["1", "2"], Enumerable.Range(0, groups.Count).Select(i => groups[i].Obr.Field(1).Text));
        Assert.Equal(1, groups[0].Obx.Count);
    }

    [Fact]
    public void Orders_and_results_of_several_patients_keep_their_patient()
    {
        var orders = Groups("PID|a ORC|NW OBR|1 PID|b ORC|NW OBR|2");
        var results = new OrderGroups(Parse("MSH|^~\\&|||||||ORU^R01\rPID|a\rOBR|1\rOBX|1\rPID|b\rOBR|2\rOBX|2\r"));

        Assert.Equal(["a", "b"], Enumerable.Range(0, orders.Count).Select(i => orders[i].Pid.Field(1).Text));
        Assert.Equal(["a", "b"], Enumerable.Range(0, results.Count).Select(i => results[i].Pid.Field(1).Text));
    }

    [Theory]
    [InlineData("PID|1 MRG|1 PID|2 PD1 MRG|2 PV1|2", "1/1/ 2/2/2")]
    [InlineData("PID|1 MRG|1 PV1|1 MRG|2 PV1|2", "1/1/1 1/2/2")]
    [InlineData("PID|1 PV1|1 PID|2 PV1|2", "1//1 2//2")]
    [InlineData("PV1|1 PID|1 MRG|1", "1/1/1")]
    [InlineData("PV1|1", "")]
    public void Patients_are_grouped_with_what_is_merged_into_them(string segments, string expected)
    {
        var groups = PatientGroup.Find(Message(segments, "ADT^A40"));

        Assert.Equal(expected, string.Join(' ', groups.Select(g => $"{g.Pid.Field(1).Text}/{g.Mrg.Field(1).Text}/{g.Pv1.Field(1).Text}")));
    }

    [Fact]
    public void Resources_of_an_appointment_are_found_by_name()
    {
        var message = Message("SCH|1 TQ1|1 PID|1 RGS AIS|1 NTE|ais AIG|1 AIL|1 AIP|1 AIP|2", "SIU^S12");
        var groups = new OrderGroups(message);

        Assert.Equal((1, 1, 1, 2), (message.Count("AIS"), message.Count("AIG"), message.Count("AIL"), message.Count("AIP")));
        Assert.Equal("AIS", Encoding.ASCII.GetString(groups.OwnerOf(message.Segment("NTE").Index).Id));
        Assert.Equal(1, groups.MessageLevel("TQ1").Count);
    }

    private static OrderGroups Groups(string segments) => new(Message(segments));

    private static Message Message(string segments, string type = "ORM^O01") =>
        Parse($"MSH|^~\\&|||||||{type}\r{segments.Replace(' ', '\r')}\r");

    private static string Content(OrderGroups groups, int number)
    {
        var message = groups.Message;
        return string.Join(' ', Enumerable.Range(groups[number].Start, groups[number].End - groups[number].Start).Select(i => Encoding.ASCII.GetString(message[i].Raw)));
    }

    private static List<string?> Texts(SegmentList segments)
    {
        var texts = new List<string?>();
        foreach (var segment in segments) texts.Add(segment.Field(1).Text);
        return texts;
    }
}
