using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>A modality of another library (dcmjs-dimse) that reports performed procedure steps.</summary>
internal static class DcmjsMpps
{
    public static async Task<(int Status, string Comment)[]> ReportAsync(TestedEngine engine, params JsonObject[] reports)
    {
        using var folder = new ScratchFolder();
        var output = await Tool.RunClientAsync("dcmjs-mpps.cjs", "127.0.0.1", $"{engine.DicomPort}", folder.Write("reports.json", new JsonArray([.. reports]).ToJsonString()));
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line =>
        {
            using var answer = JsonDocument.Parse(line);
            return (answer.RootElement.GetProperty("status").GetInt32(), answer.RootElement.GetProperty("comment").GetString()!);
        })];
    }

    /// <summary>
    /// A report in words: <c>create</c>, <c>complete</c>, <c>discontinue</c> with a reason, or <c>abandon</c> without a series; the orders that
    /// it is about, <c>-</c> for none; <c>again</c> for a second performed step.
    /// </summary>
    public static JsonObject Of(string report, string uid, OrderText[] orders)
    {
        var words = report.Split(' ');
        if (words[^1] == "again") (uid, words) = (uid + ".2", words[..^1]);
        if (words[0] == "create")
        {
            var create = Create(uid, orders[0]);
            create["attributes"]!["ScheduledStepAttributesSequence"] =
                new JsonArray([.. words.Skip(1).Select(word => word == "-" ? WalkIn(uid) : Scheduled(orders[word[0] - '1']))]);
            return create;
        }

        var set = Set(uid, words[0] == "complete" ? "COMPLETED" : "DISCONTINUED");
        if (words[0] == "abandon") set["attributes"]!["PerformedSeriesSequence"] = new JsonArray();
        if (words[0] == "discontinue")
        {
            set["attributes"]!["PerformedProcedureStepDiscontinuationReasonCodeSequence"] = new JsonArray(
                new JsonObject { ["CodeValue"] = words[2], ["CodingSchemeDesignator"] = "DCM", ["CodeMeaning"] = "Reason" });
        }

        return set;
    }

    private static JsonObject Scheduled(OrderText order) => new()
    {
        ["StudyInstanceUID"] = order.StudyUid, ["AccessionNumber"] = order.Accession, ["RequestedProcedureID"] = "RP" + order.Accession,
        ["ScheduledProcedureStepID"] = "S" + order.Accession, ["ReferencedStudySequence"] = new JsonArray(), ["RequestedProcedureDescription"] = "CT Chest",
        ["ScheduledProcedureStepDescription"] = "CT Chest", ["ScheduledProtocolCodeSequence"] = new JsonArray(),
    };

    private static JsonObject WalkIn(string uid) => new()
    {
        ["StudyInstanceUID"] = uid + ".9", ["AccessionNumber"] = "", ["RequestedProcedureID"] = "", ["ScheduledProcedureStepID"] = "",
        ["ReferencedStudySequence"] = new JsonArray(), ["RequestedProcedureDescription"] = "", ["ScheduledProcedureStepDescription"] = "",
        ["ScheduledProtocolCodeSequence"] = new JsonArray(),
    };

    public static JsonObject Create(string uid, OrderText order) => new()
    {
        ["create"] = uid,
        ["attributes"] = new JsonObject
        {
            ["ScheduledStepAttributesSequence"] = new JsonArray(Scheduled(order)),
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
