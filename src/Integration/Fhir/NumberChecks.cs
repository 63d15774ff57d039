using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Integration.Commands;
using CloudPacs.Translation.Fhir;

namespace CloudPacs.Integration.Fhir;

/// <summary>
/// Finds numbers in resources that cannot be those of patients, orders or steps: longer than DICOM allows, or with characters that nobody
/// sees (PS3.5 6.2). Texts are cut to fit instead.
/// </summary>
internal static class NumberChecks
{
    private static readonly string[] Numbers = [".value", ".namespace", ".universalId", ".universalIdType", "Uid", "Id", "]"];

    /// <param name="set">Commands that resources were read as.</param>
    /// <param name="parts">The way back to the resources.</param>
    public static IEnumerable<ResourceProblem> Find(CommandSet set, ResourceParts parts)
    {
        var (request, whole) = set switch
        {
            OrderCommands orders =>
                (new CommandRequest { Patient = orders.Patients[0], Orders = orders.Commands }, (Details)orders.Commands[0]),
            PatientCommands patients => (new CommandRequest { Patients = patients.Commands }, patients.Commands[0].Patient),
            AppointmentCommands booking => (new CommandRequest { Appointment = booking.Command }, booking.Command),
            _ => throw new ArgumentException("There is no other kind.", nameof(set)),
        };
        var faults = CommandChecks.Check(request, set.Context.ReceivedAt, static _ => true);
        foreach (var fault in faults.Where(static fault => Array.Exists(Numbers, fault.Path.EndsWith) && !IsAttribute(fault.Path)))
        {
            var isOfPatient = fault.Path.Contains("atient", StringComparison.Ordinal);
            var part = isOfPatient && set is OrderCommands { Patients: [var person, ..] } ? person : whole;
            yield return new ResourceProblem(
                parts.PlaceOf(part, isOfPatient ? "Patient" : null), true, "value", TypeOf(fault.Path) + ".identifier",
                $"The number or its system cannot be used: {fault.Text}");
        }
    }

    private static bool IsAttribute(string path) => path.Contains("ttributes", StringComparison.Ordinal);

    private static string TypeOf(string path) =>
        path.Contains("isit", StringComparison.Ordinal) || path.Contains("ccount", StringComparison.Ordinal) ? "Encounter"
        : path.Contains("atient", StringComparison.Ordinal) ? "Patient"
        : path.Contains("step", StringComparison.Ordinal) ? "Task"
        : path.StartsWith("appointment", StringComparison.Ordinal) ? "Appointment"
        : "ServiceRequest";
}
