using System.Text;
using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class AcknowledgmentTests
{
    private static readonly AcknowledgmentOptions Options = new("A1", new DateTimeOffset(2026, 3, 10, 9, 30, 0, new TimeSpan(5, 30, 0)));

    private static readonly Problem[] Problems =
    [
        new(101, Severity.Error, new("OBR", 2, 4, null, 1), "Send the procedure | code.", "ORD-004"),
        new(103, Severity.Warning, new("PID", 1), "Unknown sex."),
    ];

    [Fact]
    public void An_accepted_order_of_original_mode_gets_a_plain_answer()
    {
        var request = Parse("MSH|^~\\&|HIS^1.2^ISO|HOSP|PACS|RAD|20260310||ORM^O01|M 1|P^A|2.3\r");

        Assert.Equal("MSH|^~\\&|PACS|RAD|HIS^1.2^ISO|HOSP|20260310093000+0530||ACK|A1|P^A|2.3\rMSA|AA|M 1\r", Build(request, AcknowledgmentCode.AA));
    }

    [Theory]
    [InlineData("2.1", "ACK")]
    [InlineData("2.2", "ACK")]
    [InlineData("2.3", "ACK")]
    [InlineData("2.3.1", "ACK^O01")]
    [InlineData("2.4", "ACK^O01^ACK")]
    [InlineData("2.5.1^USA", "ACK^O01^ACK")]
    [InlineData("2.9", "ACK^O01^ACK")]
    [InlineData("9.9", "ACK^O01^ACK")]
    public void The_message_type_follows_the_version(string version, string expected)
    {
        var answer = Parse(Build(Parse($"MSH|^~\\&|||||||ORM^O01|1|P|{version}\r"), AcknowledgmentCode.AA));

        Assert.Equal(expected, Encoding.ASCII.GetString(answer.Get(FieldPath.Parse("MSH-9")).Raw));
        Assert.Equal(version, Encoding.ASCII.GetString(answer.Get(FieldPath.Parse("MSH-12")).Raw));
    }

    [Fact]
    public void From_2_5_each_problem_is_a_segment()
    {
        var answer = Build(Parse("MSH|^~\\&|A||||||ORM^O01^ORM_O01|1|P|2.5\r"), AcknowledgmentCode.AE, Problems);

        Assert.EndsWith(
            "MSA|AE|1|Send the procedure \\F\\ code.\r" +
            "ERR||OBR^2^4^^1|101^Required field missing^HL70357|E|ORD-004|||Send the procedure \\F\\ code.\r" +
            "ERR||PID^1|103^Table value not found^HL70357|W||||Unknown sex.\r",
            answer,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.1")]
    [InlineData("2.4")]
    public void Before_2_5_problems_are_repetitions_of_one_field(string version)
    {
        var answer = Build(Parse($"MSH|^~\\&|A||||||ORM^O01|1|P|{version}\r"), AcknowledgmentCode.AE, Problems);

        Assert.EndsWith("\rERR|OBR^2^4^101&Required field missing&HL70357~PID^1^^103&Table value not found&HL70357\r", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_is_told_with_the_acceptance_in_every_version_but_not_with_a_receipt()
    {
        var old = Build(Parse("MSH|^~\\&|A||||||ORM^O01|1|P|2.3\r"), AcknowledgmentCode.AA, [Problems[1]]);
        var recent = Build(Parse("MSH|^~\\&|A||||||ORM^O01|1|P|2.5\r"), AcknowledgmentCode.AA, [Problems[1]]);

        var receipt = Build(Parse("MSH|^~\\&|A||||||ORM^O01|1|P|2.3\r"), AcknowledgmentCode.CA, [Problems[1]]);

        Assert.Contains("\rERR|PID^1^^103&", old, StringComparison.Ordinal);
        Assert.DoesNotContain("ERR", receipt, StringComparison.Ordinal);
        Assert.Contains("|W|", recent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_answer_uses_the_separators_of_the_request()
    {
        var answer = Build(Parse("MSH$*?!@$A$B$$$$$ORM*O01$1$P$2.4\r"), AcknowledgmentCode.AE, Problems);

        Assert.StartsWith("MSH$*?!@$$$A$B$20260310093000+0530$$ACK*O01*ACK$A1$P$2.4\rMSA$AE$1$Send the procedure | code.\rERR$OBR*2*4*101@Required", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a^b&c~\\d\\ ")]
    [InlineData("1234567890123456789012345678901234567890")]
    public void The_control_id_comes_back_byte_by_byte(string id)
    {
        var answer = Parse(Build(Parse($"MSH|^~\\&|||||||ORM^O01|{id}|P|2.3\r"), AcknowledgmentCode.AA));

        Assert.Equal(id, Encoding.Latin1.GetString(answer.Get(FieldPath.Parse("MSA-2")).Raw));
    }

    [Theory]
    [InlineData("8859/2", "\u0141", "\u0141?")]
    [InlineData("UNICODE UTF-8", "\u0141", "\u0141\u0936")]
    [InlineData("BIG-5", "\u8A31", "\u8A31?")]
    public void The_answer_is_written_in_the_set_of_the_sender(string set, string name, string text)
    {
        var writer = new MessageWriter(Delimiters.Default, set);
        writer.Set(FieldPath.Parse("MSH-3"), name);
        writer.Set(FieldPath.Parse("MSH-12"), "2.5");

        var answer = Parse(Acknowledgment.Build(Parse(writer.ToArray()), AcknowledgmentCode.AE, [], Options with { Text = name + "\u0936" }));

        Assert.Equal(set, answer.Get(FieldPath.Parse("MSH-18")).Text);
        Assert.Equal(name, answer.Get(FieldPath.Parse("MSH-5")).Text);
        Assert.Equal(text, answer.Get(FieldPath.Parse("MSA-3")).Text);
    }

    [Fact]
    public void The_answer_to_shifted_text_repeats_it_byte_by_byte()
    {
        var request = Parse("MSH|^~\\&|\u001B$B;3\u001B(B||||||ORM^O01|\u001B$B!^\u001B(B|P|2.5||||||~ISO IR87||ISO 2022-1994\r");

        var answer = Build(request, AcknowledgmentCode.AA);

        Assert.Contains("|\u001B$B;3\u001B(B|", answer, StringComparison.Ordinal);
        Assert.Contains("~ISO IR87||ISO 2022-1994\rMSA|AA|\u001B$B!^\u001B(B", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_message_is_rejected_with_199()
    {
        Assert.False(Message.TryParse("garbage"u8.ToArray(), ParseOptions.Default, out var request, out var problem));

        var answer = Build(request, AcknowledgmentCode.AR, [problem]);

        Assert.StartsWith("MSH|^~\\&|||||20260310093000+0530||ACK|A1|P|2.5\rMSA|AR||", answer, StringComparison.Ordinal);
        Assert.Contains("\rERR|||199^Other HL7 Error^HL70357|E||||", answer, StringComparison.Ordinal);
        Assert.Contains("199", Build(null, AcknowledgmentCode.AR), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AcknowledgmentCode.CA, "", "", "NE", "NE")]
    [InlineData(AcknowledgmentCode.AA, "AL", "AL", "NE", "NE")]
    [InlineData(AcknowledgmentCode.AA, "", "", null, null)]
    public void Acknowledgements_of_enhanced_mode_ask_for_nothing(AcknowledgmentCode code, string accept, string application, string? answerAccept, string? answerApplication)
    {
        var answer = Parse(Build(Parse($"MSH|^~\\&|||||||ORM^O01|1|P|2.5|||{accept}|{application}\r"), code));

        Assert.Equal(answerAccept, answer.Get(FieldPath.Parse("MSH-15")).Text);
        Assert.Equal(answerApplication, answer.Get(FieldPath.Parse("MSH-16")).Text);
    }

    [Fact]
    public void The_expected_sequence_number_and_an_accept_request_are_written()
    {
        var request = Parse("MSH|^~\\&|||||||ORM^O01|1|P|2.5|0||AL|AL\r");

        var answer = Parse(Acknowledgment.Build(request, AcknowledgmentCode.AA, [], Options with { ExpectedSequenceNumber = -1, AcceptAcknowledgment = "AL" }));

        Assert.Equal("-1", answer.Get(FieldPath.Parse("MSA-4")).Text);
        Assert.Equal("AL", answer.AcceptAcknowledgment);
    }

    [Fact]
    public void Only_a_message_with_MSA_is_an_acknowledgement()
    {
        Assert.True(Acknowledgment.IsAcknowledgment(Parse("MSH|^~\\&|||||||ORR^O02\rMSA|AA|1\r")));
        Assert.False(Acknowledgment.IsAcknowledgment(Parse(Order)));
    }

    private static string Build(Message? request, AcknowledgmentCode code, IReadOnlyList<Problem>? problems = null) =>
        Encoding.Latin1.GetString(Acknowledgment.Build(request, code, problems ?? [], Options));
}
