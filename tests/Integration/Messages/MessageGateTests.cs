using System.Text;
using CloudPacs.Settings;
using CloudPacs.Store.Messages;
using Xunit;
using static CloudPacs.Integration.Tests.Messages.NumberedOrder;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>What is refused before anything is looked up, and that the sender recognises the answer.</summary>
public sealed class MessageGateTests
{
    private readonly Pipeline _pipeline = new();

    [Fact]
    public void A_message_of_too_many_segments_is_answered_under_its_own_control_id()
    {
        var result = _pipeline.Send(Text("M1", "") + string.Concat(Enumerable.Repeat("Z\r", 1_000_000)));

        Assert.Equal(("AR", "M1", "199"), (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "MSA-2"), Pipeline.Answer(result, "ERR-3")));
        Assert.Equal(("M1", MessageStatus.Rejected), (result.Journal.ControlId, result.Journal.Status));
    }

    [Fact]
    public void A_message_of_very_many_orders_is_refused_and_one_of_very_many_results_is_not()
    {
        var order = Text("M1", "");
        var result = order[order.IndexOf("OBR", StringComparison.Ordinal)..];

        var orders = _pipeline.Send(order + string.Concat(Enumerable.Repeat(result, 1000)));
        var results = _pipeline.Send(order + string.Concat(Enumerable.Repeat("OBX|1|ST|X||1\r", 100_000)));

        Assert.Equal(("AE", "198", "OBR", "1001"), (Pipeline.Answer(orders, "MSA-1"), Pipeline.Answer(orders, "ERR-3"), Pipeline.Answer(orders, "ERR-2.1"), Pipeline.Answer(orders, "ERR-2.2")));
        Assert.Equal("AA", Pipeline.Answer(results, "MSA-1"));
    }

    [Fact]
    public void UTF_16_is_taken_only_on_a_link_that_admits_it()
    {
        var bytes = Encoding.Unicode.GetBytes(Text("M1", ""));
        var admitting = new Pipeline(new MllpListenerSettings { AllowUtf16 = true });

        var refused = _pipeline.Send(bytes).FirstError!;

        Assert.Equal((103, "MSH^1^18"), (refused.Code, refused.Location!.ToString()));
        Assert.Equal("AA", Pipeline.Answer(admitting.Send(bytes), "MSA-1"));
    }

    [Fact]
    public void A_message_without_a_control_id_is_flagged_since_nobody_can_recognise_it_when_it_comes_again()
    {
        Assert.Contains("control_id_missing", _pipeline.Send(Text("", "")).Journal.Warnings);
        Assert.DoesNotContain("control_id_missing", _pipeline.Send(Text("M1", "")).Journal.Warnings);
    }

    [Fact]
    public void What_stands_before_MSH_does_not_make_another_message()
    {
        _pipeline.Send(Text("M1", ""));

        Assert.Equal(MessageStatus.Duplicate, _pipeline.Send("\r\n" + Text("M1", "")).Journal.Status);
    }
}
