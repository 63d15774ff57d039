using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Settings;
using CloudPacs.Store.Orders;
using Xunit;
using static CloudPacs.Integration.Tests.Messages.NumberedOrder;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Messages that their sender cut for their length (HL7 v2.5.1 2.10.2.2): each part is answered, the last one for the whole.</summary>
public sealed class ContinuationTests(PostgresFixture postgres) : StoreTest(postgres)
{
    // One for a test: a second engine makes no id that the first has made.
    private readonly Pipeline _pipeline = new();

    [Fact]
    public async Task Parts_are_kept_and_applied_when_the_last_one_has_come_over_a_restart_in_between()
    {
        await using (var first = Receivers.Changes(Database, Store))
        {
            Assert.Equal("AA M1 DSC^1^1 0", await SendAsync(first, Part("M1", "", Patient + "ORC|NW|PL1^HIS|FI1^RIS\rDSC|p1|F\r")));
            Assert.Equal(0, await OrdersAsync());
        }

        await using var second = Receivers.Changes(Database, Store);
        Assert.Equal("AA M2 DSC^1^1 0", await SendAsync(second, Part("M2", "p1", Detail[..40] + "\rADD|\rDSC|p2|F\r")));
        Assert.Equal("AA M3  ", await SendAsync(second, Part("M3", "p2", "ADD|" + Detail[40..] + "\r")));

        Assert.Equal(1, await OrdersAsync());
        Assert.Equal(3, await ScalarAsync<long>("SELECT count(*) FROM message_journal WHERE status = 4"));
        Assert.Equal("AA M3  ", await SendAsync(second, Part("M3", "p2", "ADD|" + Detail[40..] + "\r")));
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM message_journal WHERE status = 3"));
    }

    [Fact]
    public async Task Parts_that_are_sent_without_waiting_for_the_answers_are_found()
    {
        await using var changes = Receivers.Changes(Database, Store);
        string[] parts = [Patient + "DSC|p1", "ORC|NW|PL1^HIS|FI1^RIS\rDSC|p2", Detail];

        var answers = await Task.WhenAll(parts.Select((text, i) => SendAsync(changes, Part($"M{i}", i == 0 ? "" : $"p{i}", text))));

        Assert.Equal("AA M2  ", answers[2]);
        Assert.Equal(1, await OrdersAsync());
    }

    [Fact]
    public async Task A_fault_of_the_whole_is_told_in_the_answer_to_the_last_part()
    {
        await using var changes = Receivers.Changes(Database, Store);

        await SendAsync(changes, Part("M1", "", Patient + "ORC|QQ|PL1^HIS|FI1^RIS\rDSC|p1\r"));

        Assert.Equal("AE M2 ORC^1^1 103", await SendAsync(changes, Part("M2", "p1", Detail)));
    }

    [Fact]
    public async Task A_pointer_under_which_nothing_goes_on_is_a_warning_on_a_whole_message_and_a_fault_on_a_strict_listener()
    {
        await using var changes = Receivers.Changes(Database, Store);
        await SendAsync(changes, Part("M1", "", Patient + "DSC|p1\r").Replace("|HIS|", "|OTHER|", StringComparison.Ordinal));

        Assert.Equal("AE M2 MSH^1^14 204", await SendAsync(changes, Part("M2", "p1", Patient + Order), new MllpListenerSettings { Strict = true }));
        Assert.Equal(0, await OrdersAsync());
        Assert.Equal("AA M3 MSH^1^14 204", await SendAsync(changes, Part("M3", "p1", Patient + Order)));
        Assert.Equal(1, await OrdersAsync());
    }

    [Fact]
    public async Task Pointers_in_a_ring_come_to_an_end()
    {
        await using var changes = Receivers.Changes(Database, Store);
        await SendAsync(changes, Part("M1", "p1", Patient + "DSC|p1\r"));

        Assert.StartsWith("AA M2 MSH^1^14", await SendAsync(changes, Part("M2", "p1", Patient + Order)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_parts_of_a_numbered_link_count_each()
    {
        await using var changes = Receivers.Changes(Database, Store);
        var settings = new MllpListenerSettings { SequenceNumbers = true };

        await SendAsync(changes, Part("M1", "", Patient + "DSC|p1\r", number: "7"), settings);
        Assert.Equal("AA M2  ", await SendAsync(changes, Part("M2", "p1", Order, number: "8"), settings));
        Assert.Equal("AA M2  ", await SendAsync(changes, Part("M2", "p1", Order, number: "8"), settings));

        Assert.Equal(9, await ScalarAsync<long>("SELECT expected FROM message_sequence WHERE application = 'HIS'"));
        Assert.Equal(1, await OrdersAsync());
    }

    [Fact]
    public void A_segment_that_goes_on_in_ADD_is_read_as_one()
    {
        var result = _pipeline.Send(Text("M1", "").Replace("CT Chest", "CT \rADD|Chest", StringComparison.Ordinal));

        Assert.Equal("AA", Pipeline.Answer(result, "MSA-1"));
        Assert.Contains("CT Chest", Encoding.UTF8.GetString(Assert.Single(_pipeline.Workspace.Changed.OfType<ProcedureRow>()).Attributes.Bytes.Span), StringComparison.Ordinal);
        Assert.Contains("\rADD|Chest", Encoding.UTF8.GetString(result.Journal.Raw.Span), StringComparison.Ordinal);
    }

    private static readonly string Patient = Text("", "").Split('\r')[1] + "\r";
    private static readonly string Detail = Text("", "").Split('\r')[3];
    private static readonly string Order = "ORC|NW|PL1^HIS|FI1^RIS\r" + Detail + "\r";

    private static string Part(string controlId, string pointer, string segments, string number = "") =>
        $"MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015||ORM^O01|{controlId}|P|2.5.1|{number}|{pointer}\r{segments}";

    private Task<long> OrdersAsync() => ScalarAsync<long>("SELECT count(*) FROM imaging_order");

    /// <summary>Code and control id of the answer, and the place and code of its first problem.</summary>
    private async Task<string> SendAsync(ChangePipeline changes, string message, MllpListenerSettings? settings = null)
    {
        var answers = await Receivers.AcceptAsync(changes, settings ?? new MllpListenerSettings(), _pipeline.Reader, Database, Ids, message, Cancel);
        Assert.True(Message.TryParse(Assert.Single(answers), ParseOptions.Default, out var answer, out _));
        var location = string.Join('^', Enumerable.Range(1, 3).Select(n => answer.Segment("ERR").Field(2).Component(n).ToString())).TrimEnd('^');
        return $"{answer.Segment("MSA").Field(1)} {answer.Segment("MSA").Field(2)} {location} {answer.Segment("ERR").Field(3)}";
    }
}
