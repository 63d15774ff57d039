using System.Collections.Frozen;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using Microsoft.AspNetCore.Http.Features;

namespace CloudPacs.Integration.Commands;

/// <summary>
/// <c>POST /api/worklist/files</c>: an entry of a worklist server of files becomes an order here, by the same commands as any other. Served
/// on loopback only.
/// </summary>
internal static partial class WorklistFilesApi
{
    /// <summary>Far more than an entry ever holds.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Attributes of the values of commands, by their names in a request.</summary>
    private static readonly FrozenDictionary<string, Tag> Values = new Dictionary<string, Tag>
    {
        ["primary"] = Tags.PatientId,
        ["others"] = Tags.OtherPatientIdsSequence,
        ["visit"] = Tags.AdmissionId,
        ["placerNumber"] = Tags.PlacerOrderNumberImagingServiceRequest,
        ["fillerNumber"] = Tags.FillerOrderNumberImagingServiceRequest,
        ["accessionNumber"] = Tags.AccessionNumber,
        ["requestedProcedureId"] = Tags.RequestedProcedureId,
        ["studyInstanceUid"] = Tags.StudyInstanceUid,
        ["stepIds"] = Tags.ScheduledProcedureStepId,
        ["stepId"] = Tags.ScheduledProcedureStepId,
        ["start"] = Tags.ScheduledProcedureStepStartDate,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<Field, Tag> Fields = new Dictionary<Field, Tag>
    {
        [Field.Number] = Tags.AccessionNumber,
        [Field.PlacerNumber] = Tags.PlacerOrderNumberImagingServiceRequest,
        [Field.FillerNumber] = Tags.FillerOrderNumberImagingServiceRequest,
        [Field.AccessionNumber] = Tags.AccessionNumber,
        [Field.RequestedProcedureId] = Tags.RequestedProcedureId,
        [Field.StudyInstanceUid] = Tags.StudyInstanceUid,
        [Field.StepId] = Tags.ScheduledProcedureStepId,
        [Field.Modality] = Tags.Modality,
        [Field.Procedure] = Tags.ScheduledProcedureStepSequence,
        [Field.ProcedureCode] = Tags.RequestedProcedureCodeSequence,
        [Field.Patient] = Tags.PatientId,
        [Field.PatientId] = Tags.PatientId,
        [Field.OtherPatient] = Tags.PatientId,
        [Field.Visit] = Tags.AdmissionId,
    }.ToFrozenDictionary();

    public static void Map(RouteGroupBuilder api, CommandDoor door) =>
        api.MapPost("/worklist/files", (
            HttpRequest request, string? sender, string? authority, string? accessionAuthority, string? facility,
            CancellationToken cancellationToken) =>
            AcceptAsync(request, door, new WorklistFileOwner(sender, authority, accessionAuthority, facility), cancellationToken));

    private static async Task<IResult> AcceptAsync(
        HttpRequest http, CommandDoor door, WorklistFileOwner owner, CancellationToken cancellationToken)
    {
        if (ForeignOrigin.Is(http)) return Results.Problem("Files are not taken from pages of another origin.", statusCode: 403);
        if (http.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { } limit) limit.MaxRequestBodySize = MaxBytes;
        using var body = new MemoryStream();
        await http.Body.CopyToAsync(body, cancellationToken);
        var file = WorklistFileReader.Read(body.ToArray(), owner, door.Zone);
        if (file.Request is not { } request) return Refuse(400, file, file.Faults);
        if (CommandChecks.Check(request, door.Now, door.IsModality) is { Count: > 0 } faults)
            return Refuse(400, file, faults.Select(static fault => new AttributeFault(AttributeOf(fault.Path), fault.Text)));
        if (door.Read(request, http.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "", WorklistFileReader.Rules) is not { } change)
            return Results.Problem($"There is no sender {owner.Sender} in the maps.", statusCode: 400);
        if (await door.ApplyAsync(change, cancellationToken) is not { } outcome)
            return Results.Problem("The database is not available: send the file again later.", statusCode: 503);
        return outcome.IsKept
            ? Results.Json(Json(file, outcome))
            : Refuse(422, file, outcome.Problems.Where(static problem => problem.IsError).Select(Fault));
    }

    private static JsonObject Json(WorklistFile file, Outcome outcome) => new()
    {
        ["made"] = outcome.Audit.Any(static act => act.Verb == AuditVerbs.OrderPlaced),
        ["state"] = outcome.Orders is [{ State: { } state }, ..] ? StepStates.Name(state) : null,
        ["steps"] = new JsonArray([.. outcome.Orders[0].Steps.Select(static step => (JsonNode)new JsonObject
        {
            ["accessionNumber"] = step.AccessionNumber.Value,
            ["requestedProcedureId"] = step.RequestedProcedureId,
            ["studyInstanceUid"] = step.StudyInstanceUid,
            ["stepId"] = step.StepId,
        })]),
        ["leftOut"] = LeftOut(file),
        ["notes"] = new JsonArray([.. outcome.Problems.Select(static problem => (JsonNode)problem.Text)]),
    };

    private static IResult Refuse(int status, WorklistFile file, IEnumerable<AttributeFault> faults) => Results.Json(
        new JsonObject
        {
            ["faults"] = new JsonArray([.. faults.Select(
                static fault => (JsonNode)new JsonObject { ["attribute"] = fault.Attribute, ["text"] = fault.Text })]),
            ["leftOut"] = LeftOut(file),
        },
        statusCode: status);

    private static JsonArray LeftOut(WorklistFile file) => new([.. file.LeftOut.Select(static name => (JsonNode)name)]);

    private static AttributeFault Fault(Problem problem) =>
        new(Fields.TryGetValue(problem.Field, out var tag) ? AttributeFault.NameOf(tag) : null, problem.Text);

    /// <summary>The attribute of a path such as <c>patient.attributes.00100010</c> or <c>orders[0].accessionNumber.value</c>.</summary>
    private static string? AttributeOf(string path)
    {
        foreach (var part in path.Split('.').Reverse().Select(static part => Places().Replace(part, "")))
        {
            if (part.Length == 8 && Tag.TryParse(part, out var tag)) return AttributeFault.NameOf(tag);
            if (Values.TryGetValue(part, out var known)) return AttributeFault.NameOf(known);
        }

        return null;
    }

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Places();
}
