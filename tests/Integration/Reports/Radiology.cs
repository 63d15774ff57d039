using System.Text.Json.Nodes;
using CloudPacs.Integration.Messages;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Reports;

namespace CloudPacs.Integration.Tests.Reports;

/// <summary>A pipeline, and what its reports look like in FHIR.</summary>
internal sealed class Radiology(Pipeline? pipeline = null)
{
    private int _count;

    public Pipeline Pipeline { get; } = pipeline ?? new Pipeline();

    public IReadOnlyList<ReportRow> Rows => [.. Pipeline.Workspace.Rows.OfType<ReportRow>()];

    public OrderRow Order => Pipeline.Workspace.Rows.OfType<OrderRow>().Single();

    public JsonObject Report => Resource("DiagnosticReport", Rows.Single().Id);

    public JsonObject Resource(string type, Guid id) =>
        JsonNode.Parse(Pipeline.Workspace.FindFhir(type, id.ToString())!.Content.Span)!.AsObject();

    /// <summary>Each message has a control id of its own.</summary>
    public AppliedResult Send(ReportText report) => Pipeline.Send((report with { ControlId = $"R{++_count}" }).ToString());

    public AppliedResult Send(string message) => Pipeline.Send(message);

    /// <summary>MSA-1, and the codes and places of the ERR segments.</summary>
    public static string[] Told(AppliedResult result) =>
        [AnswerBuilder.CodeOf(result.Answers)!, .. result.Problems.Select(static problem => $"{problem.Severity.ToString()[0]}{problem.Code} {problem.Location}")];

    /// <summary>The texts of a report, whole.</summary>
    public static string TextOf(JsonObject report) => string.Join(
        "\n--\n",
        report["presentedForm"]?.AsArray().Where(static form => form!["contentType"]!.GetValue<string>().StartsWith("text/plain", StringComparison.Ordinal))
            .Select(static form => ReportText.Decoded(form!["data"]!.GetValue<string>())) ?? []);
}
