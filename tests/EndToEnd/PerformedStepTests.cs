using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Tests.Performed;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>Performed procedure steps as a modality of another library reports them, seen by DCMTK and in FHIR.</summary>
public sealed class PerformedStepTests(SharedEngine shared)
{
    [Fact]
    public async Task A_step_is_started_and_completed()
    {
        var engine = await shared.GetAsync();
        await using var his = new HisSender(engine.MllpPort);
        var order = new OrderText("PP01", "PP-1", "PERFORM^PAUL");
        await his.PlaceAsync(order);

        var begun = await DcmjsMpps.ReportAsync(engine, DcmjsMpps.Create("1.2.3.1", order));
        var during = await Findscu.QueryAsync(engine.DicomPort, "00080050=PP01", ">00400020=STARTED");
        var ended = await DcmjsMpps.ReportAsync(engine, DcmjsMpps.Set("1.2.3.1", "COMPLETED"));
        var after = await Findscu.QueryAsync(engine.DicomPort, "00080050=PP01", ">00400020=COMPLETED");

        Assert.Equal([(0, "")], begun);
        Assert.Equal("STARTED", Assert.Single(during).Status);
        Assert.Equal([(0, "")], ended);
        Assert.Equal("COMPLETED", Assert.Single(after).Status);
        Assert.Empty(await Findscu.QueryAsync(engine.DicomPort, "00080050=PP01"));
    }

    /// <summary>The cases of IHE Scheduled Workflow (RAD TF-1 4.3), two orders each: what is reported, and the states of their entries.</summary>
    [Theory]
    [InlineData("scheduled", "create 1; complete 1", "COMPLETED", "SCHEDULED")]
    [InlineData("unscheduled", "create -; complete -", "SCHEDULED", "SCHEDULED")]
    [InlineData("group", "create 1 2; complete 1", "COMPLETED", "COMPLETED")]
    [InlineData("append, first ended", "create 1; create 1 again; complete 1", "STARTED", "SCHEDULED")]
    [InlineData("append, both ended", "create 1; create 1 again; complete 1; complete 1 again", "COMPLETED", "SCHEDULED")]
    [InlineData("wrong entry", "create 1; discontinue 1 110514; create 2 again; complete 2 again", "SCHEDULED", "COMPLETED")]
    [InlineData("discontinued with a reason", "create 1; discontinue 1 110505", "DISCONTINUED", "SCHEDULED")]
    [InlineData("abandoned without images", "create 1; abandon 1", "DISCONTINUED", "SCHEDULED")]
    [InlineData("each report twice", "create 1; create 1; complete 1; complete 1", "COMPLETED", "SCHEDULED")]
    public async Task The_cases_of_scheduled_workflow_with_another_library(string name, string reports, string first, string second)
    {
        var engine = await shared.GetAsync();
        await using var his = new HisSender(engine.MllpPort);
        var key = name.Sum(static c => c) % 1000;
        OrderText[] orders = [new($"P1{key}", $"PP-{key}", "PERFORM^PAT"), new($"P2{key}", $"PP-{key}", "PERFORM^PAT")];
        await his.PlaceAsync(orders[0], orders[1]);
        var uid = $"1.2.826.0.1.3680043.10.9.3.{key}";

        var answers = await DcmjsMpps.ReportAsync(engine, [.. reports.Split("; ").Select(report => DcmjsMpps.Of(report, uid, orders))]);

        Assert.All(answers, static answer => Assert.Equal((0, ""), answer));
        foreach (var (order, state) in orders.Zip((string[])[first, second]))
            Assert.Equal(state, Assert.Single(await Findscu.QueryAsync(engine.DicomPort, $"00080050={order.Accession}", $">00400020={state}")).Status);
        using var found = JsonDocument.Parse(await engine.GetAsync($"/fhir/Procedure?identifier=urn:dicom:uid|{uid}"));
        var procedure = Assert.Single(found.RootElement.GetProperty("entry").EnumerateArray()).GetProperty("resource");
        Assert.Equal(name == "group" ? 2 : name == "unscheduled" ? 0 : 1, procedure.TryGetProperty("basedOn", out var orderReferences) ? orderReferences.GetArrayLength() : 0);
    }

    [Theory]
    [InlineData("COMPLETED", null, "completed", "completed", "completed")]
    [InlineData("DISCONTINUED", "110501", "failed", "revoked", "stopped")]
    [InlineData("DISCONTINUED", "110514", "requested", "active", "stopped")]
    public async Task FHIR_follows_at_once(string status, string? reason, string task, string request, string procedure)
    {
        var engine = await shared.GetAsync();
        await using var his = new HisSender(engine.MllpPort);
        var order = new OrderText($"PF{status[0]}{reason}", $"PF-{status[0]}{reason}", "FHIR^FAY");
        var uid = "1.2.826.0.1.3680043.10.9.6." + order.StudyUid.Split('.')[^1];
        await his.PlaceAsync(order);
        using var web = new DicomWebModality(engine);
        var subject = Performed.PerformedModality.SubjectOf(order);
        DataSet Report(string text) => PerformedReportText.Of(text).DataSet(subject);

        await web.CreateAsync(uid, Report("create"));
        var during = await StatesAsync(engine, order, uid);
        await web.UpdateAsync(uid, Report(status == "COMPLETED" ? "complete" : $"discontinue reason={reason}"));
        var after = await StatesAsync(engine, order, uid);
        await his.PlaceAsync(order.Event("A08"));
        var later = await StatesAsync(engine, order, uid);

        Assert.Equal(("in-progress", "active", "in-progress", (string?)null), during);
        Assert.Equal((task, request, procedure, task == "failed" ? "Reason 110501" : null), after);
        Assert.Equal(after, later);
    }

    /// <summary>Status of Task, ServiceRequest and Procedure, and the reason of the Task.</summary>
    private static async Task<(string? Task, string? Request, string? Procedure, string? Reason)> StatesAsync(TestedEngine engine, OrderText order, string uid)
    {
        // Which ids they have only the database tells.
        await using var database = new EngineDatabase(engine);
        var (task, request, procedure) = Assert.Single(await database.ListAsync(
            $"""
            SELECT s.id, p.order_id, m.id FROM requested_procedure p
            JOIN scheduled_procedure_step s ON s.procedure_id = p.id
            JOIN performed_procedure_step m ON m.sop_instance_uid = '{uid}'
            WHERE p.accession_value = '{order.Accession}'
            """, static row => (row.GetGuid(0), row.GetGuid(1), row.GetGuid(2))));
        async Task<JsonNode> ReadAsync(string path) => JsonNode.Parse(await engine.GetAsync("/fhir/" + path))!;
        var step = await ReadAsync($"Task/{task}");
        return ((string?)step["status"], (string?)(await ReadAsync($"ServiceRequest/{request}"))["status"], (string?)(await ReadAsync($"Procedure/{procedure}"))["status"],
            (string?)step["statusReason"]?["text"]);
    }
}
