using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Performed;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Messages;
using CloudPacs.Integration.Performed;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Loading;
using CloudPacs.Mapping.Tests;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Worklist;
using CloudPacs.Worklist;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CloudPacs.Integration.Tests.Changes;

/// <summary>Batches of messages on a real database, and what the worklist shows of them.</summary>
public sealed class ChangeBatchTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private const string Order =
        "MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015||ORM^O01|M1|P|2.3.1\rPID|1||P1^^^MERCY^MR||DOUBT^DORA||19800203|F\rPV1|1|O|WARD^1^1||||||||||||||||V1^^^MERCY\r"
        + "ORC|NW|L1^HIS|||SC||^^^20260310093000^^R\rOBR|1|L1^HIS||CT^CT^L||||||||||||||||||||CT|||^^^20260310093000^^R\r";

    private static readonly string Cancellation = Order.Replace("|M1|", "|M2|", StringComparison.Ordinal).Replace("ORC|NW|L1^HIS|||SC", "ORC|CA|L1^HIS|||CA", StringComparison.Ordinal);
    private readonly WorklistIndex _index = new();
    private readonly Revisions _revisions = new();

    [Fact]
    public async Task The_repetition_of_a_message_whose_commit_was_in_doubt_brings_the_worklist_up_to_date_before_its_answer()
    {
        var engine = Create();
        await CommitAsync(engine, Order, isKnown: true);
        var found = Assert.Single(_index.Current.ByStep.Values);
        Assert.Equal(StepState.Scheduled, found.State);

        await CommitAsync(engine, Cancellation, isKnown: false);
        Assert.Equal(StepState.Scheduled, Assert.Single(_index.Current.ByStep.Values).State);
        var answer = await CommitAsync(engine, Cancellation, isKnown: true);

        Assert.Equal("AA", answer);
        Assert.Equal(StepState.Canceled, Assert.Single(_index.Current.ByStep.Values).State);
    }

    [Fact]
    public async Task A_repetition_shows_its_own_rows_again_and_none_of_its_neighbours_in_the_batch()
    {
        var engine = Create();
        var neighbour = Order.Replace("|M1|", "|N1|", StringComparison.Ordinal).Replace("L1^HIS", "L2^HIS", StringComparison.Ordinal)
            .Replace("P1^^^", "P2^^^", StringComparison.Ordinal).Replace("V1^^^", "V2^^^", StringComparison.Ordinal);
        await CommitAsync(engine, Order, isKnown: true);
        await CommitAsync(engine, neighbour, isKnown: true);
        var before = Entries();
        var refused = neighbour.Replace("|N1|", "|N2|", StringComparison.Ordinal).Replace("20260310093000^^R\r", "nonsense^^R\r", StringComparison.Ordinal);

        MessageChange[] batch = [.. Read(engine, Order), .. Read(engine, refused)];
        (await WriteAsync(engine, batch)).Committed();

        var after = Entries();
        Assert.Equal((MessageStatus.Duplicate, MessageStatus.Rejected), (batch[0].Result!.Journal.Status, batch[1].Result!.Journal.Status));
        Assert.NotSame(before["P1"], after["P1"]);
        Assert.Same(before["P2"], after["P2"]);

        Dictionary<string, WorklistEntry> Entries() => _index.Current.ByStep.Values.ToDictionary(static entry => entry.Patient.PatientId);
    }

    [Fact]
    public async Task The_repetition_of_a_merge_shows_all_that_it_moved()
    {
        var engine = Create();
        var survivor = Order.Replace("|M1|", "|N1|", StringComparison.Ordinal).Replace("L1^HIS", "L2^HIS", StringComparison.Ordinal)
            .Replace("P1^^^", "P2^^^", StringComparison.Ordinal).Replace("V1^^^", "V2^^^", StringComparison.Ordinal);
        const string Merge = "MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20260310083020||ADT^A40|M9|P|2.3.1\rEVN|A40|20260310083020\r"
            + "PID|1||P2^^^MERCY^MR||DOUBT^DORA||19800203|F\rMRG|P1^^^MERCY^MR\r";
        await CommitAsync(engine, Order, isKnown: true);
        await CommitAsync(engine, survivor, isKnown: true);
        await CommitAsync(engine, Merge, isKnown: false);
        Assert.Equal(["P1", "P2"], _index.Current.ByStep.Values.Select(static entry => entry.Patient.PatientId).Order());

        Assert.Equal("AA", await CommitAsync(engine, Merge, isKnown: true));

        Assert.All(_index.Current.ByStep.Values, static entry => Assert.Equal("P2", entry.Patient.PatientId));
    }

    [Fact]
    public async Task A_batch_that_is_written_again_as_the_answer_to_its_commit_was_lost_is_answered_as_applied_and_stands_in_the_journal_once()
    {
        var engine = Create();
        var batch = Read(engine, Order);
        (await WriteAsync(engine, batch)).InDoubt();

        (await WriteAsync(engine, batch)).Committed();

        Assert.Equal("AA", AnswerBuilder.CodeOf(batch[0].Result!.Answers));
        Assert.Equal(StepState.Scheduled, Assert.Single(_index.Current.ByStep.Values).State);
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM message_journal WHERE status = 0"));
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM message_journal"));
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM imaging_order"));
    }

    [Fact]
    public async Task So_is_a_replay_which_no_identity_would_keep_from_being_applied_again()
    {
        var engine = Create();
        var batch = Read(engine, Order, replayOf: Ids.Next());
        (await WriteAsync(engine, batch)).InDoubt();
        var version = await ScalarAsync<long>("SELECT sum(version) FROM fhir_resource");

        await WriteAsync(engine, batch);

        Assert.Equal(MessageStatus.Duplicate, batch[0].Result!.Journal.Status);
        Assert.Equal("AA", AnswerBuilder.CodeOf(batch[0].Result!.Answers));
        Assert.Equal(version, await ScalarAsync<long>("SELECT sum(version) FROM fhir_resource"));
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM message_journal"));
    }

    [Fact]
    public async Task What_is_in_doubt_is_read_again_also_when_nothing_comes_after_it()
    {
        var engine = Create();
        await CommitAsync(engine, Order, isKnown: false);
        Assert.Empty(_index.Current.ByStep);

        await engine.Updater.CatchUpAsync(Cancel);

        Assert.Equal(StepState.Scheduled, Assert.Single(_index.Current.ByStep.Values).State);
    }

    [Fact]
    public async Task A_reading_waits_for_the_batches_before_it_and_loses_to_those_after_it()
    {
        var before = _revisions.Begin();
        var reading = _revisions.ReadAsync(Cancel);
        var after = _revisions.Begin();
        Assert.False(reading.IsCompleted);

        _revisions.End(before);

        Assert.InRange(await reading, before + 1, after - 1);
    }

    [Theory]
    [InlineData("patient")]
    [InlineData("visit")]
    [InlineData("requested_procedure")]
    [InlineData("scheduled_procedure_step")]
    public async Task Rows_of_a_former_version_with_attributes_in_JSON_are_read_and_become_wire_form_when_they_are_saved(string table)
    {
        var engine = Create();
        await CommitAsync(engine, Order, isKnown: true);
        var before = Shown();
        var wire = await ScalarAsync<byte[]>($"SELECT attributes FROM {table}");
        await MakeJsonAsync(table);
        _index.Reset([], revision: 0);

        await engine.Loader.RefreshAsync(Cancel);
        Assert.Equal(before, Shown());
        var isRepeated = Order.Replace("|M1|", "|M3|", StringComparison.Ordinal).Replace("ORC|NW|", "ORC|XO|", StringComparison.Ordinal);
        Assert.Equal("AA", await CommitAsync(engine, isRepeated, isKnown: true));
        Assert.Equal(before, Shown());
        Assert.Equal((byte)'{', (await ScalarAsync<byte[]>($"SELECT attributes FROM {table}"))[0]);

        var changed = isRepeated.Replace("|M3|", "|M4|", StringComparison.Ordinal).Replace("DOUBT^DORA", "DOUBT^DOLLY", StringComparison.Ordinal)
            .Replace("|O|WARD", "|I|WARD", StringComparison.Ordinal).Replace("CT^CT^L", "CT^CT2^L", StringComparison.Ordinal);
        Assert.Equal("AA", await CommitAsync(engine, changed, isKnown: true));
        var saved = await ScalarAsync<byte[]>($"SELECT attributes FROM {table}");
        Assert.Equal(wire[..6], saved[..6]);
        Assert.Contains("DOUBT^DOLLY", Shown(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_row_fails_its_message_with_words()
    {
        var engine = Create();
        await CommitAsync(engine, Order, isKnown: true);
        await ScalarAsync<long>("WITH damaged AS (UPDATE patient SET attributes = 'damaged' RETURNING 1) SELECT count(*) FROM damaged");

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => CommitAsync(engine, Order.Replace("|M1|", "|M3|", StringComparison.Ordinal), isKnown: true));

        Assert.StartsWith("Stored attributes cannot be read: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_names_only_its_booking_finds_the_order_of_it_and_its_other_bookings()
    {
        var engine = Create();
        await CommitAsync(engine, Order, isKnown: true);
        await CommitAsync(engine, Booking("B1", "S12", "A1", "20260312100000", "L1^HIS"), isKnown: true);
        await CommitAsync(engine, Booking("B2", "S12", "A2", "20260313110000", "L1^HIS"), isKnown: true);

        await CommitAsync(engine, Booking("B3", "S15", "A2", "20260313110000"), isKnown: true);
        var (state, start) = (Assert.Single(_index.Current.ByStep.Values).State, Shown());
        await CommitAsync(engine, Booking("B4", "S13", "A1", "20260314120000"), isKnown: true);
        var moved = Shown();
        await CommitAsync(engine, Booking("B5", "S15", "A1", "20260314120000"), isKnown: true);

        Assert.Equal(StepState.Scheduled, state);
        Assert.Contains("\"20260312\"", start, StringComparison.Ordinal);
        Assert.Contains("\"20260314\"", moved, StringComparison.Ordinal);
        Assert.Equal(StepState.OnHold, Assert.Single(_index.Current.ByStep.Values).State);
    }

    [Fact]
    public async Task A_booking_of_a_parent_finds_the_children_and_what_they_are_booked_for_besides()
    {
        const string Family = "MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015||ORM^O01|F1|P|2.3.1\rPID|1||P1^^^MERCY^MR||DOUBT^DORA||19800203|F\r"
            + "ORC|PA|L1^HIS\rORC|CH|C1^HIS||||||L1^HIS\rOBR|1|C1^HIS||CT^CT^L||||||||||||||||||||CT\rORC|CH|C2^HIS||||||L1^HIS\rOBR|1|C2^HIS||CT^CT^L||||||||||||||||||||CT\r";
        var engine = Create();
        await CommitAsync(engine, Booking("B0", "S12", "A1", "20260312100000", "L1^HIS"), isKnown: true);
        await CommitAsync(engine, Family, isKnown: true);
        Assert.All(_index.Current.ByStep.Values, static entry => Assert.Equal(12, entry.Start.Day));
        await CommitAsync(engine, Booking("B1", "S12", "A2", "20260313110000", "C2^HIS"), isKnown: true);
        await CommitAsync(engine, Booking("B2", "S15", "A2", "20260313110000"), isKnown: true);
        Assert.All(_index.Current.ByStep.Values, static entry => Assert.Equal(12, entry.Start.Day));

        await CommitAsync(engine, Booking("B3", "S13", "A1", "20260314120000"), isKnown: true);
        Assert.All(_index.Current.ByStep.Values, static entry => Assert.Equal(14, entry.Start.Day));
        await CommitAsync(engine, Booking("B4", "S15", "A1", "20260314120000"), isKnown: true);

        Assert.Equal(2, _index.Current.ByStep.Count);
        Assert.All(_index.Current.ByStep.Values, static entry => Assert.Equal(StepState.OnHold, entry.State));
    }

    [Theory]
    [InlineData("COMPLETED", StepState.Completed, "completed", "completed", "completed")]
    [InlineData("DISCONTINUED", StepState.Discontinued, "failed", "stopped", "revoked")]
    public async Task A_performed_step_moves_the_step_the_order_and_what_is_shown_of_them(string end, StepState state, string task, string procedure, string order)
    {
        var engine = Create();
        await CommitAsync(engine, Order, isKnown: true);
        var entry = Assert.Single(_index.Current.ByStep.Values);

        var begun = await ReportAsync(engine, begins: true, new DataSet().Set(Tags.PatientId, "P1").Set(Tags.PerformedProcedureStepId, "1").Set(Tags.PerformedStationAeTitle, "CT1")
            .Set(Tags.Modality, "CT").Set(Tags.PerformedProcedureStepStartDate, "20260310").Set(Tags.PerformedProcedureStepStartTime, "0935").Set(Tags.PerformedProcedureStepStatus, "IN PROGRESS")
            .SetSequence(Tags.ScheduledStepAttributesSequence, new DataSet().Set(Tags.StudyInstanceUid, entry.StudyInstanceUid)
                .Set(Tags.AccessionNumber, entry.AccessionNumber).Set(Tags.ScheduledProcedureStepId, entry.StepId)));
        Assert.Empty(begun.Problems);
        Assert.Equal(StepState.Started, Assert.Single(_index.Current.ByStep.Values).State);
        Assert.Equal(("in-progress", "in-progress", "active"), (await StatusAsync("Task"), await StatusAsync("Procedure"), await StatusAsync("ServiceRequest")));

        var change = new DataSet().Set(Tags.PerformedProcedureStepStatus, end).Set(Tags.PerformedProcedureStepEndDate, "20260310").Set(Tags.PerformedProcedureStepEndTime, "0955");
        Assert.Empty((await ReportAsync(engine, begins: false, change)).Problems);
        Assert.Empty((await ReportAsync(engine, begins: false, change)).Problems);

        Assert.Equal(state, Assert.Single(_index.Current.ByStep.Values).State);
        Assert.Equal((task, procedure, order), (await StatusAsync("Task"), await StatusAsync("Procedure"), await StatusAsync("ServiceRequest")));
        Assert.Equal(2, await ScalarAsync<int>("SELECT version FROM fhir_resource WHERE type = 'Procedure' ORDER BY version DESC LIMIT 1"));
    }

    private async Task<Outcome> ReportAsync(Parts engine, bool begins, DataSet sent)
    {
        var context = new ChangeContext { Actor = "CT1", ReceivedAt = Pipeline.Now, SiteZone = Pipeline.Zone };
        var report = PerformedReader.Read("1.2.3.4", begins, sent, Pipeline.Zone, mendsVrs: false);
        var change = new CommandChange(new PerformedCommands(context, report), BaseMaps.Set.Default.Identifiers, "test", Store.InstallationNamespace, engine.Visibility, Ids);
        (await WriteAsync(engine, [change])).Committed();
        return change.Outcome!;
    }

    private async Task<string> StatusAsync(string type)
    {
        var id = await ScalarAsync<string>($"SELECT id FROM fhir_resource WHERE type = '{type}' ORDER BY version DESC LIMIT 1");
        var found = await new FhirQueries(Database).ReadAsync(type, id, Cancel);
        return (string)System.Text.Json.Nodes.JsonNode.Parse(found!.Content.Span)!["status"]!;
    }

    private static string Booking(string control, string trigger, string id, string start, string order = "") =>
        $"MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|202603100830{control[1]}0||SIU^{trigger}|{control}|P|2.3.1\rSCH||{id}^SCHED|||||||30|min|^^30^{start}|||||||||||||||{order}\r"
        + $"PID|1||P1^^^MERCY^MR||DOUBT^DORA||19800203|F\rRGS|1\rAIS|1||CT^CT^L|{start}\r";

    /// <summary>What a query with universal keys would return, as text.</summary>
    private string Shown() => Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(Assert.Single(_index.Current.ByStep.Values).Compose()));

    private async Task MakeJsonAsync(string table)
    {
        var json = DicomJson.ToUtf8Bytes(Attributes.Decode(await ScalarAsync<byte[]>($"SELECT attributes FROM {table}")));
        await using var command = Database.CreateCommand($"UPDATE {table} SET attributes = $1");
        command.Parameters.Add(new() { Value = json });
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private Parts Create()
    {
        var settings = new EngineSettings();
        var factory = new EntryFactory(settings.Worklist, CloudPacs.Integration.Tests.Messages.Pipeline.Zone);
        var loader = new WorklistLoader(new WorklistQueries(Database), _index, factory, _revisions, NullLogger<WorklistLoader>.Instance);
        var updater = new WorklistUpdater(_index, factory, loader, _revisions);
        var environment = new MapEnvironment("test", TimeZoneInfo.Utc, "urn:test", Store.InstallationNamespace);
        var reader = new MessageReader(
            new MapCatalog("", environment, BaseMaps.Set), new SenderDirectory(settings), new SiteClock(TimeProvider.System, TimeZoneInfo.Utc), Ids, Store.InstallationNamespace, Store.Numbers.Next);
        return new Parts(reader, new ChangeBatches(Store, updater, [], new DeliverySignal()), new MessageAnswers(Ids), new EntryVisibility(settings), updater, loader, new ListenerProfile("test", settings.Mllp));
    }

    /// <summary>One batch with one message, committed in any case; whether the engine gets to know it is another thing.</summary>
    private async Task<string?> CommitAsync(Parts engine, string text, bool isKnown)
    {
        var batch = Read(engine, text);
        var end = await WriteAsync(engine, batch);
        if (isKnown) end.Committed();
        else end.InDoubt();
        return AnswerBuilder.CodeOf(batch[0].Result!.Answers);
    }

    private static MessageChange[] Read(Parts engine, string text, Guid? replayOf = null)
    {
        var message = engine.Reader.Read(Encoding.UTF8.GetBytes(text), engine.Listener, new MessageOrigin("test", ReplayOf: replayOf));
        return [new MessageChange(message, engine.Answers, engine.Visibility)];
    }

    /// <summary>As the group commit does: each number sequence that an installation uses for the first time asks for one more attempt.</summary>
    private async Task<IBatch> WriteAsync(Parts engine, Change[] batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteOnceAsync(engine, batch);
            }
            catch (NumbersExhaustedException) when (attempt < 10)
            {
                // Loading the batch again brings the numbers.
            }
        }
    }

    private async Task<IBatch> WriteOnceAsync(Parts engine, Change[] batch)
    {
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        var prepared = await engine.Batches.PrepareAsync(batch, transaction, Cancel);
        await prepared.CommitAsync(Cancel);
        return prepared;
    }

    private sealed record Parts(MessageReader Reader, ChangeBatches Batches, MessageAnswers Answers, EntryVisibility Visibility, WorklistUpdater Updater, WorklistLoader Loader, ListenerProfile Listener);
}
