using CloudPacs.Domain.Reports;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Reports;

namespace CloudPacs.Resources;

/// <summary>Discrete results: whether they hold, and whose they are; code, value and time come from the message.</summary>
internal sealed class ObservationResource() : ResourceType<ObservationRow>("Observation")
{
    /// <summary>The report lists its results.</summary>
    protected override void ShowWith(ObservationRow row, ResourceRun run) => run.Show(run.Workspace.Peek<ReportRow>(row.ReportId));

    protected override FhirState? StateOf(ObservationRow row, ResourceRun run) =>
        run.Workspace.Peek<ReportRow>(row.ReportId) is not { } report ? null : new FhirState
        {
            PatientReference = report.PatientId is { } patient ? run.ReferenceToSurvivor(patient) : null,
            EncounterReference = ResourceRun.Reference("Encounter", report.VisitId),
            ServiceRequestReference = ResourceRun.Reference("ServiceRequest", report.OrderId),
            ReportReference = ResourceRun.Reference("DiagnosticReport", report),
            ReportStatus = ReportTable.Of(ReportTable.Shown(report)).Word,
        };

    protected override void Write(ObservationRow row, FhirState state, ResourceElements elements)
    {
        var report = elements.Run.Workspace.Peek<ReportRow>(row.ReportId)!;
        // A report that does not hold takes its results with it.
        elements.Code("status", ReportTable.Of(ReportTable.Shown(report)).IsWithdrawn ? state.ReportStatus! : row.Status);
        elements.Reference("subject", state.PatientReference);
        elements.Reference("encounter", state.EncounterReference);
        elements.ReferenceItem("basedOn", "order", state.ServiceRequestReference);
    }
}
