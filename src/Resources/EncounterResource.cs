using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Patients;
using CloudPacs.Translation;

namespace CloudPacs.Resources;

/// <summary>Visits: what becomes of them, and whose they are.</summary>
internal sealed class EncounterResource() : ResourceType<VisitRow>("Encounter")
{
    /// <summary>R4 asks for one, and PV1-2 may be empty.</summary>
    private static ReadOnlySpan<byte> UnknownClass =>
        """{"system":"http://terminology.hl7.org/CodeSystem/v3-NullFlavor","code":"UNK","display":"unknown"}"""u8;

    /// <summary>A study without an order shows the visit that its images name.</summary>
    protected override void ShowWith(VisitRow row, ResourceRun run)
    {
        foreach (var study in run.Workspace.PeekStudiesOf(row)) run.Show(study);
    }

    protected override FhirState StateOf(VisitRow row, ResourceRun run) => new()
    {
        PatientReference = ResourceRun.Reference("Patient", row.PatientId),
        EncounterReference = ResourceRun.Reference("Encounter", row),
        VisitNumber = row.Number.ToMapped(),
        EncounterStatus = row.Status,
    };

    protected override void Write(VisitRow row, FhirState state, ResourceElements elements)
    {
        elements.Code("status", row.Status);
        elements.Reference("subject", state.PatientReference);
        if (!elements.Has("class"u8)) elements.Set("class", static json => json.Raw(UnknownClass));
        state.PeriodStart = elements.Text("period"u8, "start"u8);
        state.PeriodEnd = elements.Text("period"u8, "end"u8);
    }
}
