using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Resources;

/// <summary>What rows say to their FHIR resources: the variables <c>$state.x</c> of the maps.</summary>
internal static class ResourceState
{
    public static FhirState Of(PatientRow patient) => new()
    {
        PatientReference = Reference("Patient", patient.Id),
        PatientId = patient.Identifiers.Find(static held => held.IsPrimary)?.Identifier.ToMapped(),
        OtherPatientIds = [.. patient.Identifiers.Where(static held => held is { IsPrimary: false, IsPrior: false }).Select(static held => held.Identifier.ToMapped())],
        PriorPatientIds = [.. patient.Identifiers.Where(static held => held.IsPrior).Select(static held => held.Identifier.ToMapped())],
        IsPatientActive = patient is { Active: true, MergedInto: null },
    };

    public static FhirState Of(VisitRow visit) => new()
    {
        PatientReference = Reference("Patient", visit.PatientId),
        EncounterReference = Reference("Encounter", visit.Id),
        VisitNumber = visit.Number.ToMapped(),
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
            ParentReference = Reference("ServiceRequest", Families.ParentOf(order, workspace)?.Id),
            ReplacesReference = Reference("ServiceRequest", order.Replaces),
            PlacerNumber = order.PlacerNumber.ToMapped(),
            FillerNumber = order.FillerNumber.ToMapped(),
            AccessionNumber = procedure?.AccessionNumber.ToMapped(),
            RequestedProcedureId = procedure?.RequestedProcedureId,
            StudyInstanceUid = procedure?.StudyInstanceUid,
            ServiceRequestStatus = StatusOf(order, workspace),
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
            AccessionNumber = procedure.AccessionNumber.ToMapped(),
            RequestedProcedureId = procedure.RequestedProcedureId,
            StudyInstanceUid = procedure.StudyInstanceUid,
            StepId = step.StepId,
            Modality = step.Modality,
            StationAeTitles = step.StationAeTitles,
            TaskStatus = OrderStatus.Task(step),
            StepState = OrderStatus.BusinessStatus(step),
            StatusReason = OrderStatus.TaskReason(step) ?? context.Reasons.GetValueOrDefault(step),
            StartInstant = StartOf(step, context),
            EndInstant = EndOf(step, context),
        };
    }

    public static FhirState Of(AppointmentRow appointment, Workspace workspace) => new()
    {
        PatientReference = appointment.PatientId is { } patient ? Reference("Patient", SurvivorOf(patient, workspace)) : null,
        ServiceRequestReference = Reference("ServiceRequest", appointment.OrderId),
        AppointmentReference = Reference("Appointment", appointment.Id),
        AppointmentStatus = appointment.Status,
        StartInstant = appointment.Start,
    };

    /// <summary>A parent is what its children are; null when they are not all at hand.</summary>
    private static string? StatusOf(OrderRow order, Workspace workspace)
    {
        if (!order.IsParent) return OrderStatus.ServiceRequest(order);
        return workspace.HasOrdersOf(order.PatientId) ? OrderStatus.ServiceRequest(order, Families.ChildrenOf(order, workspace.OrdersOf(order.PatientId))) : null;
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
        var start = Instant(step.Start, context.SiteZone);
        var sent = (context.Message?.Procedures ?? []).SelectMany(static p => p.Steps).FirstOrDefault(s => s.StartInstant?.UtcDateTime == start.UtcDateTime)?.StartInstant;
        return sent ?? start;
    }

    /// <summary>Scheduled Procedure Step End Date and Time, unless it lies before the start; most steps have none, and are not read for it.</summary>
    private static DateTimeOffset? EndOf(StepRow step, ResourceContext context)
    {
        if (step.Attributes.Span.IndexOf("\"00400004\""u8) < 0) return null;
        return StepWriter.EndOf(Attributes.Read(step.Attributes)) is { } end && end >= step.Start ? Instant(end, context.SiteZone) : null;
    }

    /// <summary>A local time of the site; where its offset leads out of the calendar, on its first and last day, it is taken as UTC.</summary>
    private static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(local);
        var isInCalendar = local.Ticks - offset.Ticks >= DateTime.MinValue.Ticks && local.Ticks - offset.Ticks <= DateTime.MaxValue.Ticks;
        return new DateTimeOffset(local, isInCalendar ? offset : TimeSpan.Zero);
    }

    public static Guid SurvivorOf(Guid patient, Workspace workspace) => workspace.Survivor(patient)?.Id ?? patient;

    private static bool Same(MappedIdentifier? a, Identifier? b) => a is { } left && b is { } right && left.Value == right.Value;

    private static string? Reference(string type, Guid? id) => id is { } known ? $"{type}/{known}" : null;
}
