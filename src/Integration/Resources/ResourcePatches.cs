using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Values;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Resources;

/// <summary>
/// What holds of a resource whatever message came, because the row behind it says so. It is laid over what the maps made, so that a cancel, a
/// merge, a booking or a hold shows although its message describes nothing.
/// </summary>
internal static class ResourcePatches
{
    /// <summary>active and link: merged (FHIR R4 patient.html 8.1.10) and linked patients; ids that the patient no longer has are gone.</summary>
    public static FhirPatch Of(PatientRow patient, IReadOnlySet<Row> changed, Workspace workspace, StoredContent stored)
    {
        var patch = new FhirPatch("Patient");
        patch.Element("active").Value = JsonValue.Create(patient is { Active: true, MergedInto: null });
        var links = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        if (patient.MergedInto is not null) links["replacedby"] = Link(ResourceState.SurvivorOf(patient.Id, workspace), "replaced-by");
        foreach (var prior in changed.OfType<PatientRow>().Where(p => p.MergedInto is not null && ResourceState.SurvivorOf(p.Id, workspace) == patient.Id))
            links[$"replaces{prior.Id:N}"] = Link(prior.Id, "replaces");
        foreach (var other in patient.LinkedTo) links[$"seealso{other:N}"] = Link(other, "seealso");
        // Links that were taken back leave their slot.
        foreach (var (slot, _) in stored.Items("link"))
            if (slot.StartsWith("seealso", StringComparison.Ordinal) && !links.ContainsKey(slot)) links[slot] = null;
        foreach (var (slot, link) in links) patch.Element("link").Set(slot, link);
        if (patient.MergedInto is null) TakeOff(patch.Element("identifier"), patient, stored);
        return patch;
    }

    public static FhirPatch Of(VisitRow visit)
    {
        var patch = new FhirPatch("Encounter");
        patch.Element("status").Value = JsonValue.Create(visit.Status);
        patch.Element("subject").Value = Reference("Patient", visit.PatientId);
        return patch;
    }

    public static FhirPatch Of(OrderRow order, FhirState state, StoredContent stored, ResourceContext context)
    {
        var patch = new FhirPatch("ServiceRequest");
        // Null = a parent some of whose children are not at hand.
        if ((state.ServiceRequestStatus ?? (stored.Content["status"] is null ? "active" : null)) is { } status) patch.Element("status").Value = JsonValue.Create(status);
        // Required of an order that no message has described yet, such as a draft.
        if (stored.Content["intent"] is null) patch.Element("intent").Value = JsonValue.Create(state.Intent);
        patch.Element("subject").Value = ReferenceTo(state.PatientReference);
        if (state.EncounterReference is { } visit) patch.Element("encounter").Value = ReferenceTo(visit);
        SetOccurrence(patch, state, stored);
        SetNumber(patch, "placer", order.PlacerNumber, "PLAC", stored, context);
        SetNumber(patch, "filler", order.FillerNumber, "FILL", stored, context);
        SetNumber(patch, "accession", order.Procedures.Count > 0 ? order.Procedures[0].AccessionNumber : null, "ACSN", stored, context);
        return patch;
    }

    public static FhirPatch Of(StepRow step, FhirState state, StoredContent stored)
    {
        var patch = new FhirPatch("Task");
        patch.Element("status").Value = JsonValue.Create(state.TaskStatus);
        patch.Element("intent").Value = JsonValue.Create("filler-order");
        patch.Element("businessStatus").Value = new JsonObject { ["text"] = state.StepState };
        patch.Element("focus").Value = ReferenceTo(state.ServiceRequestReference);
        patch.Element("for").Value = ReferenceTo(state.PatientReference);
        if (state.EncounterReference is { } visit) patch.Element("encounter").Value = ReferenceTo(visit);
        if (Period(stored.Content["executionPeriod"], state) is { } period) patch.Element("executionPeriod").Value = period;
        SetOwner(patch.Element("owner"), step, stored.Content["owner"]);
        if (state.StatusReason is { } reason) patch.Element("statusReason").Value = new JsonObject { ["text"] = reason };
        else if (step.StepState is not StepState.OnHold && step.StepState < StepState.Completed) patch.Element("statusReason").IsRemoved = true;
        return patch;
    }

    public static FhirPatch Of(AppointmentRow appointment)
    {
        var patch = new FhirPatch("Appointment");
        patch.Element("status").Value = JsonValue.Create(appointment.Status);
        return patch;
    }

    /// <summary>Ids that went to another patient (A43): what a rule wrote from PID-3 before is compared with the row by its value.</summary>
    private static void TakeOff(FhirElementPatch identifier, PatientRow patient, StoredContent stored)
    {
        var items = stored.Items("identifier");
        bool IsLost(JsonNode? item) => (string?)item?["value"] is { } value && !patient.Identifiers.Exists(held => held.Identifier.Value == value);
        var lost = items.Where(item => IsOfRow(item.Slot) && IsLost(item.Item)).Select(static item => item.Slot).ToHashSet();
        if (lost.Count == 0) return;
        foreach (var (slot, item) in items)
        {
            var kept = lost.Contains(slot) ? null : item?.DeepClone() as JsonObject;
            if (kept is not null && patient.Identifiers.Exists(held => held.IsPrimary && held.Identifier.Value == (string?)kept["value"])) kept["use"] = "usual";
            identifier.Set(slot, kept);
        }
    }

    private static bool IsOfRow(string slot) => slot == "primary" || slot.StartsWith("#fhir.patient.", StringComparison.Ordinal);

    /// <summary>A number that became known otherwise than by a description of the order (NA, a booking).</summary>
    private static void SetNumber(FhirPatch patch, string slot, Identifier? number, string type, StoredContent stored, ResourceContext context)
    {
        if (number is not { } known || context.Identify is not { } identify) return;
        if (stored.Items("identifier").Any(item => item.Slot == slot && (string?)item.Item?["value"] == known.Value)) return;
        patch.Element("identifier").Set(slot, identify(known, type));
    }

    /// <summary>occurrence[x] is a period once an end is known; only one of the two may be there.</summary>
    private static void SetOccurrence(FhirPatch patch, FhirState state, StoredContent stored)
    {
        if (state.StartInstant is not { } start) return;
        var (dateTime, period) = (patch.Element("occurrenceDateTime"), patch.Element("occurrencePeriod"));
        if (state.EndInstant is null)
        {
            dateTime.Value = Instant(stored.Content["occurrenceDateTime"], start);
            period.IsRemoved = true;
        }
        else
        {
            period.Value = Period(stored.Content["occurrencePeriod"], state);
            dateTime.IsRemoved = true;
        }
    }

    private static JsonObject? Period(JsonNode? stored, FhirState state)
    {
        if (state.StartInstant is not { } start) return null;
        var period = new JsonObject { ["start"] = Instant(stored?["start"], start) };
        if (state.EndInstant is { } end) period["end"] = Instant(stored?["end"], end);
        return period;
    }

    /// <summary>The same instant stays as it was written, with the offset of its sender (mapping reference a.5).</summary>
    private static JsonNode Instant(JsonNode? stored, DateTimeOffset instant) =>
        DateTimeOffset.TryParse((string?)stored, CultureInfo.InvariantCulture, DateTimeStyles.None, out var known) && known == instant
            ? stored!.DeepClone()
            : JsonValue.Create(new MapTime(instant, TimePrecision.Second).FhirDateTime());

    /// <summary>The station; the maps give it an identifier too, whose system stays.</summary>
    private static void SetOwner(FhirElementPatch owner, StepRow step, JsonNode? stored)
    {
        if (step.StationAeTitles.Count == 0) owner.IsRemoved = (string?)stored?["type"] == "Device";
        else if ((string?)stored?["display"] != step.StationAeTitles[0])
        {
            var next = stored?.DeepClone() as JsonObject ?? new JsonObject { ["type"] = "Device" };
            next["display"] = step.StationAeTitles[0];
            if (next["identifier"] is JsonObject identifier) identifier["value"] = step.StationAeTitles[0];
            owner.Value = next;
        }
    }

    private static JsonObject Reference(string type, Guid id) => new() { ["reference"] = $"{type}/{id}" };

    private static JsonObject ReferenceTo(string? reference) => new() { ["reference"] = reference };

    private static JsonObject Link(Guid other, string type) => new() { ["other"] = Reference("Patient", other), ["type"] = type };
}
