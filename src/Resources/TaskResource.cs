using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Orders;
using CloudPacs.Translation;

namespace CloudPacs.Resources;

/// <summary>Scheduled procedure steps: state, time, station, and the order that they are part of.</summary>
internal sealed class TaskResource() : ResourceType<StepRow>("Task")
{
    /// <summary>An order is what its steps are.</summary>
    protected override void ShowWith(StepRow row, ResourceRun run) => run.Show(OrderOf(row, run));

    protected override FhirState? StateOf(StepRow row, ResourceRun run)
    {
        if (run.Workspace.Peek<ProcedureRow>(row.ProcedureId) is not { } procedure || OrderOf(row, run) is not { } order) return null;
        return run.StateOf(order) with
        {
            AccessionNumber = procedure.AccessionNumber.ToMapped(),
            RequestedProcedureId = procedure.RequestedProcedureId,
            StudyInstanceUid = procedure.StudyInstanceUid,
            StepId = row.StepId,
            Modality = row.Modality,
            StepText = () => Attributes.Read(row.Attributes).GetString(Tags.ScheduledProcedureStepDescription),
            StationAeTitles = row.StationAeTitles,
            TaskStatus = OrderStatus.Task(row),
            StepState = OrderStatus.BusinessStatus(row),
            StatusReason = OrderStatus.TaskReason(row) ?? run.Context.Reasons.GetValueOrDefault(row),
            StartInstant = StepTimes.StartOf(row, run.Context),
            EndInstant = StepTimes.EndOf(row, run.Context),
        };
    }

    protected override void Write(StepRow row, FhirState state, ResourceElements elements)
    {
        elements.Code("status", state.TaskStatus!);
        elements.Code("intent", "filler-order");
        elements.Words("businessStatus", state.StepState!);
        if (state.StatusReason is { } reason) elements.Words("statusReason", reason);
        else if (row.StepState is not StepState.OnHold && row.StepState < StepState.Completed) elements.Remove("statusReason");
        elements.Identifier("step", static root => root + "/scheduled-procedure-step-id", state.StepId);
        elements.Reference("focus", state.ServiceRequestReference);
        elements.ReferenceItem("basedOn", "order", state.ServiceRequestReference);
        elements.Reference("for", state.PatientReference);
        elements.Reference("encounter", state.EncounterReference);
        if (state.StartInstant is { } start) elements.Period("executionPeriod", "executionPeriod"u8, start, state.EndInstant);
        WriteOwner(row, elements);
    }

    /// <summary>
    /// The station. Its system is under our own root, which is not at hand for the engine's own changes: those move no step.
    /// </summary>
    private static void WriteOwner(StepRow row, ResourceElements elements)
    {
        if (row.StationAeTitles.Count == 0)
        {
            elements.Remove("owner");
            return;
        }

        if (elements.Run.Context.Identifiers?.Settings.BaseUri is { } root) WriteOwner(row.StationAeTitles[0], root, elements);
    }

    private static void WriteOwner(string station, string root, ResourceElements elements) => elements.Set("owner", json =>
    {
        json.BeginObject();
        json.Text("type"u8, "Device");
        json.Name("identifier"u8);
        ResourceElements.WriteIdentifier(json, root + "/ae-title", station);
        json.Text("display"u8, station);
        json.EndObject();
    });

    private static OrderRow? OrderOf(StepRow row, ResourceRun run) =>
        run.Workspace.Peek<ProcedureRow>(row.ProcedureId) is { } procedure ? run.Workspace.Peek<OrderRow>(procedure.OrderId) : null;
}
