using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Studies;
using CloudPacs.Store.Commitments;
using CloudPacs.Studies.Commitment;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Commitment;

/// <summary>Modalities ask for storage commitment (PS3.4 annex J): dcmjs-dimse, and the client of this repository for what that cannot do.</summary>
public sealed class CommitmentTests(CommitmentEngine engines)
{
    private const string Sc = Uids.SecondaryCaptureImageStorage;
    private static readonly TimeSpan Released = TimeSpan.Zero, Kept = TimeSpan.FromSeconds(4);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_report_comes_on_the_association_that_is_kept_open_and_on_no_other()
    {
        var (engine, listener) = (await engines.GetAsync(), await engines.ListenerAsync());
        var (instance, transaction) = (await StoreAsync(engine), StudyFiles.Uid());

        var answers = await DcmjsListener.AskAsync(engine, CommitmentEngine.Modality, transaction, Kept, (Sc, instance));

        Assert.Equal(["N-ACTION 0", "N-EVENT-REPORT 1"], answers.Select(static line => $"{line["operation"]} {line["status"] ?? line["event"]}"));
        AssertCommitted(instance, answers[1]);
        Assert.Equal("CLOUDPACS", (string?)answers[1]["attributes"]!["RetrieveAETitle"]);
        Assert.Equal("sent", Assert.Single(await SentInstances.DeliveriesAsync(engine, transaction))["state"]!.ToString());
        Assert.DoesNotContain(listener.Requests, line => (string?)line["attributes"]!["TransactionUID"] == transaction);
    }

    [Fact]
    public async Task Who_releases_gets_the_report_at_its_address_with_the_reason_of_each_failure()
    {
        var (engine, listener) = (await engines.GetAsync(), await engines.ListenerAsync());
        var (instance, other, missing, transaction) = (await StoreAsync(engine), await StoreAsync(engine), StudyFiles.Uid(), StudyFiles.Uid());

        await DcmjsListener.AskAsync(
            engine, CommitmentEngine.Modality, transaction, Released, (Sc, instance), (Uids.CtImageStorage, other), (Sc, missing), ("1.2.3.4", "1.2.3.5"));
        var report = Assert.Single(await listener.ReportsAsync(transaction));

        Assert.Equal(("N-EVENT-REPORT", 2, "CLOUDPACS"), ((string?)report["operation"], (int)report["event"]!, (string?)report["calling"]));
        var (committed, failed) = Read(report);
        Assert.Equal([instance], committed);
        Assert.Equal([(other, 0x0119), (missing, 0x0112), ("1.2.3.5", 0x0122)], failed);
    }

    [Fact]
    public async Task A_device_that_takes_no_report_on_its_own_association_is_spared_it()
    {
        var (engine, listener) = (await engines.GetAsync(), await engines.ListenerAsync());
        var (instance, transaction) = (await StoreAsync(engine), StudyFiles.Uid());

        var answers = await DcmjsListener.AskAsync(engine, CommitmentEngine.Separate, transaction, TimeSpan.FromSeconds(2), (Sc, instance));

        Assert.Equal("N-ACTION", (string?)Assert.Single(answers)["operation"]);
        Assert.Equal(1, (int)Assert.Single(await listener.ReportsAsync(transaction))["event"]!);
    }

    [Fact]
    public async Task A_request_that_comes_again_is_reported_once_and_its_uid_serves_no_other()
    {
        var (engine, listener) = (await engines.GetAsync(), await engines.ListenerAsync());
        var (instance, transaction, next) = (await StoreAsync(engine), StudyFiles.Uid(), StudyFiles.Uid());

        for (var time = 0; time < 3; time++)
        {
            var answers = await DcmjsListener.AskAsync(engine, CommitmentEngine.Modality, transaction, Released, (Sc, instance));
            Assert.Equal(0, (int)answers[0]["status"]!);
        }

        var taken = await DcmjsListener.AskAsync(engine, CommitmentEngine.Modality, transaction, Released, (Sc, instance), (Sc, "1.2.3"));
        Assert.Equal(0x0110, (int)taken[0]["status"]!);
        await DcmjsListener.AskAsync(engine, CommitmentEngine.Modality, next, Released, (Sc, instance));
        await listener.ReportsAsync(next);
        Assert.Single(await listener.ReportsAsync(transaction));
        Assert.Single(await SentInstances.DeliveriesAsync(engine, transaction));
    }

    [Fact]
    public async Task An_instance_that_comes_after_the_request_is_waited_for()
    {
        var (engine, listener) = (await engines.GetAsync(), await engines.ListenerAsync());
        var (study, instance, transaction) = (StudyFiles.Uid(), StudyFiles.Uid(), StudyFiles.Uid());

        await DcmjsListener.AskAsync(engine, CommitmentEngine.Modality, transaction, Released, (Sc, instance));
        await StudyFiles.StoreAsync(engine, StudyFiles.Create(study, StudyFiles.Uid(), instance: instance));

        AssertCommitted(instance, Assert.Single(await listener.ReportsAsync(transaction)));
    }

    [Fact]
    public async Task A_requester_that_is_away_gets_its_report_once_when_it_comes_back_also_after_a_kill()
    {
        await using var engine = await EngineProcess.StartNewAsync(
            ($"DICOM__DESTINATIONS__{CommitmentEngine.Late}__HOST", "127.0.0.1"), ($"DICOM__DESTINATIONS__{CommitmentEngine.Late}__PORT", $"{engines.LatePort}"),
            ($"DICOM__DESTINATIONS__{CommitmentEngine.Late}__LONGESTPAUSE", "00:00:01"));
        var (instance, transaction) = (await StoreAsync(engine), StudyFiles.Uid());

        await DcmjsListener.AskAsync(engine, CommitmentEngine.Late, transaction, Released, (Sc, instance));
        await engine.KillAsync();
        await engine.StartAsync();
        // The engine has tried, and tells where it stands.
        JsonNode? row;
        for (var left = 1500; (row = (await SentInstances.DeliveriesAsync(engine, transaction)).SingleOrDefault())?["lastError"] is null && left > 0; left--) await Task.Delay(20, Token);
        Assert.Equal("waiting", row!["state"]!.ToString());
        Assert.Contains("connect", row["lastError"]!.ToString(), StringComparison.OrdinalIgnoreCase);

        await using var listener = await DcmjsListener.StartAsync(engines.LatePort);
        AssertCommitted(instance, Assert.Single(await listener.ReportsAsync(transaction)));
        // A kill between its answer and the note of it would bring it once more, as nobody could know.
        for (var left = 1500; left > 0 && (await SentInstances.DeliveriesAsync(engine, transaction))[0]["state"]!.ToString() != "sent"; left--) await Task.Delay(20, Token);
        await engine.KillAsync();
        await engine.StartAsync();
        await DcmjsListener.AskAsync(engine, CommitmentEngine.Late, transaction, Released, (Sc, instance));
        var next = StudyFiles.Uid();
        await DcmjsListener.AskAsync(engine, CommitmentEngine.Late, next, Released, (Sc, instance));
        await listener.ReportsAsync(next);
        Assert.Single(await listener.ReportsAsync(transaction));
    }

    [Fact]
    public async Task Instances_of_another_facility_are_not_known()
    {
        var engine = await engines.GetAsync();
        var instance = StudyFiles.Uid();
        var file = StudyFiles.Create(StudyFiles.Uid(), StudyFiles.Uid(), instance: instance);
        await SentInstances.StoreAsync(engine, CommitmentEngine.North, file);

        Assert.Equal((ushort?)1, (await AskAsync(engine, CommitmentEngine.North, [new(Sc, instance)])).TypeId);
        var south = await AskAsync(engine, CommitmentEngine.South, [new(Sc, instance)]);

        Assert.Equal((ushort?)2, south.TypeId);
        Assert.Equal(0x0112, Assert.Single(south.DataSet.GetItems(Tags.FailedSopSequence)).GetInt32(Tags.FailureReason));
    }

    [Fact]
    public async Task Ten_thousand_instances_are_told_in_one_report()
    {
        var engine = await engines.GetAsync();
        var instance = await StoreAsync(engine);
        List<InstanceReference> asked = [new(Sc, instance), .. Enumerable.Range(1, 9_999).Select(i => new InstanceReference(Sc, $"{instance}.{i}"))];

        var report = await AskAsync(engine, "UNKNOWN1", asked);

        Assert.Equal(instance, Assert.Single(report.DataSet.GetItems(Tags.ReferencedSopSequence)).GetString(Tags.ReferencedSopInstanceUid));
        Assert.Equal(asked.Skip(1).Select(static one => one.SopInstanceUid), report.DataSet.GetItems(Tags.FailedSopSequence).Select(static item => item.GetString(Tags.ReferencedSopInstanceUid)!));
    }

    /// <summary>Asks and keeps the association until the report is there; whoever has no address gets it as a delivery, which is read then.</summary>
    private static async Task<(ushort? TypeId, DataSet DataSet)> AskAsync(TestedEngine engine, string calling, IReadOnlyList<InstanceReference> instances)
    {
        var transaction = StudyFiles.Uid();
        await using var client = await DicomClient.ConnectAsync(new DicomClientOptions
        {
            Host = "127.0.0.1", Port = engine.DicomPort, CallingAe = calling, CalledAe = "CLOUDPACS", Contexts = [ProposedContext.LittleEndian(Uids.StorageCommitmentPushModel)],
        }, TimeProvider.System, Token);
        var action = new DataSet().Set(Tags.TransactionUid, transaction).SetSequence(Tags.ReferencedSopSequence, [.. instances.Select(References.Item)]);
        var answer = await client.ActAsync(Uids.StorageCommitmentPushModel, Uids.StorageCommitmentPushModelInstance, 1, action, Token);
        Assert.Equal(DimseStatus.Success, answer.Status);
        await client.ReleaseAsync(Token);
        for (var left = 1500; left > 0; left--, await Task.Delay(20, Token))
        {
            if (await SentInstances.DeliveriesAsync(engine, transaction) is not [var row]) continue;
            var whole = JsonNode.Parse(await engine.GetAsync($"/api/deliveries/{row["id"]}"))!;
            Assert.True(DicomJson.TryRead(System.Text.Encoding.UTF8.GetBytes(whole["payload"]!.ToJsonString()), null, out var read, out var error), error);
            return ((ushort)(row["event"]!.ToString() == "committed" ? 1 : 2), read[0]);
        }

        throw new InvalidOperationException("There is no report.");
    }

    private static async Task<string> StoreAsync(TestedEngine engine)
    {
        var instance = StudyFiles.Uid();
        await StudyFiles.StoreAsync(engine, StudyFiles.Create(StudyFiles.Uid(), StudyFiles.Uid(), instance: instance));
        return instance;
    }

    private static void AssertCommitted(string instance, JsonNode report)
    {
        var (committed, failed) = Read(report);
        Assert.Equal([instance], committed);
        Assert.Empty(failed);
    }

    private static (string[] Committed, (string, int)[] Failed) Read(JsonNode report)
    {
        var attributes = report["attributes"]!;
        return (
            [.. Items("ReferencedSOPSequence").Select(static item => (string)item["ReferencedSOPInstanceUID"]!)],
            [.. Items("FailedSOPSequence").Select(static item => ((string)item["ReferencedSOPInstanceUID"]!, (int)item["FailureReason"]!))]);

        // A sequence of one is written as its item.
        IEnumerable<JsonNode> Items(string name) => attributes[name] switch
        {
            JsonArray many => many.Select(static one => one!),
            { } one => [one],
            null => [],
        };
    }
}
