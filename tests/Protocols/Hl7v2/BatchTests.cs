using System.Text;
using CloudPacs.Hl7v2;
using Xunit;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class BatchTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void A_batch_is_split_and_answered_with_one_batch()
    {
        var batch = Split("FHS|^~\\&|HIS|H|PACS|R|||||F7\rBHS|^~\\&|HIS|H|PACS|R|||||B7\rMSH|^~\\&|1\rPID|1\rMSH|^~\\&|2\rBTS|2\rFTS|1\r");

        Assert.Equal(["MSH|^~\\&|1\rPID|1\r", "MSH|^~\\&|2\r"], Texts(batch));
        Assert.True(batch.HasHeader);
        Assert.Empty(batch.Problems);
        Assert.Equal(
            "FHS|^~\\&|PACS|R|HIS|H|20260310093000+0000||||A1|F7\rBHS|^~\\&|PACS|R|HIS|H|20260310093000+0000||||A1|B7\r" +
            "MSH|a\rMSH|b\rBTS|2\rFTS|1\r",
            Encoding.ASCII.GetString(batch.BuildAnswer([Bytes("MSH|a\r"), Bytes("MSH|b\r")], "A1", Now)));
    }

    [Fact]
    public void Messages_in_a_row_are_split_without_headers()
    {
        var batch = Split("MSH|^~\\&|1\r\nPID|1\r\n\r\n MSH|^~\\&|2\nPID|2");

        Assert.Equal(["MSH|^~\\&|1\r\nPID|1\r", "MSH|^~\\&|2\nPID|2"], Texts(batch));
        Assert.False(batch.HasHeader);
        Assert.Equal("ab", Encoding.ASCII.GetString(batch.BuildAnswer([Bytes("a"), Bytes("b")], "A1", Now)));
    }

    [Fact]
    public void Several_batches_of_a_file_are_answered_batch_by_batch()
    {
        var batch = Split("FHS|^~\\&\rBHS|^~\\&||||||||||B1\rMSH|^~\\&|1\rBTS|1\rBHS|^~\\&||||||||||B2\rMSH|^~\\&|2\rMSH|^~\\&|3\rBTS|2\rFTS|2\r");

        Assert.Empty(batch.Problems);
        Assert.Equal(
            "FHS BHS 1 BTS|1 BHS 2 BTS|1 FTS|2",
            string.Join(' ', Encoding.ASCII.GetString(batch.BuildAnswer([Bytes("1\r"), Bytes("2\r"), default], "A", Now)).Split('\r', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line is ['F' or 'B', 'H', ..] ? line[..3] : line)));
    }

    [Theory]
    [InlineData("BHS|^~\\&\rMSH|^~\\&|1\rBTS|2\r", "BTS^1^1")]
    [InlineData("FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|1\rBTS|1\rFTS|3\r", "FTS^1^1")]
    [InlineData("BHS|^~\\&\rZZZ|stray\rMSH|^~\\&|1\rBTS|1\r", null)]
    public void A_count_that_does_not_fit_is_a_warning_and_loses_nothing(string text, string? location)
    {
        var batch = Split(text);

        Assert.Single(batch.Messages);
        var problem = Assert.Single(batch.Problems);
        Assert.Equal(Severity.Warning, problem.Severity);
        Assert.Equal(location, problem.Location?.ToString());
    }

    [Theory]
    [InlineData("MSH|^~\\&|1\rPID|1\r", false)]
    [InlineData("hello", false)]
    [InlineData("", false)]
    [InlineData("MSH|^~\\&|1\rMSHX|1\r", false)]
    [InlineData("MSH|^~\\&|1\rMSH|^~\\&|2\r", true)]
    [InlineData("\r BHS|^~\\&\r", true)]
    [InlineData("FHS|^~\\&\r", true)]
    public void A_frame_that_must_be_split_is_told_apart(string text, bool isBatch)
    {
        Assert.Equal(isBatch, Batch.IsBatch(Bytes(text).Span));
    }

    [Fact]
    public void What_holds_no_message_is_left_to_the_parser()
    {
        Assert.Equal(["hello"], Texts(Split("hello")));
        Assert.Empty(Split("FHS|^~\\&\rFTS|0\r").Messages);
        Assert.Empty(Split("FHS|^~\\&\rBHS|^~\\&\rBTS|0\rFTS|1\r").Messages);
    }

    [Fact]
    public void The_number_of_answers_must_fit()
    {
        Assert.Throws<ArgumentException>(() => Split("MSH|^~\\&|1").BuildAnswer([], "A", Now));
    }

    private static Batch Split(string text) => Batch.Split(Bytes(text));

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static IEnumerable<string> Texts(Batch batch) => batch.Messages.Select(message => Encoding.ASCII.GetString(message.Span));
}
