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
        Assert.Equal(bits & ~1UL, message[1].FieldsSent);
        Assert.Equal(0UL, FieldIndex.None.Sent);
    }

    [Fact]
    public void Tells_at_once_which_fields_hold_a_byte()
    {
        var random = new Random(7);
        for (var turn = 0; turn < 2_000; turn++)
        {
            var fields = Enumerable.Range(0, random.Next(90)).Select(_ => new string('x', random.Next(12)) + (random.Next(4) == 0 ? "^y^" : ""));
            var text = $"MSH|^~\\&|{string.Join('|', fields)}\rOBR|{string.Join('|', fields)}\r";
            Assert.True(Message.TryParse(Encoding.ASCII.GetBytes(text), ParseOptions.Default, out var message, out _));

            foreach (var segment in new[] { message[0], message[1] })
            {
                var expected = Enumerable.Range(1, segment.FieldCount).Where(n => segment.Field(n).Raw.Contains((byte)'^'))
                    .Aggregate(0UL, static (bits, n) => bits | FieldIndex.BitOf(n));
                Assert.Equal(expected, segment.FieldsWith((byte)'^'));
            }
        }

        Assert.Equal(0UL, default(Segment).FieldsWith((byte)'^'));
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
            var all = new ComponentIndex(element);
            Assert.Equal(element.ComponentCount, all.Count);
            for (var n = 0; n <= 4; n++)
            {
                var (expected, found) = (element.Component(n), all[n]);
                Assert.Equal((expected.State, expected.Text, expected.Length), (found.State, found.Text, found.Length));
            }
        });
    }

    [Theory]
    [InlineData(22, 22)]
    [InlineData(23, 23)]
    [InlineData(30, 23)]
    public void Of_very_many_components_the_first_are_found(int sent, int found)
    {
        var field = TestMessages.WithValue(string.Join('^', Enumerable.Range(1, sent))).Segment("OBX").Field(5);

        var all = new ComponentIndex(field);

        Assert.Equal(found, all.Count);
        Assert.Equal($"{found}", all[found].Text);
        Assert.Null(all[found + 1].Text);
    }
}
