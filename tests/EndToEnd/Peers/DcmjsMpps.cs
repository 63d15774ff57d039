using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>A modality of another library (dcmjs-dimse) that reports performed procedure steps.</summary>
internal static class DcmjsMpps
{
    public static async Task<(int Status, string Comment)[]> ReportAsync(EngineProcess engine, params JsonObject[] reports)
    {
        using var folder = new ScratchFolder();
        var output = await Tool.RunClientAsync("dcmjs-mpps.cjs", "127.0.0.1", $"{engine.DicomPort}", folder.Write("reports.json", new JsonArray([.. reports]).ToJsonString()));
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line =>
        {
            using var answer = JsonDocument.Parse(line);
            return (answer.RootElement.GetProperty("status").GetInt32(), answer.RootElement.GetProperty("comment").GetString()!);
        })];
    }

    public static JsonObject Create(string uid, OrderText order) => new()
    {
        ["create"] = uid,
        ["attributes"] = new JsonObject
        {
            ["ScheduledStepAttributesSequence"] = new JsonArray(new JsonObject
            {
                ["StudyInstanceUID"] = order.StudyUid, ["AccessionNumber"] = order.Accession, ["RequestedProcedureID"] = "RP" + order.Accession,
                ["ScheduledProcedureStepID"] = "S" + order.Accession, ["ReferencedStudySequence"] = new JsonArray(), ["RequestedProcedureDescription"] = "CT Chest",
                ["ScheduledProcedureStepDescription"] = "CT Chest", ["ScheduledProtocolCodeSequence"] = new JsonArray(),
            }),
            ["PatientName"] = order.Name, ["PatientID"] = order.PatientId, ["PatientBirthDate"] = "19800203", ["PatientSex"] = "F",
            ["PerformedProcedureStepID"] = "PPS1", ["PerformedStationAETitle"] = "CT7", ["PerformedStationName"] = "", ["PerformedLocation"] = "",
            ["PerformedProcedureStepStartDate"] = "20261201", ["PerformedProcedureStepStartTime"] = "093500", ["PerformedProcedureStepStatus"] = "IN PROGRESS",
            ["PerformedProcedureStepDescription"] = "CT Chest", ["PerformedProcedureTypeDescription"] = "", ["ProcedureCodeSequence"] = new JsonArray(),
            ["PerformedProcedureStepEndDate"] = "", ["PerformedProcedureStepEndTime"] = "", ["Modality"] = "CT", ["StudyID"] = "",
            ["PerformedProtocolCodeSequence"] = new JsonArray(), ["PerformedSeriesSequence"] = new JsonArray(), ["ReferencedPatientSequence"] = new JsonArray(),
        },
    };

    public static JsonObject Set(string uid, string status) => new()
    {
        ["set"] = uid,
        ["attributes"] = new JsonObject
        {
            ["PerformedProcedureStepStatus"] = status, ["PerformedProcedureStepEndDate"] = "20261201", ["PerformedProcedureStepEndTime"] = "100500",
            ["PerformedSeriesSequence"] = new JsonArray(new JsonObject
            {
                ["SeriesInstanceUID"] = uid + ".1", ["ProtocolName"] = "Chest", ["PerformingPhysicianName"] = "", ["OperatorsName"] = "", ["SeriesDescription"] = "",
                ["RetrieveAETitle"] = "", ["ReferencedImageSequence"] = new JsonArray(), ["ReferencedNonImageCompositeSOPInstanceSequence"] = new JsonArray(),
            }),
        },
    };
}
