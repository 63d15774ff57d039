using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Integration.Mapping.Targets;
using CloudPacs.Integration.Orders;
using CloudPacs.Integration.Patients;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Integration.Mapping;

/// <summary>What rows say to their FHIR resources: the variables of the maps, and what holds whatever message came.</summary>
internal static class ResourceState
{
    public static FhirState Of(PatientRow patient) => new()
    {
        PatientReference = Reference("Patient", patient.Id),
        PatientId = PrimaryOf(patient),
        IsPatientActive = patient is { Active: true, MergedInto: null },
    };

    public static FhirState Of(VisitRow visit) => new()
    {
        PatientReference = Reference("Patient", visit.PatientId),
        EncounterReference = Reference("Encounter", visit.Id),
        VisitNumber = visit.Number,
        EncounterStatus = visit.Status,
    };

    public static FhirState Of(OrderRow order, Workspace workspace, ResourceContext context)
    {
        var procedure = order.Procedures.Count > 0 ? order.Procedures[0] : null;
        var groups = context.Message?.Groups ?? [];
        var group = groups.Find(g => Same(g.PlacerNumber, order.PlacerNumber) || Same(g.FillerNumber, order.FillerNumber)) ?? (groups.Count > 0 ? groups[0] : null);
        return new FhirState
        {
            PatientReference = Reference("Patient", SurvivorOf(order.PatientId, workspace)),
            EncounterReference = Reference("Encounter", order.VisitId),
            ServiceRequestReference = Reference("ServiceRequest", order.Id),
            ReplacesReference = Reference("ServiceRequest", order.Replaces),
            PlacerNumber = order.PlacerNumber,
            FillerNumber = order.FillerNumber,
            AccessionNumber = procedure?.AccessionNumber,
            RequestedProcedureId = procedure?.RequestedProcedureId,
            StudyInstanceUid = procedure?.StudyInstanceUid,
            ServiceRequestStatus = OrderStatus.ServiceRequest(order),
            Intent = group is { IsFillerFeed: true } ? "filler-order" : "order",
            AuthoredOn = group?.TransactionTime,
            StartInstant = StartOf(order, context),
            EndInstant = order.Procedures.SelectMany(static p => p.Steps).Max(step => EndOf(step, context)),
        };
    }

    public static FhirState? Of(StepRow step, Workspace workspace, ResourceContext context)
    {
        if (workspace.Procedure(step.ProcedureId) is not { } procedure || workspace.Order(procedure.OrderId) is not { } order) return null;
        return Of(order, workspace, context) with
        {
            AccessionNumber = procedure.AccessionNumber,
            RequestedProcedureId = procedure.RequestedProcedureId,
            StudyInstanceUid = procedure.StudyInstanceUid,
            StepId = step.StepId,
            Modality = step.Modality,
            StationAeTitles = step.StationAeTitles,
            TaskStatus = OrderStatus.Task(step),
            StepState = OrderStatus.BusinessStatus(step),
            StatusReason = OrderStatus.TaskReason(step),
            StartInstant = StartOf(step, context),
            EndInstant = EndOf(step, context),
        };
    }

    /// <summary>active and link: merged (FHIR R4 patient.html 8.1.10) and linked patients.</summary>
    public static FhirPatch Links(PatientRow patient, IReadOnlySet<Row> changed, Workspace workspace)
    {
        var patch = new FhirPatch("Patient");
        patch.Element("active").Value = JsonValue.Create(patient is { Active: true, MergedInto: null });
        var links = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        if (patient.MergedInto is not null) links["replacedby"] = Link(SurvivorOf(patient.Id, workspace), "replaced-by");
        foreach (var prior in changed.OfType<PatientRow>().Where(p => p.MergedInto is not null && SurvivorOf(p.Id, workspace) == patient.Id))
            links[$"replaces{prior.Id:N}"] = Link(prior.Id, "replaces");
        foreach (var other in patient.LinkedTo) links[$"seealso{other:N}"] = Link(other, "seealso");
        // Links that were taken back leave their slot.
        foreach (var slot in LinkSlots(workspace.FindFhir("Patient", patient.Id.ToString())?.Slots))
            if (slot.StartsWith("seealso", StringComparison.Ordinal) && !links.ContainsKey(slot)) links[slot] = null;
        foreach (var (slot, link) in links) patch.Element("link").Set(slot, link);
        return patch;
    }

    public static FhirPatch Patch(VisitRow visit)
    {
        var patch = new FhirPatch("Encounter");
        patch.Element("status").Value = JsonValue.Create(visit.Status);
        patch.Element("subject").Value = ReferenceNode("Patient", visit.PatientId);
        return patch;
    }

    public static FhirPatch Patch(OrderRow order, Workspace workspace)
    {
        var patch = new FhirPatch("ServiceRequest");
        patch.Element("status").Value = JsonValue.Create(OrderStatus.ServiceRequest(order));
        patch.Element("subject").Value = ReferenceNode("Patient", SurvivorOf(order.PatientId, workspace));
        if (order.VisitId is { } visit) patch.Element("encounter").Value = ReferenceNode("Encounter", visit);
        // Type 1 elements of an order that no message has described yet, such as a draft.
        if (workspace.FindFhir("ServiceRequest", order.Id.ToString()) is null && order.Procedures.Count == 0) patch.Element("intent").Value = JsonValue.Create("order");
        return patch;
    }

    public static FhirPatch Patch(StepRow step, FhirState state)
    {
        var patch = new FhirPatch("Task");
        patch.Element("status").Value = JsonValue.Create(state.TaskStatus);
        patch.Element("businessStatus").Value = new JsonObject { ["text"] = state.StepState };
        patch.Element("for").Value = new JsonObject { ["reference"] = state.PatientReference };
        if (state.StatusReason is { } reason) patch.Element("statusReason").Value = new JsonObject { ["text"] = reason };
        else patch.Element("statusReason").IsRemoved = true;
        return patch;
    }

    public static FhirState Of(AppointmentRow appointment, Workspace workspace) => new()
    {
        PatientReference = appointment.PatientId is { } patient ? Reference("Patient", SurvivorOf(patient, workspace)) : null,
        ServiceRequestReference = Reference("ServiceRequest", appointment.OrderId),
        AppointmentReference = Reference("Appointment", appointment.Id),
        AppointmentStatus = appointment.Status,
        StartInstant = appointment.Start,
    };

    public static FhirPatch Patch(AppointmentRow appointment)
    {
        var patch = new FhirPatch("Appointment");
        patch.Element("status").Value = JsonValue.Create(appointment.Status);
        return patch;
    }

    /// <summary>When the first step is due; an order without a time of its own has none.</summary>
    private static DateTimeOffset? StartOf(OrderRow order, ResourceContext context)
    {
        var first = order.Procedures.SelectMany(static p => p.Steps).Where(static s => !s.Flags.Contains("unscheduled-time")).MinBy(static s => s.Start);
        return first is null ? null : StartOf(first, context);
    }

    /// <summary>The start as an instant, with the offset that the sender gave when the message tells it, else the site's.</summary>
    private static DateTimeOffset StartOf(StepRow step, ResourceContext context)
    {
        var start = new DateTimeOffset(step.Start, context.SiteZone.GetUtcOffset(step.Start));
        var sent = (context.Message?.Procedures ?? []).SelectMany(static p => p.Steps).FirstOrDefault(s => s.StartInstant?.UtcDateTime == start.UtcDateTime)?.StartInstant;
        return sent ?? start;
    }

    /// <summary>When the step is to end, with the offset of its start; null when nobody said.</summary>
    private static DateTimeOffset? EndOf(StepRow step, ResourceContext context)
    {
        // Few orders give an end: only then is the data set read.
        if (step.Attributes.Span.IndexOf("\"00400004\""u8) < 0) return null;
        var attributes = Attributes.Read(step.Attributes);
        var text = attributes.GetString(Tags.ScheduledProcedureStepEndDate) + attributes.GetString(Tags.ScheduledProcedureStepEndTime);
        if (!DateTime.TryParseExact(text, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end) || end < step.Start) return null;
        return new DateTimeOffset(end, context.SiteZone.GetUtcOffset(end)).ToOffset(StartOf(step, context).Offset);
    }

    private static Identifier? PrimaryOf(PatientRow patient) => patient.Identifiers.Find(static held => held.IsPrimary)?.Identifier;

    private static Guid SurvivorOf(Guid patient, Workspace workspace) => workspace.Survivor(patient)?.Id ?? patient;

    private static bool Same(Identifier? a, Identifier? b) => a is { } left && b is { } right && left.Value == right.Value;

    private static string? Reference(string type, Guid? id) => id is { } known ? $"{type}/{known}" : null;

    private static JsonObject ReferenceNode(string type, Guid id) => new() { ["reference"] = $"{type}/{id}" };

    private static JsonObject Link(Guid other, string type) => new() { ["other"] = ReferenceNode("Patient", other), ["type"] = type };

    private static IEnumerable<string> LinkSlots(string? slots) =>
        (slots ?? "").Split(';').Where(static part => part.StartsWith("link=", StringComparison.Ordinal)).SelectMany(static part => part[5..].Split(','));
}
