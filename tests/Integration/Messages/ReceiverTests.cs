using System.Net;
using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Messages;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Tests;
using CloudPacs.Mllp;
using CloudPacs.Settings;
using CloudPacs.Worklist;
using Xunit;
using static CloudPacs.Integration.Tests.Messages.NumberedOrder;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>From the frame to the database and back, without a socket.</summary>
public sealed class ReceiverTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private static readonly IPEndPoint Loopback = new(IPAddress.Loopback, 1);

    // One for a test: a second engine makes no id that the first has made.
    private readonly Pipeline _pipeline = new();

    [Fact]
    public async Task Sequence_numbers_outlive_the_engine_and_are_shared_by_its_nodes()
    {
        var settings = new MllpListenerSettings { SequenceNumbers = true };
        await using (var first = Changes())
        {
            Assert.Equal("AA 7", await SendAsync(first, settings, Text("M1", "7")));
        }

        await using var second = Changes();

        Assert.Equal("AA 8", await SendAsync(second, settings, Text("M2", "0", "2")));
        Assert.Equal("AA 7", await SendAsync(second, settings, Text("M1", "7")));
        Assert.Equal("AE 8", await SendAsync(second, settings, Text("M3", "9", "2")));
        Assert.Equal("AA 8", await SendAsync(second, settings, Text("M3", "8", "2")));
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM imaging_order"));
        Assert.Equal(9, await ScalarAsync<long>("SELECT expected FROM message_sequence WHERE application = 'HIS'"));
    }

    [Fact]
    public async Task Numbered_messages_of_many_patients_at_once_are_looked_at_in_their_order()
    {
        await using var changes = Changes();
        var settings = new MllpListenerSettings { SequenceNumbers = true };

        var answers = await Task.WhenAll(Enumerable.Range(1, 60).Select(n =>
            Receivers.AcceptAsync(changes, settings, _pipeline.Reader, Database, Ids, Text($"M{n}", $"{n}", $"{n}"), Cancel)));

        Assert.All(answers, static answer => Assert.Equal("AA", Parse(answer[0]).Get(FieldPath.Parse("MSA-1")).ToString()));
    }

    [Fact]
    public async Task A_wrong_count_of_a_batch_is_a_warning_on_every_answer()
    {
        await using var changes = Changes();

        var answer = await SendBatchAsync(changes, new MllpListenerSettings(), "3");

        Assert.Equal(["AA", "AA"], answer.Messages.Select(static part => Parse(part).Get(FieldPath.Parse("MSA-1")).ToString()));
        Assert.All(answer.Messages, static part => Assert.Equal(("BTS", "W"), (Parse(part).Get(FieldPath.Parse("ERR-2")).ToString(), Parse(part).Get(FieldPath.Parse("ERR-4")).ToString())));
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM imaging_order"));
    }

    [Fact]
    public async Task On_a_strict_listener_a_wrong_count_refuses_the_messages_and_keeps_them_in_the_journal()
    {
        await using var changes = Changes();

        var answer = await SendBatchAsync(changes, new MllpListenerSettings { Strict = true }, "3");

        Assert.Equal(["AE", "AE"], answer.Messages.Select(static part => Parse(part).Get(FieldPath.Parse("MSA-1")).ToString()));
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM imaging_order"));
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM message_journal WHERE status = 1 AND length(raw) > 100"));
    }

    [Fact]
    public async Task A_right_count_is_no_matter()
    {
        await using var changes = Changes();

        var answer = await SendBatchAsync(changes, new MllpListenerSettings { Strict = true }, "2");

        Assert.Equal(["AA", "AA"], answer.Messages.Select(static part => Parse(part).Get(FieldPath.Parse("MSA-1")).ToString()));
        Assert.All(answer.Messages, static part => Assert.False(Parse(part).Segment("ERR").Exists));
    }

    [Fact]
    public async Task A_long_batch_is_answered_in_its_order_and_each_patient_keeps_its_own()
    {
        await using var changes = Changes();
        // Each order is placed and then held: the other way round the hold would be refused.
        var messages = Enumerable.Range(0, 200).Select(n => Text($"M{n}", "", $"{n % 100}").Replace("ORC|NW", n < 100 ? "ORC|NW" : "ORC|HD", StringComparison.Ordinal));

        var answers = await Receiver(changes, new MllpListenerSettings()).ReceiveAsync(Connection, Encoding.UTF8.GetBytes(string.Concat(messages)), Cancel);

        Assert.Equal(Enumerable.Range(0, 200).Select(static n => $"AA M{n}"), answers.Select(static answer => $"{Parse(answer).Get(FieldPath.Parse("MSA-1"))} {Parse(answer).Get(FieldPath.Parse("MSA-2"))}"));
        Assert.Equal(100, await ScalarAsync<long>("SELECT count(*) FROM imaging_order"));
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(DISTINCT state) FROM scheduled_procedure_step"));
    }

    [Theory]
    [InlineData(MllpFaultKind.TruncatedFrame, false)]
    [InlineData(MllpFaultKind.HalfFrameTimeout, false)]
    [InlineData(MllpFaultKind.NoStartBlock, false)]
    [InlineData(MllpFaultKind.Oversize, true)]
    public async Task Of_broken_frames_only_one_that_is_too_large_is_answered(MllpFaultKind kind, bool isAnswered)
    {
        await using var changes = Changes();

        var answer = await Receiver(changes, new MllpListenerSettings()).FaultAsync(Connection, new MllpFault(kind, Encoding.UTF8.GetBytes(Text("M1", "")), 100, 50), Cancel);

        Assert.Equal(isAnswered, answer is not null);
        Assert.Equal(isAnswered ? "AR M1" : null, answer is { } bytes ? $"{Parse(bytes).Get(FieldPath.Parse("MSA-1"))} {Parse(bytes).Get(FieldPath.Parse("MSA-2"))}" : null);
    }

    [Fact]
    public async Task A_frame_that_does_not_end_with_FS_CR_is_applied_and_its_sender_told()
    {
        await using var changes = Changes();

        var answers = await ((IMllpReceiver)Receiver(changes, new MllpListenerSettings { Strict = true })).ReceiveAsync(Connection, new MllpFrame(Encoding.UTF8.GetBytes(Text("M1", "")), HasEndBlock: false), Cancel);

        var told = Parse(Assert.Single(answers));
        Assert.Equal(("AA", "199", "W"), (told.Get(FieldPath.Parse("MSA-1")).ToString(), told.Get(FieldPath.Parse("ERR-3.1")).ToString(), told.Get(FieldPath.Parse("ERR-4")).ToString()));
        Assert.StartsWith("The frame did not end with FS CR", told.Get(FieldPath.Parse("ERR-8")).ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM message_journal WHERE problems::text LIKE '%FS CR%'"));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task A_message_without_a_start_block_is_kept_in_the_journal_and_noise_is_not(bool isMessage, long kept)
    {
        await using var changes = Changes();
        var bytes = Encoding.UTF8.GetBytes(isMessage ? Text("M1", "") : "GET / HTTP/1.1\r\n");

        await Receiver(changes, new MllpListenerSettings()).FaultAsync(Connection, new MllpFault(MllpFaultKind.NoStartBlock, bytes, bytes.Length, 0), Cancel);

        Assert.Equal(kept, await ScalarAsync<long>("SELECT count(*) FROM message_journal WHERE status = 1 AND problems::text LIKE '%start block%'"));
    }

    [Theory]
    [InlineData(MllpFaultKind.ClosedInFrame)]
    [InlineData(MllpFaultKind.ResetInFrame)]
    [InlineData(MllpFaultKind.HalfFrameTimeout)]
    [InlineData(MllpFaultKind.TruncatedFrame)]
    public async Task A_broken_frame_without_content_leaves_nothing_in_the_journal(MllpFaultKind kind)
    {
        await using var changes = Changes();
        var receiver = Receiver(changes, new MllpListenerSettings());

        foreach (var content in (byte[][])[[], "\r\n \0"u8.ToArray()])
            Assert.Null(await receiver.FaultAsync(Connection, new MllpFault(kind, content, content.Length, 0), Cancel));
        await receiver.FaultAsync(Connection, new MllpFault(kind, "MSH|half"u8.ToArray(), 8, 0), Cancel);

        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM message_journal"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\r")]
    public async Task A_frame_without_content_is_refused_and_leaves_nothing_in_the_journal(string content)
    {
        await using var changes = Changes();

        var answers = await Receiver(changes, new MllpListenerSettings()).ReceiveAsync(Connection, Encoding.UTF8.GetBytes(content), Cancel);

        Assert.Equal("AR", Parse(Assert.Single(answers)).Get(FieldPath.Parse("MSA-1")).ToString());
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM message_journal"));
    }

    private static MllpConnection Connection => new(1, "main", Loopback, Loopback, Pipeline.Now, null);

    [Theory]
    [InlineData(true, "AR 207", 0)]
    [InlineData(false, "AR 207", 1)]
    public async Task A_message_whose_mapping_fails_is_answered_and_kept_unless_it_may_come_again(bool isDatabaseAway, string answer, long kept)
    {
        await using var changes = Changes();
        var (maps, _) = MapFiles.Load(("senders/default.yaml", "sender: default\nextends: base/step@1\nrules:\n  acc: { from: sequence(accession) }\n"));
        Exception fault = isDatabaseAway ? new TimeoutException() : new InvalidOperationException("A defect.");
        var reader = new MessageReader(
            new MapCatalog("", MapFiles.Environment, maps!), new SenderDirectory(new EngineSettings()), new SiteClock(TimeProvider.System, TimeZoneInfo.Utc), Ids, Guid.Empty, _ => throw fault);
        var message = Text("M1", "").Replace("|HIS|MERCY|", "|OTHER|X|", StringComparison.Ordinal);

        var answers = await Receivers.AcceptAsync(changes, new MllpListenerSettings(), reader, Database, Ids, message, Cancel);

        var told = Parse(Assert.Single(answers));
        Assert.Equal(answer, $"{told.Get(FieldPath.Parse("MSA-1"))} {told.Get(FieldPath.Parse("ERR-3.1"))}");
        Assert.Equal("M1", told.Get(FieldPath.Parse("MSA-2")).ToString());
        Assert.Equal(kept, await ScalarAsync<long>("SELECT count(*) FROM message_journal WHERE status = 2"));
    }

    private async Task<Batch> SendBatchAsync(ChangePipeline changes, MllpListenerSettings settings, string count)
    {
        var batch = "BHS|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20260310||||B1\r" + Text("M1", "", "1") + Text("M2", "", "2") + $"BTS|{count}\r";
        var answers = await Receiver(changes, settings).ReceiveAsync(Connection, Encoding.UTF8.GetBytes(batch), Cancel);
        return Batch.Split(Assert.Single(answers));
    }

    private async Task<string> SendAsync(ChangePipeline changes, MllpListenerSettings settings, string message)
    {
        var answers = await Receivers.AcceptAsync(changes, settings, _pipeline.Reader, Database, Ids, message, Cancel);
        var answer = Parse(Assert.Single(answers));
        return $"{answer.Get(FieldPath.Parse("MSA-1"))} {answer.Get(FieldPath.Parse("MSA-4"))}";
    }

    private static Message Parse(ReadOnlyMemory<byte> bytes)
    {
        Assert.True(Message.TryParse(bytes, ParseOptions.Default, out var message, out _));
        return message;
    }

    private MllpReceiver Receiver(ChangePipeline changes, MllpListenerSettings settings) => Receivers.Receiver(changes, settings, _pipeline.Reader, Database, Ids);

    private ChangePipeline Changes() => Receivers.Changes(Database, Store);
}
