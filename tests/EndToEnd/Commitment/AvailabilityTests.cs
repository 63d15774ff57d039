using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Studies;
using CloudPacs.Integration.Tests.Availability;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Commitment;

/// <summary>Instance Availability Notification (PS3.4 annex R): dcmjs-dimse is told, and what others tell is noted.</summary>
public sealed class AvailabilityTests(CommitmentEngine engines)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_system_is_told_of_a_study_when_it_has_been_quiet_and_again_when_more_comes()
    {
        var (engine, listener) = (await engines.GetAsync(), await engines.ListenerAsync());
        var study = StudyFiles.Uid();
        var first = await SentInstances.StoreAsync(engine, "CT7", [.. SentInstances.Series(study, 2), .. SentInstances.Series(study, 1)]);

        Assert.True(await listener.WaitAsync(lines => lines.Count(line => IsOf(line, study)) == 1));
        var notice = listener.Requests.Single(line => IsOf(line, study));
        Assert.Equal(("N-CREATE", "CLOUDPACS"), ((string?)notice["operation"], (string?)notice["calling"]));
        Assert.Equal(first.Order(StringComparer.Ordinal), Instances(notice).Select(static one => (string)one["ReferencedSOPInstanceUID"]!).Order(StringComparer.Ordinal));
        Assert.All(Instances(notice), static one => Assert.Equal(
            (Uids.SecondaryCaptureImageStorage, "ONLINE", "CLOUDPACS"),
            ((string?)one["ReferencedSOPClassUID"], (string?)one["InstanceAvailability"], (string?)one["RetrieveAETitle"])));

        var more = await SentInstances.StoreAsync(engine, "CT7", SentInstances.Series(study, 1));
        Assert.True(await listener.WaitAsync(lines => lines.Count(line => IsOf(line, study)) == 2));
        var all = Instances(listener.Requests.Last(line => IsOf(line, study))).Select(static one => (string)one["ReferencedSOPInstanceUID"]!);
        Assert.Equal([.. first.Concat(more).Order(StringComparer.Ordinal)], all.Order(StringComparer.Ordinal));
        await SentInstances.WaitForStatesAsync(engine, CommitmentEngine.Told, study, "sent", "sent");

        // What is gone is told too, with all that is left; and what is back.
        var desk = new OperatorDesk(engine);
        await desk.DoAsync("studies", "delete", study, "--instance", first[0], "--reason", "a test");
        await AssertToldAsync(3, [first[0]]);
        await desk.DoAsync("studies", "delete", study, "--reason", "a test");
        await AssertToldAsync(4, [.. first, .. more]);
        await desk.DoAsync("studies", "restore", study, "--reason", "it was none");
        await AssertToldAsync(5, []);

        async Task AssertToldAsync(int notices, IReadOnlyList<string> gone)
        {
            Assert.True(await listener.WaitAsync(lines => lines.Count(line => IsOf(line, study)) == notices));
            var told = Instances(listener.Requests.Last(line => IsOf(line, study)))
                .ToDictionary(static one => (string)one["ReferencedSOPInstanceUID"]!, static one => (string?)one["InstanceAvailability"]);
            Assert.Equal(first.Concat(more).Order(StringComparer.Ordinal), told.Keys.Order(StringComparer.Ordinal));
            Assert.All(told, one => Assert.Equal(gone.Contains(one.Key) ? "UNAVAILABLE" : "ONLINE", one.Value));
        }
    }

    [Fact]
    public async Task What_goes_to_another_study_is_told_of_both()
    {
        var (engine, listener) = (await engines.GetAsync(), await engines.ListenerAsync());
        var study = StudyFiles.Uid();
        var (stays, goes) = (SentInstances.Series(study, 1), SentInstances.Series(study, 2));
        var kept = await SentInstances.StoreAsync(engine, "CT7", stays);
        var moved = await SentInstances.StoreAsync(engine, "CT7", goes[0]);
        Assert.True(await listener.WaitAsync(lines => lines.Any(line => IsOf(line, study))));
        await SentInstances.WaitForStatesAsync(engine, CommitmentEngine.Told, study, "sent");
        var series = StudyFiles.Read(goes[0]).GetString(Tags.SeriesInstanceUid)!;
        var desk = new OperatorDesk(engine);

        await desk.DoAsync("studies", "split", study, "--series", series, "--reason", "a test");
        await AssertToldAsync(study, kept, moved);
        Assert.True(await listener.WaitAsync(lines => lines.Any(IsOfOther)));
        var other = (string)listener.Requests.First(IsOfOther)["attributes"]!["StudyInstanceUID"]!;
        await AssertToldAsync(other, moved, []);

        // One more of that series names the study that it was taken from, and is in the other one.
        moved = [.. moved, .. await SentInstances.StoreAsync(engine, "CT7", goes[1])];
        await AssertToldAsync(other, moved, []);

        await desk.DoAsync("studies", "merge", other, "--into", study, "--reason", "a test");
        await AssertToldAsync(study, [.. kept, .. moved], []);
        await AssertToldAsync(other, [], moved);

        var second = StudyFiles.Uid();
        var further = await SentInstances.StoreAsync(engine, "CT7", SentInstances.Series(second, 1));
        await desk.DoAsync("studies", "merge", second, "--into", study, "--reason", "a test");
        await AssertToldAsync(study, [.. kept, .. moved, .. further], []);
        await AssertToldAsync(second, [], further);
        await desk.DoAsync("studies", "separate", second, "--reason", "a test");
        await AssertToldAsync(study, [.. kept, .. moved], further);
        await AssertToldAsync(second, further, []);

        bool IsOfOther(JsonNode line) => !IsOf(line, study) && line["attributes"]?["ReferencedSeriesSequence"] is not null
            && Instances(line).Any(one => (string?)one["ReferencedSOPInstanceUID"] == moved[0]);

        async Task AssertToldAsync(string uid, IReadOnlyList<string> online, IReadOnlyList<string> gone)
        {
            var expected = online.Select(static one => one + " ONLINE").Concat(gone.Select(static one => one + " UNAVAILABLE")).Order(StringComparer.Ordinal).ToList();
            Assert.True(await listener.WaitAsync(lines => lines.LastOrDefault(line => IsOf(line, uid)) is { } last
                && Instances(last).Select(static one => $"{one["ReferencedSOPInstanceUID"]} {one["InstanceAvailability"]}").Order(StringComparer.Ordinal).SequenceEqual(expected)), uid);
        }
    }

    [Fact]
    public async Task What_another_archive_tells_is_noted_once_and_what_says_nothing_is_refused()
    {
        var engine = await engines.GetAsync();
        var (study, uid) = (StudyFiles.Uid(), StudyFiles.Uid());
        await using var client = await DicomClient.ConnectAsync(new DicomClientOptions
        {
            Host = "127.0.0.1", Port = engine.DicomPort, CallingAe = "PACS2", CalledAe = "CLOUDPACS", Contexts = [ProposedContext.LittleEndian(Uids.InstanceAvailabilityNotification)],
        }, TimeProvider.System, Token);

        Assert.Equal(DimseStatus.Success, (await CreateAsync(uid, Notices.Of(study, "ONLINE", "NEARLINE"))).Status);
        Assert.Equal(DimseStatus.Success, (await CreateAsync(uid, Notices.Of(study, "ONLINE", "NEARLINE"))).Status);
        Assert.Equal(DimseStatus.DuplicateSopInstance, (await CreateAsync(uid, Notices.Of(study, "ONLINE"))).Status);
        var unnamed = await CreateAsync(null, Notices.Of(study, "OFFLINE"));
        Assert.Equal((DimseStatus.Success, true), (unnamed.Status, VrRules.IsUid(unnamed.SopInstanceUid!)));
        var refused = await CreateAsync(StudyFiles.Uid(), Notices.Of(study, "SOMEWHERE"));
        Assert.Equal((DimseStatus.InvalidAttributeValue, Tags.InstanceAvailability), (refused.Status, Assert.Single(refused.Attributes)));

        await using var database = new EngineDatabase(engine);
        var rows = await database.ListAsync(
            $"SELECT sender, instances, availability, retrieve_aes FROM availability_notice WHERE study_instance_uid = '{study}' ORDER BY received_at",
            static row => (row.GetString(0), row.GetInt32(1), row.GetString(2), string.Join(',', row.GetFieldValue<string[]>(3))));
        Assert.Equal([("PACS2", 2, "NEARLINE", "PACS2"), ("PACS2", 1, "OFFLINE", "PACS2")], rows);

        Task<InstanceResult> CreateAsync(string? instance, DataSet notice) => client.CreateAsync(Uids.InstanceAvailabilityNotification, instance, notice, Token);
    }

    private static bool IsOf(JsonNode line, string study) => (string?)line["attributes"]?["StudyInstanceUID"] == study;

    private static IEnumerable<JsonNode> Instances(JsonNode notice) =>
        Items(notice["attributes"]!["ReferencedSeriesSequence"]).SelectMany(static series => Items(series["ReferencedSOPSequence"]));

    // A sequence of one is written as its item.
    private static IEnumerable<JsonNode> Items(JsonNode? sequence) => sequence switch
    {
        JsonArray many => many.Select(static one => one!),
        { } one => [one],
        null => [],
    };
}
