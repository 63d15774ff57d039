using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Studies that wait for a person, and what a person at the command line decides, as the ImagingStudy and the audit trail show it.</summary>
public sealed class StudyDecisionTests(StudyEngine shared) : IAsyncLifetime
{
    private const string Root = "1.2.826.0.1.3680043.10.9.11.";
    private TestedEngine _engine = null!;
    private HisSender _his = null!;
    private OperatorDesk _desk = null!;

    public async ValueTask InitializeAsync()
    {
        Tool.SkipWithout("storescu");
        _engine = await shared.GetAsync();
        _his = new HisSender(_engine.MllpPort);
        _desk = new OperatorDesk(_engine);
    }

    public async ValueTask DisposeAsync()
    {
        if (_his is not null) await _his.DisposeAsync();
    }

    [Fact]
    public async Task A_wrong_accession_number_waits_and_a_person_links_the_study_and_takes_it_back()
    {
        await _his.PlaceAsync(new OrderText("SD01", "SD-1", "DECIDE^ONE"));
        var image = new SentImage(Root + "1", "SD-1") { Accession = "SD01WRONG" };
        await StoreAsync(image);
        Assert.True(await _desk.IsUndecidedAsync(image.Study));

        // What was scheduled for the patient at that time is suggested, and nothing is linked.
        var shown = await _desk.ReadAsync("studies", "show", image.Study);
        var candidate = Assert.Single(shown["orders"]!.AsArray())!;
        Assert.Equal(("suggested", "patientAndTime", 0.7, "SD01"), ((string?)candidate["state"], (string?)candidate["rule"], (double)candidate["confidence"]!, (string?)candidate["accessionNumber"]!["value"]));
        Assert.Empty(await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, image.Study)));

        await _desk.DoAsync("studies", "accept", image.Study, "--accession", "SD01", "--actor", "m.rao", "--reason", "typed wrong");

        Assert.False(await _desk.IsUndecidedAsync(image.Study));
        Assert.Equal(["PSD01"], await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, image.Study)));
        var act = (await _desk.ReadAsync("studies", "show", image.Study))["history"]![0]!;
        Assert.Equal(("study.linked", "m.rao", "typed wrong"), ((string?)act["act"], (string?)act["actor"], (string?)act["reason"]));

        await _desk.DoAsync("studies", "reconsider", image.Study);

        Assert.Empty(await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, image.Study)));
        Assert.True(await _desk.IsUndecidedAsync(image.Study));
    }

    [Fact]
    public async Task A_wrong_patient_id_is_a_conflict_that_a_person_or_a_merge_ends()
    {
        await _his.PlaceAsync(
            new OrderText("SD02", "SD-2", "DECIDE^TWO"), new OrderText("SD03", "SD-3", "DECIDE^THREE"), new OrderText("SD02B", "SD-2", "DECIDE^TWO"));
        var typed = new SentImage(Root + "2", "SD-3") { Accession = "SD02" };
        var merged = new SentImage(Root + "3", "SD-3") { Accession = "SD02B" };
        await StoreAsync(typed, merged);
        Assert.Equal(["SD-3"], await PatientIdsAsync(typed));
        Assert.Equal(["Accession Conflict"], await StudyResource.LinksAsync(_engine, typed.Study));

        await _desk.DoAsync("studies", "accept", typed.Study, "--reason", "wrong patient chosen at the console");
        Assert.Equal(["SD-2"], await PatientIdsAsync(typed));
        Assert.Equal(["PSD02"], await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, typed.Study)));

        await _desk.DoAsync("studies", "reject", typed.Study, "--placer", "PSD02", "--reason", "it was right");
        Assert.Equal(["SD-3"], await PatientIdsAsync(typed));
        Assert.Equal(["Person Rejected"], await StudyResource.LinksAsync(_engine, typed.Study));

        await _his.PlaceAsync(new OrderText("SD03", "SD-2", "DECIDE^TWO").Event("A40", "MRG|SD-3^^^MERCY^MR\r"));
        Assert.Contains("SD-2", await PatientIdsAsync(merged));
        Assert.Equal(["PSD02B"], await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, merged.Study)));
        // What a person refused stays so.
        Assert.Empty(await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, typed.Study)));
    }

    [Fact]
    public async Task Of_two_orders_with_one_accession_number_a_person_takes_one_and_changes_to_the_other()
    {
        await _his.PlaceAsync(
            Issued(new OrderText("SD04", "SD-4", "DECIDE^FOUR"), "SD0405", "LABA"), Issued(new OrderText("SD05", "SD-4", "DECIDE^FOUR"), "SD0405", "LABB"));
        var image = new SentImage(Root + "4", "SD-4") { Accession = "SD0405" };
        await StoreAsync(image);

        Assert.Contains("STU-034", await _desk.RefusedAsync("studies", "accept", image.Study), StringComparison.Ordinal);
        Assert.Contains("STU-032", await _desk.RefusedAsync("studies", "accept", image.Study, "--accession", "SD0405"), StringComparison.Ordinal);
        Assert.Contains("STU-031", await _desk.RefusedAsync("studies", "accept", image.Study, "--accession", "SD0405", "--authority", "LABC"), StringComparison.Ordinal);
        await _desk.DoAsync("studies", "accept", image.Study, "--accession", "SD0405", "--authority", "LABA");
        Assert.Equal(["PSD04"], await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, image.Study)));

        await _desk.DoAsync("studies", "relink", image.Study, "--accession", "SD0405", "--authority", "LABB");
        Assert.Equal(["PSD05"], await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, image.Study)));

        // A further series does not change what was decided.
        await StoreAsync(image with { Series = image.Study + ".2" });
        Assert.Equal(["PSD05"], await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, image.Study)));
    }

    [Fact]
    public async Task A_study_without_an_order_is_ignored_and_linked_when_the_order_comes_after_all()
    {
        var image = new SentImage(Root + "5", "SD-6") { Accession = "SD06" };
        await StoreAsync(image);

        await _desk.DoAsync("studies", "ignore", image.Study, "--reason", "a phantom");
        Assert.False(await _desk.IsUndecidedAsync(image.Study));
        Assert.Contains((await _desk.ReadAsync("studies", "list", "--all", "--limit", "1000"))["studies"]!.AsArray(), study => (string?)study!["studyInstanceUid"] == image.Study);

        await _his.PlaceAsync(new OrderText("SD06", "SD-6", "DECIDE^SIX"));
        Assert.Equal(["PSD06"], await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, image.Study)));
        Assert.Contains("STU-039", await _desk.RefusedAsync("studies", "ignore", image.Study), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_of_the_same_name_and_birth_date_is_suggested_last()
    {
        await _his.PlaceAsync(new OrderText("SD07", "SD-7", "DECIDE^SEVEN"));
        var image = new SentImage(Root + "6", "SD-7TYPO") { Name = "DECIDE^SEVEN", BirthDate = "19800203" };
        await StoreAsync(image);

        var candidate = Assert.Single((await _desk.ReadAsync("studies", "show", image.Study))["orders"]!.AsArray())!;

        Assert.Equal(("personAndTime", 0.5, "SD-7 (MERCY)"), ((string?)candidate["rule"], (double)candidate["confidence"]!, (string?)candidate["patientId"]));
        var words = await _desk.RunAsync("studies", "show", image.Study);
        Assert.Contains("SD07", words.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_decides_too_and_hears_what_is_wrong()
    {
        await _his.PlaceAsync(new OrderText("SD08", "SD-8", "DECIDE^EIGHT"));
        var image = new SentImage(Root + "7", "SD-8");
        await StoreAsync(image);

        var applied = await CurlAsync($$"""{ "actor": "m.rao", "studies": [ { "command": "acceptOrder", "studyInstanceUid": "{{image.Study}}", "placerNumber": { "value": "PSD08" } } ] }""");
        Assert.True((bool)applied["applied"]!);
        Assert.Equal(["PSD08"], await StudyResource.OrdersAsync(_engine, await StudyResource.ReadAsync(_engine, image.Study)));

        var refused = await CurlAsync($$"""{ "studies": [ { "command": "deleteInstances", "studyInstanceUid": "{{image.Study}}" } ] }""");
        Assert.Equal(("STU-054", "studies[0]"), ((string?)refused["problems"]![0]!["code"], (string?)refused["problems"]![0]!["path"]));
        await AssertUnreadAsync("acceptOrder", """{ "studies": [ { "command": "eat", "studyInstanceUid": "1.2" } ] }""");
        await AssertUnreadAsync("deleted, quality", """{ "studies": [ { "command": "deleteInstances", "studyInstanceUid": "1.2", "rejection": "dislike" } ] }""");
        await AssertUnreadAsync("studies[0].studyInstanceUid", """{ "studies": [ { "command": "ignoreStudy", "studyInstanceUid": "1.2.x" } ] }""");
    }

    private async Task AssertUnreadAsync(string reason, string commands) =>
        Assert.Contains(reason, (string?)(await CurlAsync(commands))["detail"], StringComparison.Ordinal);

    private async Task<System.Text.Json.Nodes.JsonNode> CurlAsync(string commands)
    {
        var answer = await Tool.RunAsync("curl", "-s", "-H", "Content-Type: application/json", "-d", commands, $"http://127.0.0.1:{_engine.HttpPort}/api/commands");
        return System.Text.Json.Nodes.JsonNode.Parse(answer.Output)!;
    }

    private async Task<IReadOnlyList<string>> PatientIdsAsync(SentImage image) =>
        await StudyResource.PatientIdsAsync(_engine, await StudyResource.ReadAsync(_engine, image.Study));

    /// <summary>The order with another accession number than the one that its other numbers are made of, and its issuer.</summary>
    private static string Issued(OrderText order, string accession, string issuer) => order.ToString().Replace(
        $"|{order.Accession}|RP{order.Accession}|", $"|{accession}^{issuer}|RP{order.Accession}|", StringComparison.Ordinal);

    private async Task StoreAsync(params IReadOnlyList<SentImage> images) =>
        Assert.Equal(images.Select(static _ => 0), await Storescu.StoreAsync(_engine, images.Select(static image => image.File())));
}
