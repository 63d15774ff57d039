using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>The ImagingStudy of a study, read over FHIR.</summary>
internal static class StudyResource
{
    public static async Task<JsonObject> ReadAsync(TestedEngine engine, string studyInstanceUid)
    {
        await using var database = new EngineDatabase(engine);
        var ids = await database.ListAsync($"SELECT id::text FROM study WHERE study_instance_uid = '{studyInstanceUid}'", static row => row.GetString(0));
        var study = JsonNode.Parse(await engine.GetAsync($"/fhir/ImagingStudy/{Assert.Single(ids)}"))!.AsObject();
        Assert.Equal("urn:oid:" + studyInstanceUid, (string?)study["identifier"]!.AsArray().Single(static one => (string?)one!["system"] == "urn:dicom:uid")!["value"]);
        return study;
    }

    /// <summary>Waits until it counts so many instances; it may be behind while images come, but not for long.</summary>
    public static async Task<JsonObject> ReadAsync(TestedEngine engine, string studyInstanceUid, int instances)
    {
        for (var left = 200; ; left--)
        {
            var study = await ReadAsync(engine, studyInstanceUid);
            if ((int)study["numberOfInstances"]! == instances) return study;
            Assert.True(left > 0, $"{(int)study["numberOfInstances"]!} of {instances} instances are counted.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Rule and state of each link, as the tables of the store have them.</summary>
    public static async Task<IReadOnlyList<string>> LinksAsync(TestedEngine engine, string studyInstanceUid)
    {
        await using var database = new EngineDatabase(engine);
        return await database.ListAsync(
            $"SELECT link.rule, link.state FROM study_link link JOIN study ON study.id = link.study_id WHERE study.study_instance_uid = '{studyInstanceUid}' ORDER BY 1, 2",
            static row => $"{(Store.Studies.LinkRule)row.GetInt16(0)} {(Store.Studies.LinkState)row.GetInt16(1)}");
    }

    /// <summary>The accession number and placer number of the orders that the study is based on.</summary>
    public static async Task<IReadOnlyList<string>> OrdersAsync(TestedEngine engine, JsonObject study)
    {
        var placers = new List<string>();
        foreach (var order in study["basedOn"]?.AsArray() ?? [])
        {
            var request = JsonNode.Parse(await engine.GetAsync($"/fhir/{order!["reference"]}"))!;
            placers.Add((string)request["identifier"]!.AsArray().Single(static one => (string?)one!["type"]?["coding"]?[0]?["code"] == "PLAC")!["value"]!);
        }

        return placers;
    }

    /// <summary>The ids of the patient that it is of; empty when it is of nobody who is known.</summary>
    public static async Task<IReadOnlyList<string>> PatientIdsAsync(TestedEngine engine, JsonObject study)
    {
        if ((string?)study["subject"]!["reference"] is not { } reference) return [];
        var patient = JsonNode.Parse(await engine.GetAsync("/fhir/" + reference))!;
        return [.. patient["identifier"]!.AsArray().Select(static one => (string)one!["value"]!)];
    }
}
