using System.Text;
using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class OrderReplyTests
{
    private static readonly AcknowledgmentOptions Options = new("A1", new DateTimeOffset(2026, 3, 10, 9, 30, 0, TimeSpan.Zero));

    [Fact]
    public void An_order_is_answered_with_what_was_filled_in()
    {
        var request = Parse("MSH|^~\\&|HIS||PACS||||ORM^O01|M1|P|2.3.1\rPID|1||77\rPV1|1\rORC|NW|P1^HIS||G1\rOBR|1|P1^HIS||CT^Head\rNTE|1\r");

        var reply = Build(request, new OrderReplyItem("OK")
        {
            FillerOrderNumber = "F9",
            AccessionNumber = "ACC9",
            RequestedProcedureId = "RP9",
            ScheduledProcedureStepIds = ["SPS9"],
            StudyInstanceUid = "1.2.3",
            ApplicationId = "CLOUDPACS",
        });

        Assert.Equal(
            "MSH|^~\\&|PACS||HIS||20260310093000+0000||ORR^O02^ORR_O02|A1|P|2.3.1\rMSA|AA|M1\rPID|1||77\rORC|OK|P1^HIS|F9|G1\r" +
            "OBR|1|P1^HIS|F9|CT^Head||||||||||||||ACC9|RP9|SPS9\rZDS|1.2.3^CLOUDPACS^Application^DICOM\r",
            reply);
    }

    [Fact]
    public void What_the_request_has_is_echoed()
    {
        var reply = Build(Parse(Order), new OrderReplyItem("UA") { OrderStatus = "ER" });

        Assert.Contains("\rORC|UA|P1^HIS|F1^RIS||ER\rOBR|1|P1^HIS|F1^RIS|CHEST^Chest PA^L|", reply, StringComparison.Ordinal);
        Assert.EndsWith("\rZDS|1.2.840.1^RIS^Application^DICOM\r", reply, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_of_an_imaging_order_are_filled_one_by_one()
    {
        var request = Parse("MSH|^~\\&|A||||||OMI^O23^OMI_O23|M1|P|2.5.1\rPID|1\rORC|NW|P1\rOBR|1|P1||CT\rIPC|||||CT|^one\rIPC|||||CT|^two\r");

        var reply = Build(request, new OrderReplyItem("OK") { AccessionNumber = "A", RequestedProcedureId = "R", ScheduledProcedureStepIds = ["S1", "S2"], StudyInstanceUid = "1.2" });

        Assert.Contains("ORI^O24^ORI_O24", reply, StringComparison.Ordinal);
        Assert.EndsWith("\rIPC|A|R|1.2|S1|CT|^one\rIPC|A|R|1.2|S2|CT|^two\r", reply, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_IPC_is_made()
    {
        var request = Parse("MSH|^~\\&|A||||||OMI^O23|M1|P|2.5.1\rORC|NW|P1\rOBR|1\r");

        Assert.EndsWith("\rIPC|A||1.2||MR\r", Build(request, new OrderReplyItem("OK") { AccessionNumber = "A", StudyInstanceUid = "1.2", Modality = "MR" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ORM^O01", "2.3", "ORR^O02")]
    [InlineData("OMG^O19^OMG_O19", "2.4", "ORG^O20^ORG_O20")]
    [InlineData("OML^O21", "2.5", "ORL^O22^ORL_O22")]
    public void The_reply_type_follows_the_order_type(string type, string version, string expected)
    {
        var reply = Parse(Build(Parse($"MSH|^~\\&|||||||{type}|1|P|{version}\rORC|NW\r"), new OrderReplyItem("OK")));

        Assert.Equal(expected, Encoding.ASCII.GetString(reply.Get(FieldPath.Parse("MSH-9")).Raw));
    }

    [Fact]
    public void Only_orders_have_order_replies_and_only_named_groups_are_in_them()
    {
        var request = Parse("MSH|^~\\&|||||||ORM^O01|1|P|2.5\rORC|NW|1\rORC|NW|2\rORC|NW|3\r");
        var items = new Dictionary<int, OrderReplyItem> { [1] = new("UA") };

        var reply = Parse(OrderReply.Build(request, new OrderGroups(request), items, AcknowledgmentCode.AE, [new(101, Severity.Error, new("ORC", 2, 3), "x")], Options));

        Assert.Equal(1, reply.Count("ORC"));
        Assert.Equal("2", reply.Get(FieldPath.Parse("ORC-2")).Text);
        Assert.Equal("ERR", Encoding.ASCII.GetString(reply[2].Id));
        Assert.True(OrderReply.IsFor(request));
        var other = Parse("MSH|^~\\&|||||||ADT^A08|1|P|2.5\r");
        Assert.False(OrderReply.IsFor(other));
        Assert.Throws<ArgumentException>(() => OrderReply.Build(other, new OrderGroups(other), items, AcknowledgmentCode.AA, [], Options));
    }

    private static string Build(Message request, OrderReplyItem item) =>
        Encoding.Latin1.GetString(OrderReply.Build(request, new OrderGroups(request), new Dictionary<int, OrderReplyItem> { [0] = item }, AcknowledgmentCode.AA, [], Options));
}
