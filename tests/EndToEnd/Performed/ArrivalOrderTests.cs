using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Studies;
using CloudPacs.Integration.Tests.Performed;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Performed;

/// <summary>
/// An order, its change, what the modality does, its report and a merge of its patient come over sockets in many orders, each time with
/// numbers of their own: worklist and FHIR resources end alike. Every order that can happen is in the tests of the domain.
/// </summary>
public sealed class ArrivalOrderTests(StudyEngine shared) : IAsyncLifetime
{
    private const string Usual = "order change begin end preliminary final merge";

    // An order that has ended is not changed any more, and whoever sends the change is told: it ends as without the change.
    private const string Unchanged = "order begin end preliminary final merge";

    // The change made the order; what is older than it changes nothing, and whoever sends it is told.
    private const string Old = "change begin end preliminary final merge";

    /// <summary>How they come, by which door the modality reports, and how it would have come.</summary>
    private static readonly (string Events, string Door, string Same)[] Arrivals =
    [
        (Usual, "web", Usual),
        ("order merge change begin end preliminary final", "dimse", Usual),
        ("order change merge begin end preliminary final", "web", Usual),
        ("order change begin merge end preliminary final", "dimse", Usual),
        ("order change begin end merge preliminary final", "web", Usual),
        ("order change begin end preliminary merge final", "dimse", Usual),
        ("order change begin end final preliminary merge", "web", Usual),
        ("order change preliminary begin end final merge", "dimse", Usual),
        ("order change begin preliminary final end merge", "web", Usual),
        ("order change preliminary final begin end merge", "dimse", Usual),
        ("order begin change end preliminary final merge", "dimse", Usual),
        ("order begin change end merge final preliminary", "web", Usual),
        ("order begin end change preliminary final merge", "dimse", Unchanged),
        ("order begin end preliminary final merge change", "web", Unchanged),
        ("change order begin end preliminary final merge", "dimse", Old),
        ("change begin end order preliminary final merge", "web", Old),
        ("change begin order merge end final preliminary", "dimse", Old),
        ("final preliminary order change begin end merge", "dimse", Usual),
        ("preliminary order change begin end final merge", "web", Usual),
        ("final order change merge begin end preliminary", "dimse", Usual),
        ("preliminary merge order change begin end final", "web", Usual),
        ("final merge change order preliminary begin end", "dimse", Old),
        ("begin order change end preliminary final merge", "dimse", Usual),
        ("begin change order end preliminary final merge", "web", Old),
        ("begin end change order preliminary final merge", "dimse", Old),
        ("begin end order preliminary final merge", "web", Unchanged),
        ("begin final change end merge preliminary order", "dimse", Old),
        ("begin end preliminary final change merge order", "web", Old),
        ("order change end begin preliminary final merge", "dimse", Usual),
        ("end order change begin preliminary merge final", "web", Usual),
        ("end begin change order final preliminary merge", "dimse", Old),
        ("end final change begin merge order preliminary", "web", Old),
    ];

    private TestedEngine _engine = null!;
    private HisSender _his = null!;
    private PerformedModality _modality = null!;
    private DicomWebModality _web = null!;
    private EngineDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _engine = await shared.GetAsync();
        _his = new HisSender(_engine.MllpPort);
        _modality = await PerformedModality.ConnectAsync(_engine, PerformedStations.Accepting);
        _web = new DicomWebModality(_engine);
        _database = new EngineDatabase(_engine);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _web.Dispose();
        await _modality.DisposeAsync();
        await _his.DisposeAsync();
    }

    [Fact]
    public async Task Every_order_of_arrival_ends_alike_over_sockets()
    {
        var watch = Stopwatch.StartNew();
        var expected = new Dictionary<string, string>
        {
            [Usual] = await PlayAsync(new Case(90), Usual, "dimse"), [Unchanged] = await PlayAsync(new Case(91), Unchanged, "dimse"),
            [Old] = await PlayAsync(new Case(92), Old, "dimse"),
        };
        List<string> differences = [];

        for (var number = 0; number < Arrivals.Length; number++)
        {
            var (events, door, same) = Arrivals[number];
            var end = await PlayAsync(new Case(10 + number), events, door);
            if (end != expected[same]) differences.Add($"{events} ({door}):\n{Difference(expected[same], end)}");
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
        Assert.Contains("reasonCode[] = {id:\"map.1\",text:\"Suspected embolism\"}", Difference(expected[Usual], expected[Unchanged]), StringComparison.Ordinal);
        // When it was asked for first, and who asked: the change does not say it.
        Assert.All(
            Difference(expected[Usual], expected[Old]).Split('\n'),
            static line => Assert.True(line.Contains("authoredOn", StringComparison.Ordinal) || line.Contains("Entry.00080080", StringComparison.Ordinal), line));
        Assert.Contains("\"COMPLETED\"", expected[Usual], StringComparison.Ordinal);
        Assert.Contains("DiagnosticReport", expected[Usual], StringComparison.Ordinal);
        Assert.Distinct(Arrivals.Select(static arrival => (arrival.Events, arrival.Door)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Arrivals.Length} arrivals in {watch.Elapsed.TotalSeconds:0.0} s");
    }

    private async Task<string> PlayAsync(Case one, string events, string door)
    {
        foreach (var happens in events.Split(' '))
        {
            switch (happens)
            {
                case "order": await _his.PlaceAsync(one.Order); break;
                case "change": await _his.PlaceAsync(one.Order with { Control = "XO", Asked = "20261124080500", Reason = "Suspected embolism" }); break;
                case "begin": await ReportAsync(one, "create", door); break;
                case "end": await ReportAsync(one, "complete", door); break;
                case "preliminary": await _his.PlaceAsync(one.Report("P", "Perhaps an embolism.")); break;
                case "final": await _his.PlaceAsync(one.Report("F", "No embolism.")); break;
                default: await _his.PlaceAsync((one.Order with { PatientId = one.Survivor }).Event("A40", $"MRG|{one.Order.PatientId}^^^MERCY^MR\r")); break;
            }
        }

        return await DescribeAsync(one);
    }

    private async Task ReportAsync(Case one, string text, string door)
    {
        var report = PerformedReportText.Of(text);
        var attributes = report.DataSet(PerformedModality.SubjectOf(one.Order, PerformedStations.Accepting));
        if (door == "dimse")
            Assert.Equal(DimseStatus.Success, (await (report.Begins ? _modality.CreateAsync(one.Uid, attributes) : _modality.SetAsync(one.Uid, attributes))).Status);
        else if (report.Begins) Assert.Equal(HttpStatusCode.Created, (await _web.CreateAsync(one.Uid, attributes)).Status);
        else
        {
            // Who has no creation there says itself which station it is.
            attributes.Set(Tags.PerformedStationAeTitle, PerformedStations.Accepting);
            Assert.Equal(HttpStatusCode.OK, (await _web.UpdateAsync(one.Uid, attributes)).Status);
        }
    }

    /// <summary>The worklist entry and the resources, without ids, versions, times of arrival, and what tells one case from another.</summary>
    private async Task<string> DescribeAsync(Case one)
    {
        var accession = one.Order.Accession;
        var found = await _database.ListAsync(
            $"""
            WITH ours AS (SELECT order_id, id FROM requested_procedure WHERE accession_value = '{accession}')
            SELECT 'Patient', id FROM patient WHERE id IN (SELECT patient_id FROM patient_identifier WHERE value IN ('{one.Order.PatientId}', '{one.Survivor}'))
            UNION ALL SELECT 'ServiceRequest', order_id FROM ours
            UNION ALL SELECT 'Task', id FROM scheduled_procedure_step WHERE procedure_id IN (SELECT id FROM ours)
            UNION ALL SELECT 'Procedure', id FROM performed_procedure_step WHERE sop_instance_uid = '{one.Uid}'
            UNION ALL SELECT 'DiagnosticReport', id FROM report WHERE number_value = 'F{accession}'
            UNION ALL SELECT 'Observation', id FROM observation WHERE report_id IN (SELECT id FROM report WHERE number_value = 'F{accession}')
            """, static row => (Type: row.GetString(0), Id: row.GetGuid(1).ToString()));
        List<string> texts = [];
        foreach (var (type, id) in found)
        {
            var resource = JsonNode.Parse(await _engine.GetAsync($"/fhir/{type}/{id}"))!.AsObject();
            resource.Remove("meta");
            texts.AddRange(Lines($"{type} {id}", resource));
        }

        var entry = await _engine.GetAsync(
            $"/dicomweb/modality-scheduled-procedure-steps?AccessionNumber={accession}&ScheduledProcedureStepSequence.ScheduledProcedureStepStatus=COMPLETED&includefield=all");
        texts.AddRange(Lines("Entry", JsonNode.Parse(entry)!.AsArray().Single()!.AsObject()));
        var all = string.Join('\n', texts);
        foreach (var (type, id) in found)
        {
            var label = type == "Patient" ? (await _engine.GetAsync($"/fhir/Patient/{id}")).Contains("replaced-by", StringComparison.Ordinal) ? "prior" : "survivor" : type;
            all = all.Replace(id, label, StringComparison.Ordinal).Replace(id.Replace("-", "", StringComparison.Ordinal), label, StringComparison.Ordinal);
        }

        foreach (var (own, label) in ((string, string)[])[(one.Uid, "UID"), (one.Order.StudyUid, "STUDY"), (one.Survivor, "SURVIVOR"), (one.Order.PatientId, "PATIENT"), (accession, "ACC")])
            all = all.Replace(own, label, StringComparison.Ordinal);
        return string.Join('\n', all.Split('\n').Order(StringComparer.Ordinal));
    }

    /// <summary>A line for each member, and for each item of those that are arrays.</summary>
    private static IEnumerable<string> Lines(string name, JsonObject resource) => resource.SelectMany(member => member.Value is JsonArray items
        ? items.Select(item => $"{name}.{member.Key}[] = {Plain(item)}")
        : [$"{name}.{member.Key} = {Plain(member.Value)}"]);

    /// <summary>JSON with members and items in the order of the alphabet: their order says nothing.</summary>
    private static string Plain(JsonNode? node) => node switch
    {
        JsonObject members => $"{{{string.Join(',', members.Select(static member => $"{member.Key}:{Plain(member.Value)}").Order(StringComparer.Ordinal))}}}",
        JsonArray items => $"[{string.Join(',', items.Select(Plain).Order(StringComparer.Ordinal))}]",
        _ => node?.ToJsonString() ?? "null",
    };

    private static string Difference(string expected, string actual)
    {
        var (left, right) = (expected.Split('\n').ToList(), actual.Split('\n').ToList());
        foreach (var line in left.ToList())
            if (right.Remove(line)) left.Remove(line);
        return string.Join('\n', left.Select(static line => "  - " + line).Concat(right.Select(static line => "  + " + line)));
    }

    /// <summary>Numbers of one arrival, all of the same length.</summary>
    private sealed record Case(int Number)
    {
        public OrderText Order { get; } = new($"AO{Number}", $"AOP{Number}", "ARRIVAL^ADA");

        public string Survivor => $"AOX{Number}";

        public string Uid => $"1.2.826.0.1.3680043.10.9.12.{Number}";

        public string Report(string status, string words) => OrderText.Message("ORU^R01", "2.5.1",
            $"{Order.Patient}\rORC|RE|P{Order.Accession}^HIS|F{Order.Accession}^RIS\r"
            + $"OBR|1|P{Order.Accession}^HIS|F{Order.Accession}^RIS|CTCHEST^CT Chest^L|||20261124070000||||||||||||{Order.Accession}|||||||{status}\r"
            + $"OBX|1|TX|CT&IMP^Chest||{words}||||||{status}\rOBX|2|NM|DOSE^Dose^L||{(status == "P" ? 3 : 4)}|mGy|||||{status}\r");
    }
}
