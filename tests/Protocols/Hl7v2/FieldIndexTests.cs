using System.Text;
using CloudPacs.Hl7v2;
using Xunit;

namespace CloudPacs.Protocols.Tests.Hl7v2;

/// <summary>The index of a segment's fields gives what the segment gives.</summary>
public sealed class FieldIndexTests
{
    [Theory]
    [InlineData("MSH|^~\\&|A|B")]
    [InlineData("MSH|^~\\&|A\rPID|1||3^x~y|\"\"|")]
    [InlineData("MSH|^~\\&|A\rPID")]
    [InlineData("MSH|^~\\&|A\rPID|")]
    [InlineData("MSH|^~\\&|A\rpid  |1|2\r\rZZZ||||last")]
    [InlineData("MSH#^~\\&#A\rPID#1##3")]
    public void Every_field_is_the_same(string text)
    {
        Assert.True(Message.TryParse(Encoding.UTF8.GetBytes(text), ParseOptions.Default, out var message, out _));

        for (var i = 0; i < message.SegmentCount; i++)
        {
            var index = new FieldIndex(message[i]);
            for (var n = -1; n < 12; n++)
            {
                var expected = message[i].Field(n);
                var actual = index.Field(n);
                Assert.Equal((expected.State, expected.Text, expected.Length), (actual.State, actual.Text, actual.Length));
                if (expected.Length > 0) Assert.Equal(expected.Start, actual.Start);
            }
        }
    }

    [Theory]
    [InlineData("PID|||1||A", 0b101001UL)]
    [InlineData("PID|||", 0b1UL)]
    [InlineData("PID|1|", 0b11UL)]
    public void Tells_at_once_which_fields_were_sent(string segment, ulong bits)
    {
        Assert.True(Message.TryParse(Encoding.ASCII.GetBytes($"MSH|^~\\&|A\r{segment}\r"), ParseOptions.Default, out var message, out _));

        Assert.Equal(bits, new FieldIndex(message[1]).Sent);
        Assert.Equal(0UL, FieldIndex.None.Sent);
    }

    [Fact]
    public void A_missing_segment_has_no_fields() => Assert.Equal(ValueState.Absent, new FieldIndex(default).Field(1).State);

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("a^b^c")]
    [InlineData("a&b^^\"\"^")]
    [InlineData("a^b~c^d")]
    [InlineData("^^")]
    public void Components_that_are_found_in_one_pass_are_the_same(string value)
    {
        var field = TestMessages.WithValue(value).Segment("OBX").Field(5);

        Assert.All(new[] { field, field.Repetition(1), field.Component(1), field.Component(1).SubComponent(1), default }, static element =>
        {
            var all = new Element[4];
            Assert.Equal(element.ComponentCount, element.CopyComponents(all));
            Assert.Equal(Math.Min(element.ComponentCount, 1), element.CopyComponents(all.AsSpan(0, 1)));
            for (var n = 1; n <= all.Length; n++)
            {
                var expected = element.Component(n);
                Assert.Equal((expected.State, expected.Text, expected.Length), (all[n - 1].State, all[n - 1].Text, all[n - 1].Length));
            }
        });
    }
}
