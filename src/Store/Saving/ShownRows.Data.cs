using System.Collections.Frozen;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Studies;

namespace CloudPacs.Store.Saving;

/// <summary>
/// The FHIR resource that each kind of row is shown as: it is read with the row, as a change of the row makes its next version. A kind that
/// is missing here would be written as new each time.
/// </summary>
public static class ShownRows
{
    public static IReadOnlyDictionary<Type, string> All { get; } = new Dictionary<Type, string>
    {
        [typeof(PatientRow)] = "Patient",
        [typeof(VisitRow)] = "Encounter",
        [typeof(OrderRow)] = "ServiceRequest",
        [typeof(StepRow)] = "Task",
        [typeof(AppointmentRow)] = "Appointment",
        [typeof(PerformedStepRow)] = "Procedure",
        [typeof(StudyRow)] = "ImagingStudy",
        [typeof(ReportRow)] = "DiagnosticReport",
        [typeof(ObservationRow)] = "Observation",
    }.ToFrozenDictionary();

    internal static string? ResourceOf(Row row) => All.GetValueOrDefault(row.GetType());
}
