using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Performed;
using CloudPacs.Integration.Tests.Performed;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Which order images belong to, as the ImagingStudy says; a study is never linked to an order of somebody else.</summary>
public sealed class StudyOrderTests(StudyEngine shared) : IAsyncLifetime
{
    private const string Root = "1.2.826.0.1.3680043.10.9.8.";
    private TestedEngine _engine = null!;
    private HisSender _his = null!;

    public async ValueTask InitializeAsync()
    {
        Tool.SkipWithout("storescu");
        _engine = await shared.GetAsync();
        _his = new HisSender(_engine.MllpPort);
    }

    public async ValueTask DisposeAsync()
    {
        if (_his is not null) await _his.DisposeAsync();
    }

    [Fact]
    public async Task The_scheduled_study_is_of_its_order_with_everything_that_it_shows()
    {
        var order = new OrderText("SO01", "SO-1", "STUDY^ONE");
        await _his.PlaceAsync(order);
        var first = new SentImage(order.StudyUid, "SO-1") { Accession = "SO01" };

        await StoreAsync(first, first with { Instance = first.Series + ".2" }, first with { Series = first.Study + ".2", Instance = first.Study + ".2.1" });

        var study = await CheckAsync(order.StudyUid, ["PSO01"], ["SO-1"], "StudyInstanceUid Linked");
        Assert.Equal((2, 3), ((int)study["numberOfSeries"]!, (int)study["numberOfInstances"]!));
        Assert.Equal([2, 1], study["series"]!.AsArray().Select(static series => (int)series!["numberOfInstances"]!));
        Assert.Equal("2026-12-01T09:35:00+05:30", (string?)study["started"]);
        Assert.Contains(study["identifier"]!.AsArray(), static one => (string?)one!["value"] == "SO01");
    }

    [Theory]
    [InlineData("SO02", null, null, "Accession Linked")]
    [InlineData("SO03", "LAB", "LAB", "AccessionAndIssuer Linked")]
    [InlineData("SO04", "LAB", null, "Accession Linked")]
    [InlineData("SO05", null, "MERCY", "AccessionAndIssuer Linked")]
    public async Task A_study_of_the_modalitys_own_uid_is_found_by_its_accession_number(string accession, string? ordered, string? shown, string link)
    {
        var patient = accession.Replace("SO", "SO-", StringComparison.Ordinal);
        await _his.PlaceAsync(Issued(new OrderText(accession, patient, "STUDY^TWO"), accession, ordered));
        var image = new SentImage(Uid(accession), patient) { Accession = accession, AccessionIssuer = shown };

        await StoreAsync(image);

        await CheckAsync(image.Study, ["P" + accession], [patient], link);
    }

    [Fact]
    public async Task An_accession_number_of_another_issuer_is_another_number()
    {
        await _his.PlaceAsync(Issued(new OrderText("SO06", "SO-6", "STUDY^SIX"), "SO06", "LAB"));
        var image = new SentImage(Uid("SO06"), "SO-6") { Accession = "SO06", AccessionIssuer = "OTHER" };

        await StoreAsync(image);

        await CheckAsync(image.Study, [], ["SO-6"]);
    }

    [Fact]
    public async Task Images_that_come_before_their_order_and_their_patient_are_linked_when_these_come()
    {
        var order = new OrderText("SO07", "SO-7", "STUDY^SEVEN");
        var scheduled = new SentImage(order.StudyUid, "SO-7");
        var other = new SentImage(Uid("SO07"), "SO-7") { Accession = "SO07" };
        await StoreAsync(scheduled, other);
        await CheckAsync(scheduled.Study, [], []);
        await CheckAsync(other.Study, [], []);

        await _his.PlaceAsync(order);

        await CheckAsync(scheduled.Study, ["PSO07"], ["SO-7"], "StudyInstanceUid Linked");
        await CheckAsync(other.Study, ["PSO07"], ["SO-7"], "Accession Linked");
    }

    [Fact]
    public async Task Images_of_another_patient_are_a_conflict_and_of_no_order()
    {
        var order = new OrderText("SO08", "SO-8", "STUDY^EIGHT");
        await _his.PlaceAsync(order, new OrderText("SO09", "SO-9", "STUDY^NINE"));
        var scheduled = new SentImage(order.StudyUid, "SO-9");
        var unknown = new SentImage(Uid("SO08"), "SO-8X") { Accession = "SO08" };

        await StoreAsync(scheduled, unknown);

        await CheckAsync(scheduled.Study, [], ["SO-9"], "StudyInstanceUid Conflict");
        await CheckAsync(unknown.Study, [], [], "Accession Conflict");
    }

    [Fact]
    public async Task The_same_patient_id_of_another_authority_is_another_patient()
    {
        var order = new OrderText("SO10", "SO-10", "STUDY^TEN");
        await _his.PlaceAsync(order);
        var image = new SentImage(order.StudyUid, "SO-10") { Issuer = "CLINIC", Accession = "SO10" };

        await StoreAsync(image);

        var study = await StudyResource.ReadAsync(_engine, image.Study);
        Assert.Null(study["basedOn"]);
        Assert.DoesNotContain("SO-10", await StudyResource.PatientIdsAsync(_engine, study));
    }

    [Fact]
    public async Task Of_two_orders_with_one_accession_number_the_issuer_tells_which_and_without_it_a_person()
    {
        await _his.PlaceAsync(
            Issued(new OrderText("SO11", "SO-11", "STUDY^ELEVEN"), "SO1112", "LABA"), Issued(new OrderText("SO12", "SO-11", "STUDY^ELEVEN"), "SO1112", "LABB"));
        var told = new SentImage(Uid("SO11"), "SO-11") { Accession = "SO1112", AccessionIssuer = "LABB" };
        var untold = new SentImage(Uid("SO12"), "SO-11") { Accession = "SO1112" };

        await StoreAsync(told, untold);

        await CheckAsync(told.Study, ["PSO12"], ["SO-11"], "AccessionAndIssuer Linked");
        await CheckAsync(untold.Study, [], ["SO-11"], "Accession Suggested", "Accession Suggested");
    }

    [Fact]
    public async Task Images_of_a_second_patient_in_a_study_are_kept_and_not_shown()
    {
        var order = new OrderText("SO13", "SO-13", "STUDY^THIRTEEN");
        await _his.PlaceAsync(order, new OrderText("SO14", "SO-14", "STUDY^FOURTEEN"));
        var own = new SentImage(order.StudyUid, "SO-13");
        var alien = new SentImage(order.StudyUid, "SO-14") { Series = own.Study + ".2" };

        await StoreAsync(own, alien);

        var study = await CheckAsync(own.Study, ["PSO13"], ["SO-13"], "StudyInstanceUid Linked");
        Assert.Equal((1, 1), ((int)study["numberOfSeries"]!, (int)study["numberOfInstances"]!));
        using var viewer = new DicomWebViewer(_engine);
        Assert.Equal(own.Instance, Assert.Single(await viewer.SearchAsync($"studies/{own.Study}/instances")).GetString(CloudPacs.Dicom.Tags.SopInstanceUid));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await viewer.GetAsync(alien.Path, DicomWebViewer.AnyFile)).Status);
        Assert.Empty(await Findscu.QueryStudiesAsync(_engine.DicomPort, "IMAGE", $"0020000D={alien.Study}", $"0020000E={alien.Series}", $"00080018={alien.Instance}"));
    }

    [Fact]
    public async Task The_visit_and_the_reason_are_those_of_the_order_and_follow_it()
    {
        var order = new OrderText("SO18", "SO-18", "STUDY^EIGHTEEN");
        await _his.PlaceAsync(AtVisit(order, "SOV1", "Cough", "R05^Cough^I10"));
        // It names no number of the order, by which a change of that could find it.
        var image = new SentImage(order.StudyUid, "SO-18");
        await StoreAsync(image);
        var placed = await CheckAsync(image.Study, ["PSO18"], ["SO-18"], "StudyInstanceUid Linked");
        Assert.Equal(("SOV1", "Cough", "Cough"), await VisitAndReasonAsync(placed));

        await _his.PlaceAsync(AtVisit(order with { Control = "XO", Asked = "20261124090000" }, "SOV2", "Fever", "R50^Fever^I10"));
        var changed = await StudyResource.ReadAsync(_engine, image.Study);
        Assert.Equal(("SOV2", "Fever", "Fever"), await VisitAndReasonAsync(changed));

        // More images bring no order along, and take nothing away.
        await StoreAsync(image with { Instance = image.Series + ".2" });
        var told = await StudyResource.ReadAsync(_engine, image.Study, instances: 2);
        Assert.Equal(("SOV2", "Fever", "Fever"), await VisitAndReasonAsync(told));

        // The second visit is a part of another one from now on.
        await _his.PlaceAsync(order.Event("A50", "MRG|SO-18^^^MERCY^MR||||SOV2^^^MERCY\r").Replace("PV1|1|O\r", Visit("SOV3"), StringComparison.Ordinal));
        Assert.Equal("SOV3", (await VisitAndReasonAsync(await StudyResource.ReadAsync(_engine, image.Study))).Visit);
    }

    [Fact]
    public async Task A_reason_that_images_show_is_theirs_and_without_an_order_there_is_no_visit()
    {
        var order = new OrderText("SO19", "SO-19", "STUDY^NINETEEN");
        var image = new SentImage(order.StudyUid, "SO-19") { Reason = "Persistent cough" };
        await StoreAsync(image);
        var alone = await StudyResource.ReadAsync(_engine, image.Study);
        Assert.Equal((null, "Persistent cough", null), await VisitAndReasonAsync(alone));
        Assert.Equal(("http://snomed.info/sct", "49727002"), ((string?)alone["reasonCode"]![0]!["coding"]![0]!["system"], (string?)alone["reasonCode"]![0]!["coding"]![0]!["code"]));

        await _his.PlaceAsync(AtVisit(order, "SOV9", "Cough", "R05^Cough^I10"));

        Assert.Equal(("SOV9", "Persistent cough", "Cough"), await VisitAndReasonAsync(await StudyResource.ReadAsync(_engine, image.Study)));
    }

    [Fact]
    public async Task A_study_goes_with_its_patient_when_patients_are_merged()
    {
        var order = new OrderText("SO15", "SO-15", "STUDY^FIFTEEN");
        await _his.PlaceAsync(order);
        var image = new SentImage(order.StudyUid, "SO-15") { Accession = "SO15" };
        await StoreAsync(image);
        var before = await CheckAsync(image.Study, ["PSO15"], ["SO-15"], "StudyInstanceUid Linked");

        await _his.PlaceAsync(new OrderText("SO15", "SO-15X", "STUDY^FIFTEEN").Event("A40", "MRG|SO-15^^^MERCY^MR\r"));

        var after = await StudyResource.ReadAsync(_engine, image.Study);
        Assert.NotEqual((string?)before["subject"]!["reference"], (string?)after["subject"]!["reference"]);
        Assert.Contains("SO-15X", await StudyResource.PatientIdsAsync(_engine, after));
        Assert.Equal(["PSO15"], await StudyResource.OrdersAsync(_engine, after));
        // Images that still name the id that was given up are of the survivor.
        await StoreAsync(image with { Instance = image.Series + ".2" }, image with { PatientId = "SO-15X", Instance = image.Series + ".3" });
        using var viewer = new DicomWebViewer(_engine);
        Assert.Equal(3, (await viewer.SearchAsync($"studies/{image.Study}/instances")).Count);
        await StudyResource.ReadAsync(_engine, image.Study, instances: 3);
    }

    [Fact]
    public async Task A_study_counts_all_of_its_images_in_few_versions()
    {
        await _his.PlaceAsync(new OrderText("SO17", "SO-17", "STUDY^SEVENTEEN"));
        var image = new SentImage(Uid("SO17"), "SO-17") { Accession = "SO17" };

        await StoreAsync([.. Enumerable.Range(1, 60).Select(number => image with { Instance = $"{image.Series}.{number}" })]);

        var study = await StudyResource.ReadAsync(_engine, image.Study, instances: 60);
        Assert.Equal(60, (int)study["series"]![0]!["numberOfInstances"]!);
        Assert.Equal(60, study["series"]![0]!["instance"]!.AsArray().Count);
        // A former version says how many there were; the current one is the same by its number.
        var (address, version) = ($"/fhir/ImagingStudy/{study["id"]}/_history/", (string)study["meta"]!["versionId"]!);
        Assert.Equal(study.ToJsonString(), JsonNode.Parse(await _engine.GetAsync(address + version))!.ToJsonString());
        Assert.Null(JsonNode.Parse(await _engine.GetAsync(address + "1"))!["series"]![0]!["instance"]);
        Assert.Equal(["PSO17"], await StudyResource.OrdersAsync(_engine, study));
        Assert.InRange(int.Parse((string)study["meta"]!["versionId"]!, System.Globalization.CultureInfo.InvariantCulture), 2, 20);
    }

    [Theory]
    [InlineData("SO20", "image step order")]
    [InlineData("SO21", "image order step")]
    [InlineData("SO22", "step image order")]
    [InlineData("SO23", "order step image")]
    [InlineData("SO24", "step order image")]
    public async Task Images_that_name_only_what_performed_them_find_the_order(string accession, string arrival)
    {
        var order = new OrderText(accession, accession.Replace("SO", "SO-", StringComparison.Ordinal), "STUDY^STEP");
        var step = Uid(accession) + ".5";
        var image = new SentImage(Uid(accession), order.PatientId) { PerformedStep = step };
        await using var modality = await PerformedModality.ConnectAsync(_engine, "CT7");
        foreach (var what in arrival.Split(' '))
        {
            if (what == "order") await _his.PlaceAsync(order);
            else if (what == "image") await StoreAsync(image);
            else
            {
                var report = PerformedReportText.Of("create").DataSet(PerformedModality.SubjectOf(order, "CT7") with { StudyUid = image.Study });
                Assert.Equal(CloudPacs.Dicom.Network.DimseStatus.Success, (await modality.CreateAsync(step, report)).Status);
            }
        }

        var study = await CheckAsync(image.Study, ["P" + accession], [order.PatientId], "PerformedStep Linked");
        Assert.StartsWith("Procedure/", (string?)study["procedureReference"]!["reference"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_order_a_study_is_of_the_patient_alone()
    {
        await _his.PlaceAsync(new OrderText("SO16", "SO-16", "STUDY^SIXTEEN"));
        var image = new SentImage(Uid("SO16"), "SO-16") { Accession = "SO16NONE" };

        await StoreAsync(image);

        await CheckAsync(image.Study, [], ["SO-16"]);
    }

    private static string AtVisit(OrderText order, string visit, string reason, string diagnosis) =>
        (order with { Reason = reason }).ToString().Replace("PV1|1|O\r", Visit(visit), StringComparison.Ordinal) + $"DG1|1||{diagnosis}\r";

    private static string Visit(string number) => $"PV1|1|O|||||||||||||||||{number}^^^MERCY\r";

    /// <summary>The number of the visit, and the reason in words and as a diagnosis.</summary>
    private async Task<(string? Visit, string? Reason, string? Diagnosis)> VisitAndReasonAsync(JsonObject study)
    {
        var visit = study["encounter"] is { } encounter ? JsonNode.Parse(await _engine.GetAsync($"/fhir/{encounter["reference"]}"))! : null;
        return (
            (string?)visit?["identifier"]![0]!["value"],
            study["reasonCode"] is JsonArray reasons ? (string?)Assert.Single(reasons)!["text"] : null,
            study["reasonReference"] is JsonArray diagnoses ? (string?)Assert.Single(diagnoses)!["display"] : null);
    }

    private static string Uid(string accession) => Root + accession[2..].TrimStart('0');

    /// <summary>The order with another accession number than the one that its other numbers are made of, and its issuer.</summary>
    private static string Issued(OrderText order, string accession, string? issuer) => order.ToString().Replace(
        $"|{order.Accession}|RP{order.Accession}|", $"|{accession}{(issuer is null ? "" : "^" + issuer)}|RP{order.Accession}|", StringComparison.Ordinal);

    private async Task StoreAsync(params IReadOnlyList<SentImage> images) =>
        Assert.Equal(images.Select(static _ => 0), await Storescu.StoreAsync(_engine, images.Select(static image => image.File())));

    private async Task<JsonObject> CheckAsync(string studyInstanceUid, string[] placers, string[] patientIds, params string[] links)
    {
        var study = await StudyResource.ReadAsync(_engine, studyInstanceUid);
        Assert.Equal(links, await StudyResource.LinksAsync(_engine, studyInstanceUid));
        Assert.Equal(placers, await StudyResource.OrdersAsync(_engine, study));
        Assert.Equal(patientIds, await StudyResource.PatientIdsAsync(_engine, study));
        return study;
    }
}
