using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>HL7 and DICOM libraries of others on both sides of the engine: what one sends, the others find.</summary>
public sealed class RealClientTests(SharedEngine shared)
{
    [Theory]
    [InlineData("node-hl7-client.mjs", "RC01")]
    [InlineData("simple-hl7.cjs", "RC02")]
    [InlineData("python_hl7.py", "RC03")]
    public async Task An_order_sent_by_another_library_is_acknowledged_and_found_by_every_modality_with_the_same_values(string script, string accession)
    {
        var engine = await shared.GetAsync();
        using var folder = new ScratchFolder();
        var order = new OrderText(accession, $"MRN-{accession}", $"Ayşe{accession}^Jérôme") { Start = "20261202141500", Modality = "MR", Station = $"MR{accession}" };

        var answer = await Tool.RunClientAsync(script, "127.0.0.1", $"{engine.MllpPort}", folder.Write("order.hl7", order.ToString()));

        Assert.Contains("\rMSA|AA|E2E", answer.ReplaceLineEndings("\r"), StringComparison.Ordinal);
        string[] expected = [accession, $"MRN-{accession}", $"Ayşe{accession}^Jérôme", order.StudyUid, "MR", $"MR{accession}", "20261202141500", $"S{accession}"];
        string[][] queries =
        [
            [$"00080050={accession}"], [$">00400001=MR{accession}", ">00400002=20261202"], [$"00100010=Ay*{accession}*"], [$"00100020=MRN-{accession}"],
            [">00080060=MR", $"00100010=ay?e{accession}*"],
        ];
        foreach (var keys in queries) Assert.Equal(expected, Values(Assert.Single(await Findscu.QueryAsync(engine.DicomPort, keys))));
        Assert.Equal(expected, await AskDcmjsAsync(engine, accession));
        Assert.Equal(expected, await AskOwnScuAsync(engine, accession));
    }

    private const string DcmjsKeys = """
        { "AccessionNumber": "ACCESSION", "PatientID": "", "PatientName": "", "StudyInstanceUID": "", "ScheduledProcedureStepSequence": [{ "Modality": "",
          "ScheduledStationAETitle": "", "ScheduledProcedureStepStartDate": "", "ScheduledProcedureStepStartTime": "", "ScheduledProcedureStepID": "" }] }
        """;

    private static string[] Values(FoundEntry entry) =>
        [entry.Accession, entry.PatientId, entry.Name, entry.StudyUid, entry.Modality, entry.Station, entry.Start, entry.StepId];

    private static async Task<string[]> AskDcmjsAsync(TestedEngine engine, string accession)
    {
        var json = await Tool.RunClientAsync("dcmjs-dimse.cjs", "127.0.0.1", $"{engine.DicomPort}", DcmjsKeys.Replace("ACCESSION", accession, StringComparison.Ordinal));
        using var found = JsonDocument.Parse(json);
        var entry = Assert.Single(found.RootElement.EnumerateArray());
        var step = entry.GetProperty("ScheduledProcedureStepSequence") is { ValueKind: JsonValueKind.Array } items ? items[0] : entry.GetProperty("ScheduledProcedureStepSequence");
        return
        [
            Text(entry, "AccessionNumber"), Text(entry, "PatientID"), Text(entry, "PatientName"), Text(entry, "StudyInstanceUID"), Text(step, "Modality"),
            Text(step, "ScheduledStationAETitle"), Text(step, "ScheduledProcedureStepStartDate") + Text(step, "ScheduledProcedureStepStartTime"), Text(step, "ScheduledProcedureStepID"),
        ];
    }

    /// <summary>dcmjs gives names as objects and single values as arrays or bare, by representation.</summary>
    private static string Text(JsonElement owner, string keyword)
    {
        var value = owner.GetProperty(keyword);
        if (value.ValueKind == JsonValueKind.Array) value = value[0];
        return value.ValueKind == JsonValueKind.Object ? value.GetProperty("Alphabetic").GetString()! : value.GetString()!;
    }

    private static async Task<string[]> AskOwnScuAsync(TestedEngine engine, string accession)
    {
        var step = new DataSet();
        foreach (var tag in (Tag[])[Tags.Modality, Tags.ScheduledStationAeTitle, Tags.ScheduledProcedureStepStartDate, Tags.ScheduledProcedureStepStartTime, Tags.ScheduledProcedureStepId]) step.SetEmpty(tag);
        var identifier = new DataSet().Set(Tags.AccessionNumber, accession).SetSequence(Tags.ScheduledProcedureStepSequence, step);
        foreach (var tag in (Tag[])[Tags.PatientId, Tags.PatientName, Tags.StudyInstanceUid]) identifier.SetEmpty(tag);
        var entry = Assert.Single(await OwnScu.QueryAsync(engine.DicomPort, identifier));
        var found = entry.GetItems(Tags.ScheduledProcedureStepSequence)[0];
        return
        [
            entry.GetString(Tags.AccessionNumber)!, entry.GetString(Tags.PatientId)!, entry.GetString(Tags.PatientName)!, entry.GetString(Tags.StudyInstanceUid)!,
            found.GetString(Tags.Modality)!, found.GetString(Tags.ScheduledStationAeTitle)!,
            found.GetString(Tags.ScheduledProcedureStepStartDate)! + found.GetString(Tags.ScheduledProcedureStepStartTime), found.GetString(Tags.ScheduledProcedureStepId)!,
        ];
    }
}
