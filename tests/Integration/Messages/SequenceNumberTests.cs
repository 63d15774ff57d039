using CloudPacs.Settings;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Orders;
using Xunit;
using static CloudPacs.Integration.Tests.Messages.NumberedOrder;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>The sequence number protocol (HL7 v2.5.1 2.10.1).</summary>
public sealed class SequenceNumberTests
{
    private readonly Pipeline _link = new(new MllpListenerSettings { SequenceNumbers = true });

    [Fact]
    public void The_first_positive_number_is_taken_and_the_next_is_expected()
    {
        Assert.Equal("AA 41", Send(Text("M1", "41")));
        Assert.Equal("AA 42", Send(Text("M2", "42", "2")));
        Assert.Equal("AA 43", Send(Text("M3", "0")));
        Assert.Equal(2, Orders);
    }

    [Fact]
    public void Zero_asks_for_the_expected_number_and_applies_nothing()
    {
        Assert.Equal("AA -1", Send(Text("M1", "0")));
        Send(Text("M2", "7"));

        Assert.Equal("AA 8", Send(Text("M3", "0", "2")));
        Assert.Equal("AA 8", Send(Text("M4", "8", "3")));
        Assert.Equal(2, Orders);
    }

    [Fact]
    public void Minus_one_begins_anew_with_the_number_that_comes_next()
    {
        Send(Text("M1", "7"));

        Assert.Equal("AA -1", Send(Text("M2", "-1", "2")));
        Assert.Equal("AA 3", Send(Text("M3", "3", "3")));
        Assert.Equal(2, Orders);
    }

    [Fact]
    public void The_last_message_again_gets_its_stored_answer()
    {
        Send(Text("M1", "7"));
        var refused = _link.Send(Text("M2", "8").Replace("ORC|NW", "ORC|??", StringComparison.Ordinal));

        var again = _link.Send(Text("M2", "8", "5"));

        Assert.Equal("AE", Pipeline.Answer(refused, "MSA-1"));
        Assert.Equal(("AE", "8", "M2"), (Pipeline.Answer(again, "MSA-1"), Pipeline.Answer(again, "MSA-4"), Pipeline.Answer(again, "MSA-2")));
        Assert.Equal(Pipeline.Answer(refused, "ERR-3"), Pipeline.Answer(again, "ERR-3"));
        Assert.Equal(MessageStatus.Duplicate, again.Journal.Status);
        Assert.Equal("AA 9", Send(Text("M3", "9", "3")));
    }

    [Fact]
    public void A_refusal_is_not_accepted_when_it_is_repeated()
    {
        var link = new Pipeline(new MllpListenerSettings { SequenceNumbers = true, AckMode = "commit" });
        var order = Text("M1", "7").Replace("ORC|NW", "ORC|??", StringComparison.Ordinal);

        var first = link.Send(order);
        var again = link.Send(order);

        Assert.Equal(("CE", "CE"), (Pipeline.Answer(first, "MSA-1"), Pipeline.Answer(again, "MSA-1")));
        Assert.NotEqual(Pipeline.Answer(first, "MSH-10"), Pipeline.Answer(again, "MSH-10"));
    }

    [Theory]
    [InlineData("M9", "7")]
    [InlineData("M1", "6")]
    [InlineData("M1", "9")]
    public void Another_number_is_refused_with_the_expected_one(string controlId, string number)
    {
        Send(Text("M1", "7"));

        var result = _link.Send(Text(controlId, number, "2"));

        Assert.Equal(("AE", "8", "207"), (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "MSA-4"), Pipeline.Answer(result, "ERR-3")));
        Assert.Equal("MSH^1^13", result.FirstError!.Location!.ToString());
        Assert.Equal(MessageStatus.Rejected, result.Journal.Status);
        Assert.Equal(1, Orders);
        Assert.Equal("AA 8", Send(Text("M2", "8", "2")));
    }

    [Fact]
    public void In_enhanced_mode_another_number_is_a_commit_error()
    {
        Send(Text("M1", "7"));

        var result = _link.Send(Text("M2", "9", "2", acknowledgments: "AL|AL"));

        Assert.Single(result.Answers);
        Assert.Equal(("CE", "8"), (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "MSA-4")));
    }

    [Theory]
    [InlineData("-2")]
    [InlineData("x")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999")]
    public void What_is_no_number_is_a_data_error(string number)
    {
        Send(Text("M1", "7"));

        var result = _link.Send(Text("M2", number, "2"));

        Assert.Equal(("AE", "8", "102"), (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "MSA-4"), Pipeline.Answer(result, "ERR-3")));
    }

    [Fact]
    public void A_message_without_a_number_takes_no_part_but_on_a_strict_listener()
    {
        var strict = new Pipeline(new MllpListenerSettings { SequenceNumbers = true, Strict = true });
        Send(Text("M1", "7"));

        Assert.Equal("AA ", Send(Text("M2", "", "2")));
        Assert.Equal("AA 8", Send(Text("M3", "8", "3")));
        Assert.Equal("101", Pipeline.Answer(strict.Send(Text("M1", "")), "ERR-3"));
    }

    [Fact]
    public void A_refused_message_uses_its_number_up_so_that_the_sender_can_go_on()
    {
        Send(Text("M1", "7"));

        var result = _link.Send(Text("M2", "8").Replace("ORM^O01", "DFT^P03", StringComparison.Ordinal));

        Assert.Equal(("AR", "8"), (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "MSA-4")));
        Assert.Equal("AA 9", Send(Text("M3", "9", "2")));
    }

    [Fact]
    public void Every_sender_has_numbers_of_its_own()
    {
        Send(Text("M1", "7"));

        Assert.Equal("AA 100", Send(Text("M1", "100", "2").Replace("|HIS|MERCY|", "|HIS|NORTH|", StringComparison.Ordinal)));
        Assert.Equal("AA 8", Send(Text("M2", "8", "3")));
    }

    [Fact]
    public void Without_the_setting_the_field_means_nothing()
    {
        var plain = new Pipeline();

        Assert.All(["7", "3", "0", "x"], number => Assert.Equal("", Pipeline.Answer(plain.Send(Text("M" + number, number)), "MSA-4")));
        Assert.All(plain.Workspace.Changed, row => Assert.IsNotType<SequenceRow>(row));
    }

    private int Orders => _link.Workspace.Changed.OfType<OrderRow>().Count();

    private string Send(string message)
    {
        var result = _link.Send(message);
        return $"{Pipeline.Answer(result, "MSA-1")} {Pipeline.Answer(result, "MSA-4")}";
    }
}
