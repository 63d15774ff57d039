using System.Text;
using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

/// <summary>A line end inside a field costs no data (HL7 v2.5.1 2.4, 2.5.4; connect#649 #650, hapi-hl7v2#124).</summary>
public sealed class LineEndTests
{
    private const string Header = "MSH|^~\\&|HIS|H|||||ORM^O01|1|P|2.5.1";

    [Theory]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("\n\r")]
    public void A_bare_line_feed_is_text_where_segments_end_with_CR(string end)
    {
        var message = Parse(Lines(end, Header, "PID|1||1||HADDAD^LAY\nLA||19800214|F", "NTE|1||Claustrophobic\nNeeds sedation", "NTE|2||next"));

        Assert.Equal(("HADDAD", "LAY\nLA", "19800214", "F"), (Text(message, "PID-5.1"), Text(message, "PID-5.2"), Text(message, "PID-7"), Text(message, "PID-8")));
        Assert.Equal(("Claustrophobic\nNeeds sedation", "next"), (Text(message, "NTE-3"), Text(message, "NTE[2]-3")));
        Assert.Equal(4, message.SegmentCount);
        Assert.Empty(message.Warnings);
    }

    [Fact]
    public void Where_the_end_is_guessed_what_is_no_segment_stays_with_its_field_and_is_told()
    {
        var message = Parse(Lines("\n", Header, "PID|1||1||HADDAD^LAY\nLA||19800214|F", "NTE|1||Claustrophobic\n\nNeeds sedation", "NTE|2||next"));

        Assert.Equal(("LAY\nLA", "19800214"), (Text(message, "PID-5.2"), Text(message, "PID-7")));
        Assert.Equal(("Claustrophobic\n\nNeeds sedation", "next"), (Text(message, "NTE-3"), Text(message, "NTE[2]-3")));
        Assert.Equal(["102 PID^1^5", "102 NTE^1^3"], Told(message));
    }

    [Theory]
    [InlineData("PV1", true)]
    [InlineData("ZX9", true)]
    [InlineData("PV1|1", true)]
    [InlineData("PV1 |1", true)]
    [InlineData("Nil", false)]
    [InlineData("now|1", false)]
    [InlineData("PIDX|1", false)]
    [InlineData("XY|1", false)]
    [InlineData("1AB|1", false)]
    [InlineData("PID: see file", false)]
    [InlineData("MSH: see file", false)]
    [InlineData("BTS: see file", false)]
    public void A_guessed_segment_has_three_characters_and_the_separator_or_nothing(string line, bool isSegment)
    {
        var message = Parse(Lines("\n", Header, "NTE|1||text", line, "OBX|1"));

        Assert.Equal(isSegment ? 4 : 3, message.SegmentCount);
        Assert.Equal(isSegment ? "text" : "text\n" + line.Split('|')[0], Text(message, "NTE-3"));
        Assert.Equal(isSegment ? [] : ["102 NTE^1^3"], Told(message));
        Assert.False(Batch.IsBatch(message.Bytes.Span));
    }

    [Fact]
    public void Three_letters_in_the_middle_of_a_text_are_text()
    {
        var message = Parse(Lines("\n", Header, "NTE|1||Planned:\nMRI\nleft knee", "OBX|1"));

        Assert.Equal("Planned:\nMRI\nleft knee", Text(message, "NTE-3"));
    }

    [Fact]
    public void A_message_whose_last_segment_alone_ends_with_CR_is_split_by_its_line_feeds()
    {
        var message = Parse(Header + "\nPID|1||1\nPV1|1|O\r");

        Assert.Equal(("1", "O"), (Text(message, "PID-3"), Text(message, "PV1-2")));
        Assert.Empty(message.Warnings);
    }

    [Fact]
    public void What_looks_like_a_segment_after_a_bare_line_feed_is_text_and_told()
    {
        var message = Parse(Lines("\r", Header, "PID|1||1", "NTE|1||quoted:\nOBX|1|ST|x", "PV1|1|O"));

        Assert.Equal("quoted:\nOBX", Text(message, "NTE-3"));
        Assert.False(message.Segment("OBX").Exists);
        Assert.Equal(["102 NTE^1^3"], Told(message));
    }

    [Fact]
    public void A_CR_inside_a_field_stays_with_it_and_the_fields_after_it_are_read()
    {
        var message = Parse(Lines("\r", Header, "OBX|1|TX|A||first line\rsecond line|||||F", "NTE|1||x"));
        var buffer = new byte[40];

        Assert.Equal(("first line\nsecond line", "F"), (Text(message, "OBX-5"), Text(message, "OBX-10")));
        Assert.True(message.Get(FieldPath.Parse("OBX-5")).TryCopyUtf8(buffer, out var written));
        Assert.Equal("first line\nsecond line", Encoding.UTF8.GetString(buffer, 0, written));
        Assert.Equal(["102 OBX^1^5"], Told(message));
    }

    [Theory]
    [InlineData("PIDX|7||other")]
    [InlineData("PIDXYZ|7||other")]
    [InlineData("PI|7||other")]
    [InlineData("1PI|7||other")]
    public void An_id_that_is_no_id_is_read_as_no_other_one_and_told(string line)
    {
        var message = Parse(Lines("\r", Header, "PV1|1|O", line, "PID|1||mine"));

        Assert.Equal("mine", Text(message, "PID-3"));
        Assert.Equal("O", Text(message, "PV1-2"));
        Assert.Equal(1, message.Count("PID"));
        Assert.Equal(["100 PV1^1"], Told(message));
    }

    [Fact]
    public void A_line_feed_in_the_header_costs_no_field_of_it()
    {
        foreach (var end in new[] { "\r", "\n" })
        {
            var message = Parse(Lines(end, "MSH|^~\\&|HIS|GENERAL\nHOSPITAL|||||ORM^O01|7|P|2.5.1||||||8859/1", "PID|1||1||M\u00FCller"));

            Assert.Equal(("7", "2.5.1", "M\u00FCller"), (message.ControlId, message.Version, Text(message, "PID-5")));
        }
    }

    [Fact]
    public void Text_in_a_set_that_is_decoded_first_keeps_its_line_feeds()
    {
        var bytes = Encoding.Latin1.GetBytes(Lines("\r", Header + "||||||GB 18030-2000", "PID|1||1||\u00C0\u00EE^A\nB||19800214"));

        var message = Parse(bytes);

        Assert.Equal(("\u674E", "A\nB", "19800214"), (Text(message, "PID-5.1"), Text(message, "PID-5.2"), Text(message, "PID-7")));
        Assert.Equal(bytes, MessageWriter.CopyOf(message).ToArray());
    }

    [Fact]
    public void A_batch_is_not_split_by_words_of_a_text()
    {
        const string Text = "NTE|1||seen in\nBHS\nMSH|^~\\&|is quoted";

        Assert.False(Batch.IsBatch(Encoding.ASCII.GetBytes(Lines("\r", Header, "PID|1", Text, "PV1|1"))));
        Assert.Equal(2, Batch.Split(Encoding.ASCII.GetBytes(Lines("\r", Header, "PID|1", Text, "PV1|1", Header, "PID|2"))).Messages.Count);
    }

    [Fact]
    public void Very_many_line_ends_take_linear_time_and_few_words()
    {
        var text = string.Concat(Enumerable.Repeat("base64base64base64\n", 500_000));

        var message = Parse(Lines("\n", Header, "OBX|1|ED|A||" + text + "|||F"));

        Assert.Equal("F", Text(message, "OBX-8"));
        Assert.Single(message.Warnings);
    }

    private static string Lines(string end, params string[] segments) => string.Concat(segments.Select(segment => segment + end));

    private static string? Text(Message message, string path) => message.Get(FieldPath.Parse(path)).Text;

    private static IEnumerable<string> Told(Message message) => message.Warnings.Select(problem => $"{problem.Code} {problem.Location}");
}
