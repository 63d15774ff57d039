using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Tests.Performed;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Performed;

/// <summary>Others are told what modalities perform: by N-CREATE and N-SET as they came, or by N-EVENT-REPORT.</summary>
public sealed class ForwardingTests(ToldManagers managers) : IClassFixture<ToldManagers>, IAsyncLifetime
{
    private static int steps;
    private readonly EngineProcess _engine = managers.Engine;
    private readonly MppsManager _manager = managers.Manager;
    private PerformedModality _modality = null!;
    private long _before;

    public async ValueTask InitializeAsync()
    {
        _modality = await PerformedModality.ConnectAsync(_engine, "CT7");
        _manager.StartOver();
        _before = (await ListAsync("pacs")).Select(static row => (long)row["id"]!).FirstOrDefault();
    }

    public ValueTask DisposeAsync() => _modality.DisposeAsync();

    [Fact]
    public async Task What_a_modality_reports_arrives_as_it_came_and_in_its_order()
    {
        var (subject, uid) = New();
        await CreateAsync(uid, Report("create", subject));
        await SetAsync(uid, Report("change CommentsOnThePerformedProcedureStep=Lagerung geändert", subject));
        await SetAsync(uid, Report("complete", subject));

        var told = await _manager.WaitForAsync(3);

        Assert.Equal([$"N-CREATE {uid} IN PROGRESS", $"N-SET {uid} ", $"N-SET {uid} COMPLETED"], told.Select(static one => one.ToString()));
        Assert.All(told, static one => Assert.Equal("CLOUDPACS", one.CallingAe));
        Assert.Equal(Json(Report("create", subject)), Json(told[0].Attributes));
        Assert.Equal("Lagerung geändert", told[1].Attributes.GetString(Tags.CommentsOnThePerformedProcedureStep));
        Assert.Equal(Json(Report("complete", subject)), Json(told[2].Attributes));
        await WaitForStatesAsync("sent", "sent", "sent");
    }

    [Fact]
    public async Task What_is_refused_or_repeated_or_not_taken_over_is_not_told()
    {
        var (subject, uid) = New();
        await CreateAsync(uid, Report("create", subject));
        await CreateAsync(uid, Report("create", subject));
        Assert.Equal(DimseStatus.DuplicateSopInstance, (await _modality.CreateAsync(uid, Report("create StudyID=9", subject))).Status);
        Assert.Equal(DimseStatus.AttributeListError, (await _modality.SetAsync(uid, Report("change PatientName=OTHER", subject))).Status);
        await SetAsync(uid, Report("change CommentsOnThePerformedProcedureStep=A", subject));
        await SetAsync(uid, Report("change CommentsOnThePerformedProcedureStep=A", subject));
        await _modality.SetAsync(uid, Report("complete PatientName=OTHER", subject));
        Assert.Equal(DimseStatus.ProcessingFailure, (await _modality.SetAsync(uid, Report("discontinue", subject))).Status);

        await WaitForStatesAsync("sent", "sent", "sent");

        Assert.Equal([$"N-CREATE {uid} IN PROGRESS", $"N-SET {uid} ", $"N-SET {uid} COMPLETED"], _manager.Requests.Select(static one => one.ToString()));
        Assert.False(_manager.Requests[2].Attributes.Contains(Tags.PatientName));
    }

    [Fact]
    public async Task What_became_of_a_step_is_told_when_its_creation_has_come()
    {
        await using var late = await PerformedModality.ConnectAsync(_engine, ToldManagers.Late);
        var (subject, uid) = New(ToldManagers.Late);

        Assert.Equal(DimseStatus.Success, (await late.SetAsync(uid, Report("complete", subject))).Status);
        Assert.Empty(await ListAsync("pacs", _before));
        Assert.Equal(DimseStatus.Success, (await late.CreateAsync(uid, Report("create", subject))).Status);
        var told = await _manager.WaitForAsync(2);

        Assert.Equal([$"N-CREATE {uid} IN PROGRESS", $"N-SET {uid} COMPLETED"], told.Select(static one => one.ToString()));
        Assert.Single(told[1].Attributes.GetItems(Tags.PerformedSeriesSequence));
    }

    [Fact]
    public async Task What_comes_over_HTTP_is_told_too_and_an_end_without_a_beginning_as_both()
    {
        var (subject, uid) = New();
        using var web = new DicomWebModality(_engine);

        await web.CreateAsync(uid, Report("create PerformedProcedureStepStatus=COMPLETED", subject));
        var told = await _manager.WaitForAsync(2);

        Assert.Equal([$"N-CREATE {uid} IN PROGRESS", $"N-SET {uid} COMPLETED"], told.Select(static one => one.ToString()));
        Assert.False(told[1].Attributes.Contains(Tags.PatientId));
    }

    [Theory]
    [InlineData("PPSM")]
    [InlineData("CONSOLE")]
    public async Task Who_reports_a_step_is_not_told_of_it(string station)
    {
        await using var itself = await PerformedModality.ConnectAsync(_engine, station);
        var (subject, own) = New(station);
        var (other, foreign) = New();

        await itself.CreateAsync(own, Report("create", subject));
        await itself.SetAsync(own, Report("complete", subject));
        await CreateAsync(foreign, Report("create", other));

        Assert.Equal(foreign, Assert.Single(await _manager.WaitForAsync(1)).Uid);
        Assert.Single(await ListAsync("pacs", _before));
        // The other receivers, which are not it, hear of it.
        await ToldAsync(managers.Notified, 2, own);
    }

    [Fact]
    public async Task A_manager_that_was_away_gets_all_of_each_step_in_order()
    {
        await _manager.LeaveAsync();
        var sent = new List<string>();
        for (var n = 0; n < 10; n++)
        {
            var (subject, uid) = New();
            sent.Add(uid);
            await CreateAsync(uid, Report("create", subject));
            await SetAsync(uid, Report("complete", subject));
        }

        await _manager.ComeAsync();
        await WaitForStatesAsync([.. Enumerable.Repeat("sent", 20)]);

        foreach (var uid in sent)
            Assert.Equal([$"N-CREATE {uid} IN PROGRESS", $"N-SET {uid} COMPLETED"], _manager.Requests.Where(one => one.Uid == uid).Select(static one => one.ToString()));
    }

    [Fact]
    public async Task A_manager_that_takes_a_single_association_is_told_over_it_without_a_failure()
    {
        await _manager.LeaveAsync();
        await _manager.ComeAsync(associations: 1);
        for (var n = 0; n < 10; n++)
        {
            var (subject, uid) = New();
            await CreateAsync(uid, Report("create", subject));
            await SetAsync(uid, Report("complete", subject));
        }

        await WaitForStatesAsync([.. Enumerable.Repeat("sent", 20)]);
        await _manager.LeaveAsync();
        await _manager.ComeAsync();

        // An association that is just being released still takes the only place there is: one attempt more finds nobody.
        Assert.All(await ListAsync("pacs", _before), static row => Assert.Null((string?)row["lastError"]));
        Assert.All(await ListAsync("pacs", _before), static row => Assert.InRange((int)row["attempts"]!, 1, 2));
        foreach (var step in _manager.Requests.GroupBy(static one => one.Uid)) Assert.Equal(["N-CREATE", "N-SET"], step.Select(static one => one.Operation));
    }

    [Fact]
    public async Task Silence_about_one_step_holds_up_no_other()
    {
        var (subject, uid) = New();
        var (other, free) = New();
        var (isSilent, besides) = (true, 0);
        _manager.LoseAnswer = step => step.Uid == uid && isSilent;
        _manager.Refuse = step =>
        {
            if (step.Uid == free) besides = _manager.Unanswered;
            return null;
        };

        await CreateAsync(uid, Report("create", subject));
        await _manager.WaitForAsync(1);
        await CreateAsync(free, Report("create", other));
        await _manager.WaitForAsync(2);
        isSilent = false;
        await WaitForStatesAsync("sent", "sent");

        Assert.Equal([uid, free], _manager.Requests.Take(2).Select(static one => one.Uid));
        Assert.Equal(1, besides);
    }

    [Fact]
    public async Task An_answer_that_is_lost_is_asked_for_again_and_holds_up_no_other_step()
    {
        var (subject, uid) = New();
        var (other, free) = New();
        var (creations, ends) = (0, 0);
        _manager.LoseAnswer = step => step.Uid == uid && (step.Operation == "N-CREATE" ? creations++ : ends++) == 0;

        await CreateAsync(uid, Report("create", subject));
        await SetAsync(uid, Report("complete", subject));
        await CreateAsync(free, Report("create", other));
        await WaitForStatesAsync("sent", "sent", "sent");

        Assert.Equal(["N-CREATE", "N-CREATE", "N-SET", "N-SET"], _manager.Requests.Where(one => one.Uid == uid).Select(static one => one.Operation));
        var told = (await ListAsync("pacs", _before)).ToDictionary(static row => ((string)row["controlId"]!, (string)row["event"]!), static row => (string?)row["lastError"]);
        Assert.Equal(("0111H", "0110H A710H", null), (told[(uid, "started")], told[(uid, "completed")], told[(free, "started")]));
    }

    [Fact]
    public async Task A_refusal_waits_for_a_person_and_with_it_the_rest_of_the_step()
    {
        var (subject, uid) = New();
        var (other, free) = New();
        _manager.Refuse = step => step.Uid == uid ? DimseStatus.InvalidAttributeValue : null;

        await CreateAsync(uid, Report("create", subject));
        await SetAsync(uid, Report("complete", subject));
        await CreateAsync(free, Report("create", other));
        await WaitForStatesAsync("parked", "sent", "waiting");
        var parked = (await ListAsync("pacs", _before)).Single(static row => (string?)row["state"] == "parked");
        var shown = JsonNode.Parse(await _engine.GetAsync($"/api/deliveries/{parked["id"]}"))!;

        _manager.Refuse = static _ => null;
        var corrected = shown["payload"]!.DeepClone();
        corrected["00100020"] = JsonNode.Parse("""{"vr":"LO","Value":["CORRECTED"]}""");
        await RetryAsync(parked["id"]!, corrected.ToJsonString());
        await WaitForStatesAsync("sent", "sent", "sent");

        Assert.Equal(("mpps", "0106H", subject.PatientId), ((string?)shown["kind"], (string?)shown["lastError"], (string?)shown["payload"]!["00100020"]!["Value"]![0]));
        Assert.Equal(["N-CREATE", "N-CREATE", "N-SET"], _manager.Requests.Where(one => one.Uid == uid).Select(static one => one.Operation));
        Assert.Equal("CORRECTED", _manager.Requests.Last(one => one.Uid == uid && one.Operation == "N-CREATE").Attributes.GetString(Tags.PatientId));
    }

    [Fact]
    public async Task A_failure_that_passes_is_tried_again()
    {
        var (subject, uid) = New();
        var attempts = 0;
        _manager.Refuse = _ => attempts++ < 3 ? DimseStatus.ProcessingFailure : null;

        await CreateAsync(uid, Report("create", subject));
        await WaitForStatesAsync("sent");

        Assert.Equal(4, _manager.Requests.Count);
    }

    [Fact]
    public async Task Another_librarys_manager_is_notified_of_each_event()
    {
        var (subject, uid) = New();
        var (other, second) = New();
        await CreateAsync(uid, Report("create", subject));
        await SetAsync(uid, Report("change CommentsOnThePerformedProcedureStep=A", subject));
        await SetAsync(uid, Report("complete", subject));
        await CreateAsync(second, Report("create", other));
        await SetAsync(second, Report("discontinue", other));

        var told = await ToldAsync(managers.Notified, 5, uid, second);

        Assert.All(told, static request => Assert.Equal("N-EVENT-REPORT", (string?)request["operation"]));
        Assert.Equal([1, 4, 2], told.Where(request => (string)request["uid"]! == uid).Select(static request => (int)request["event"]!));
        Assert.Equal([1, 3], told.Where(request => (string)request["uid"]! == second).Select(static request => (int)request["event"]!));
        // What happened is fetched.
        Assert.Equal("COMPLETED", (await _modality.RetrieveAsync(uid))!.GetString(Tags.PerformedProcedureStepStatus));
    }

    [Fact]
    public async Task Another_librarys_manager_takes_what_is_forwarded()
    {
        var (subject, uid) = New();
        await CreateAsync(uid, Report("create", subject));
        await SetAsync(uid, Report("complete", subject));

        var told = await ToldAsync(managers.Forwarded, 2, uid);

        Assert.Equal([("N-CREATE", "IN PROGRESS"), ("N-SET", "COMPLETED")], told.Select(static request =>
            ((string)request["operation"]!, (string)request["attributes"]!["PerformedProcedureStepStatus"]!)));
        Assert.Equal(subject.PatientId, (string?)told[0]["attributes"]!["PatientID"]);
        Assert.Equal(subject.StudyUid + ".1", (string?)told[1]["attributes"]!["PerformedSeriesSequence"]![0]!["SeriesInstanceUID"]);
    }

    [Fact]
    public async Task It_is_told_at_once()
    {
        List<double> times = [];
        for (var n = 0; n < 20; n++)
        {
            var (subject, uid) = New();
            await CreateAsync(uid, Report("create", subject));
            var watch = Stopwatch.StartNew();
            while (_manager.Requests.Count <= n && watch.Elapsed < TimeSpan.FromSeconds(10)) await Task.Delay(1, TestContext.Current.CancellationToken);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"told after {times[10]:0} ms (median), {times[^1]:0} ms (longest)");
        Assert.True(times[10] < 500, $"Half of them took {times[10]} ms and more.");
    }

    [Fact]
    public async Task A_kill_loses_nothing_and_changes_no_order()
    {
        await _manager.LeaveAsync();
        var (subject, uid) = New();
        await CreateAsync(uid, Report("create", subject));
        await SetAsync(uid, Report("complete", subject));
        await _engine.KillAsync();
        await _manager.ComeAsync();

        await _engine.StartAsync();
        await WaitForStatesAsync("sent", "sent");

        Assert.Equal([$"N-CREATE {uid} IN PROGRESS", $"N-SET {uid} COMPLETED"], _manager.Requests.Where(one => one.Uid == uid).Select(static one => one.ToString()));
        _modality = await PerformedModality.ConnectAsync(_engine, "CT7");
    }

    private static (PerformedSubject Subject, string Uid) New(string station = "CT7")
    {
        var number = Interlocked.Increment(ref steps);
        return (new PerformedSubject($"FW{number}", $"SFW{number}", $"1.2.826.0.1.3680043.10.9.5.{number}", $"FWP{number}", "FORWARD^FLO", station),
            $"1.2.826.0.1.3680043.10.9.4.{number}");
    }

    private static DataSet Report(string text, PerformedSubject subject) => PerformedReportText.Of(text).DataSet(subject);

    private static string Json(DataSet attributes) => Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(attributes));

    private async Task CreateAsync(string uid, DataSet attributes) => Assert.Equal(DimseStatus.Success, (await _modality.CreateAsync(uid, attributes)).Status);

    private async Task SetAsync(string uid, DataSet attributes) => Assert.Equal(DimseStatus.Success, (await _modality.SetAsync(uid, attributes)).Status);

    private async Task RetryAsync(JsonNode id, string body)
    {
        using var http = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri($"http://127.0.0.1:{_engine.HttpPort}/api/deliveries/{id}/retry"), content, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>What a manager was told of these steps, as soon as it is so much.</summary>
    private static async Task<List<JsonNode>> ToldAsync(DcmjsMppsServer manager, int count, params string[] uids)
    {
        for (var left = 500; ; left--)
        {
            List<JsonNode> told = [.. manager.Requests.Where(request => uids.Contains((string)request["uid"]!))];
            if (told.Count == count) return told;
            Assert.True(left > 0, $"{told.Count} requests came.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Deliveries to a receiver, newest first.</summary>
    private async Task<List<JsonNode>> ListAsync(string receiver, long after = 0) =>
        [.. JsonNode.Parse(await _engine.GetAsync($"/api/deliveries?limit=1000&destination={receiver}"))!["deliveries"]!.AsArray()
            .Select(static row => row!).Where(row => (long)row["id"]! > after)];

    /// <summary>Waits until the deliveries of this test have these states, in the order of the alphabet.</summary>
    private async Task WaitForStatesAsync(params string[] expected)
    {
        for (var left = 750; ; left--)
        {
            List<string> states = [.. (await ListAsync("pacs", _before)).Select(static row => (string)row["state"]!).Order(StringComparer.Ordinal)];
            if (states.SequenceEqual(expected)) return;
            Assert.True(left > 0, string.Join(' ', states));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}

/// <summary>
/// An engine with three that it tells of performed steps: a manager of this repository, and two of dcmjs-dimse, one of which wants to be
/// notified.
/// </summary>
public sealed class ToldManagers : IAsyncLifetime
{
    /// <summary>A station whose changes are taken before their creation.</summary>
    public const string Late = "LATE1";

    internal MppsManager Manager { get; } = new();

    internal DcmjsMppsServer Notified { get; } = new();

    internal DcmjsMppsServer Forwarded { get; } = new();

    internal EngineProcess Engine { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Manager.ComeAsync();
        await Notified.StartAsync();
        await Forwarded.StartAsync();
        Engine = await EngineProcess.StartNewAsync(
        [
            .. Receiver("pacs", "PPSM", Manager.Port), ("OUTBOUND__MPPSRECEIVERS__pacs__STATIONS__0", "CONSOLE"),
            .. Receiver("ris", "RIS", Notified.Port), ("OUTBOUND__MPPSRECEIVERS__ris__NOTIFY", "true"),
            .. Receiver("archive", "ARCHIVE", Forwarded.Port), ($"DICOM__STATIONS__{Late}__MPPSWITHOUTCREATE", "accept"),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await Manager.DisposeAsync();
        await Notified.DisposeAsync();
        await Forwarded.DisposeAsync();
    }

    private static (string, string)[] Receiver(string name, string title, int port) =>
    [
        ($"OUTBOUND__MPPSRECEIVERS__{name}__HOST", "127.0.0.1"), ($"OUTBOUND__MPPSRECEIVERS__{name}__PORT", $"{port}"),
        ($"OUTBOUND__MPPSRECEIVERS__{name}__AETITLE", title), ($"OUTBOUND__MPPSRECEIVERS__{name}__ANSWERTIMEOUT", "00:00:01"),
        ($"OUTBOUND__MPPSRECEIVERS__{name}__FIRSTPAUSE", "00:00:00.3"), ($"OUTBOUND__MPPSRECEIVERS__{name}__LONGESTPAUSE", "00:00:01"),
    ];
}
