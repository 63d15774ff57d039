using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Orders;

namespace CloudPacs.Resources;

/// <summary>Bookings: whether they hold, what they are for and whose they are; time, place and people come from the message.</summary>
internal sealed class AppointmentResource() : ResourceType<AppointmentRow>("Appointment")
{
    protected override FhirState StateOf(AppointmentRow row, ResourceRun run) => new()
    {
        PatientReference = row.PatientId is { } patient ? run.ReferenceToSurvivor(patient) : null,
        ServiceRequestReference = ResourceRun.Reference("ServiceRequest", row.OrderId),
        AppointmentReference = ResourceRun.Reference("Appointment", row),
        AppointmentStatus = row.Status,
        StartInstant = row.Start,
    };

    protected override void Write(AppointmentRow row, FhirState state, ResourceElements elements)
    {
        elements.Code("status", row.Status);
        // Invariant app-4: the reason of a cancellation does not outlive it.
        if (row.Status is not ("cancelled" or "noshow")) elements.Remove("cancelationReason");
        elements.ReferenceItem("basedOn", "order", state.ServiceRequestReference);
        elements.Item("participant", "patient", json => WritePatient(json, state.PatientReference));
    }

    /// <summary>R4 asks for one participant at least: a patient who is not known yet has its place.</summary>
    private static void WritePatient(JsonText json, string? reference)
    {
        json.BeginObject();
        if (reference is not null)
        {
            json.Name("actor"u8);
            json.BeginObject();
            json.Text("reference"u8, reference);
            json.EndObject();
            json.Text("status"u8, "accepted");
        }
        else
        {
            json.Name("type"u8);
            json.Raw("""[{"text":"Patient"}]"""u8);
            json.Text("status"u8, "needs-action");
        }

        json.EndObject();
    }
}
