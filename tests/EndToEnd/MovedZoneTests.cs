using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>An engine with open orders whose site is moved through several time zones: every door shows the same instants.</summary>
public sealed class MovedZoneTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-12-01T09:30:00+05:30", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Instants_stay()
    {
        await using var engine = new EngineInside(("SITE__TIMEZONE", "Asia/Kolkata"));
        await engine.StartAsync();
        await using (var his = new HisSender(engine.MllpPort))
            await his.PlaceAsync(new OrderText("TZ1", "TZ-1", "MOVED^ZONE"), new OrderText("TZ2", "TZ-1", "MOVED^ZONE"));
        await AssertShownAsync(engine, "+0530");
        await AssertTasksAsync(engine);

        foreach (var (zone, offset) in new[] { ("America/New_York", "-0500"), ("Pacific/Kiritimati", "+1400"), ("UTC", "+0000") })
        {
            Assert.Equal(0, await engine.StopAsync());
            await engine.With("SITE__TIMEZONE", zone).StartAsync();
            await AssertShownAsync(engine, offset);
            // What comes under the new zone and says nothing of the time leaves it.
            await using (var his = new HisSender(engine.MllpPort))
                await his.PlaceAsync(new OrderText("TZ2", "TZ-1", $"MOVED^{zone[..3]}") { Control = "XO", Start = "" });
            await AssertShownAsync(engine, offset);
            await AssertTasksAsync(engine);
        }
    }

    private static async Task AssertShownAsync(TestedEngine engine, string offset)
    {
        var query = new DataSet().Set(Tags.PatientId, "TZ-1").SetEmpty(Tags.TimezoneOffsetFromUtc).SetEmpty(Tags.AccessionNumber);
        query.SetSequence(
            Tags.ScheduledProcedureStepSequence,
            new DataSet().SetEmpty(Tags.ScheduledProcedureStepStartDate).SetEmpty(Tags.ScheduledProcedureStepStartTime));
        var entries = await OwnScu.QueryAsync(engine.DicomPort, query);

        Assert.Equal(2, entries.Count);
        foreach (var entry in entries)
        {
            var step = entry.GetItems(Tags.ScheduledProcedureStepSequence)[0];
            var text = step.GetString(Tags.ScheduledProcedureStepStartDate) + step.GetString(Tags.ScheduledProcedureStepStartTime)
                + entry.GetString(Tags.TimezoneOffsetFromUtc);
            Assert.EndsWith(offset, text, StringComparison.Ordinal);
            Assert.Equal(Start, DateTimeOffset.ParseExact(text.Insert(text.Length - 2, ":"), "yyyyMMddHHmmsszzz", CultureInfo.InvariantCulture));
        }

        // A range of the site's own days finds them.
        var day = Start.ToOffset(TimeSpan.ParseExact(offset[1..], "hhmm", CultureInfo.InvariantCulture) * (offset[0] == '-' ? -1 : 1)).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        Assert.Equal(2, (await Findscu.QueryAsync(engine.DicomPort, $">00400002={day}", "00100020=TZ-1")).Count);
    }

    private static async Task AssertTasksAsync(TestedEngine engine)
    {
        await using var database = new EngineDatabase(engine);
        var ids = await database.ListAsync("SELECT id::text FROM scheduled_procedure_step", static row => row.GetString(0));
        Assert.Equal(2, ids.Count);
        foreach (var id in ids)
        {
            var task = JsonNode.Parse(await engine.GetAsync($"/fhir/Task/{id}"))!;
            Assert.Equal(Start, DateTimeOffset.Parse((string)task["executionPeriod"]!["start"]!, CultureInfo.InvariantCulture));
        }
    }
}
