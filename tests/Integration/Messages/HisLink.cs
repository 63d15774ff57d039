using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Settings;
using CloudPacs.Store.Orders;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Sends messages of a hospital to an engine in memory and looks at what is shown afterwards.</summary>
internal sealed class HisLink(Pipeline? engine = null)
{
    private int _sent;

    public Pipeline Engine { get; } = engine ?? new Pipeline();

    public string Application { get; set; } = "HIS";

    public string Facility { get; set; } = "MERCY";

    /// <summary>MSH-7 of the next message; a second later each time unless it is set.</summary>
    public string? SentAt { get; set; }

    public HisReply Send(string type, params string[] segments)
    {
        var sentAt = SentAt ?? $"202603100830{_sent % 60:00}";
        var header = $"MSH|^~\\&|{Application}|{Facility}|CP|CP|{sentAt}||{type}|M{++_sent}|P|2.5.1";
        return new HisReply(Encoding.UTF8.GetString(
            Engine.Send($"{header}\r{string.Join('\r', segments)}\r").Answers[^1].Span));
    }

    public static string Pid(string id, string name = "RAO^ANITA", string birth = "19800214", string sex = "F", string rest = "") =>
        $"PID|1||{id}^^^MERCY^MR||{name}||{birth}|{sex}{rest}";

    /// <summary>ORC and OBR of an order; the number as it stands in ORC-2 and OBR-2.</summary>
    public static string Order(string control, string placer, string accession = "", string start = "20260310093000") =>
        $"ORC|{control}|{placer}|||||^^^{start}^^R\r"
        + $"OBR|1|{placer}||CTCHEST^CT Chest^L||||||||||||||{accession}||||||CT|||^^^{start}^^R";

    /// <summary>The fields of a segment, its name first; those that are not named are empty.</summary>
    public static string[] Fields(string name, params (int Field, string Value)[] values)
    {
        var fields = new string[40];
        Array.Fill(fields, "");
        fields[0] = name;
        foreach (var (field, value) in values) fields[field] = value;
        return fields;
    }

    /// <summary>The open entries of the worklist, by patient id.</summary>
    public IReadOnlyList<DataSet> Entries =>
        [.. EntryCollector.Collect(Engine.Workspace, Engine.Workspace.Rows, new EntryFactory(new WorklistSettings(), Pipeline.Zone), revision: 1)!.Entries
            .Where(static entry => entry.State is StepState.Scheduled or StepState.Arrived or StepState.Started)
            .Select(static entry => entry.Compose())
            .OrderBy(static entry => entry.GetString(Tags.PatientId), StringComparer.Ordinal)];

    public static DataSet StepOf(DataSet entry) => entry.GetItems(Tags.ScheduledProcedureStepSequence)[0];

    public IReadOnlyList<JsonNode> Resources(string type) =>
        [.. Engine.Workspace.FhirWrites.Where(row => row.Type == type).GroupBy(static row => row.Id)
            .Select(static versions => JsonNode.Parse(versions.Last().Content.Span)!)];
}

/// <summary>An acknowledgement, with the problems that it names.</summary>
internal sealed class HisReply(string text)
{
    private readonly string[] _segments = text.Split('\r');

    public string Code => Fields("MSA")[0][1];

    /// <summary>Code, severity and place of each ERR.</summary>
    public IReadOnlyList<(string Code, string Severity, string Place)> Problems =>
        [.. Fields("ERR").Select(static fields => (fields[3].Split('^')[0], fields[4], fields[2]))];

    public override string ToString() => text.Replace('\r', '\n');

    private List<string[]> Fields(string segment) =>
        [.. _segments.Where(line => line.StartsWith(segment, StringComparison.Ordinal)).Select(static line => line.Split('|'))];
}
