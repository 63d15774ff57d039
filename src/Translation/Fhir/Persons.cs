using System.Text.Json;
using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Translation.Fhir;

/// <summary>Patients and visits that resources are about: written beside them, or stored.</summary>
internal sealed class Persons(IReadOnlyList<WrittenResource> written, Workspace workspace, Readings read, ResourceParts parts)
{
    public const string Unknown = "There is no such patient here: write the Patient first, or in the same transaction.";

    public const string UnknownVisit = "There is no such encounter here: write the Encounter first, or in the same transaction.";

    private readonly HashSet<WrittenResource> _told = [];

    /// <summary>Those that no command about an order has told yet.</summary>
    public IEnumerable<WrittenResource> Untold => written.Where(one => one.Type is "Patient" or "Encounter" && !_told.Contains(one));

    /// <summary>The patient and the visit, with what is written of both; null when there is no such patient.</summary>
    /// <param name="subject">Reference to the patient.</param>
    /// <param name="visit">Reference to the Encounter, if one is named.</param>
    /// <param name="also">A resource that names the patient, and is blamed for what is wrong with it.</param>
    public PatientDetails? Find(JsonElement subject, string? visit, WrittenResource also)
    {
        var patient = Written(subject.Reference());
        var encounter = Written(visit);
        var held = patient is { IsNew: true } ? null : Row(subject.Reference());
        List<Identifier> ids = held is not null ? Of(held) : [];
        if (patient is not null && held is null) ids = read.Patients.Identifiers(patient.Now).ConvertAll(static one => one.Identifier);
        if (patient is { IsNew: false } && held is not null) ids = [.. ids, .. Added(patient, ids)];
        if (ids.Count == 0 && subject.Member("identifier") is { ValueKind: JsonValueKind.Object } logical
            && read.Values.Identifier(logical) is { } number) ids = [number.ToIdentifier()];
        if (ids.Count == 0 && patient is null) return null;
        if (patient is not null) _told.Add(patient);
        if (encounter is not null) _told.Add(encounter);
        var stay = encounter is null && Guid.TryParse(IdOf(visit, "Encounter"), out var row) ? workspace.Peek<VisitRow>(row) : null;
        return parts.Add(
            new PatientDetails
            {
                Primary = ids.Count > 0 ? ids[0] : null,
                Others = [.. ids.Skip(1)],
                Attributes = patient is null ? new() : AttributesOf(patient, ids),
                Visit = stay?.Number ?? (encounter is null ? null : NumberOf(encounter)),
                Account = encounter is null ? null : read.Visits.Account(encounter.Now),
                PatientClass = encounter is null ? null : read.Visits.Class(encounter.Now),
                VisitAttributes = encounter is null
                    ? new()
                    : read.Visits.Attributes(encounter.Now).Since(read.Visits.Attributes(encounter.Before)),
            },
            patient, encounter, also);
    }

    /// <summary>Whether there is the Encounter that a reference names, or it is one of another server.</summary>
    public bool IsVisit(string reference) =>
        IdOf(reference, "Encounter") is not { } id || Written(reference) is not null
        || workspace.FindFhir("Encounter", id) is { Deleted: false };

    /// <summary>The patient of a row, with the identifiers that it has.</summary>
    public PatientRow? Row(string? reference) =>
        Guid.TryParse(IdOf(reference, "Patient"), out var id) && workspace.Peek<PatientRow>(id) is { } row
            ? workspace.Peek<PatientRow>(workspace.Survivor(row.Id)?.Id ?? row.Id)
            : null;

    public static List<Identifier> Of(PatientRow row) =>
    [
        .. row.Identifiers.Where(static held => !held.IsPrior).OrderBy(static held => !held.IsPrimary)
            .Select(static held => held.Identifier)
    ];

    private WrittenResource? Written(string? reference) => written.FirstOrDefault(one => one.Reference == reference);

    private List<Identifier> Added(WrittenResource patient, List<Identifier> known) =>
        [.. read.Patients.Identifiers(patient.Now).Select(static one => one.Identifier).Where(id => !known.Exists(id.Matches))];

    private Dicom.DataSet AttributesOf(WrittenResource patient, List<Identifier> ids)
    {
        var now = read.Patients.Attributes(patient.Now, ids.Skip(1));
        if (patient.IsNew) return now;
        var before = read.Patients.Identifiers(patient.Before).ConvertAll(static one => one.Identifier);
        return now.Since(read.Patients.Attributes(patient.Before, before.Skip(1)));
    }

    private Identifier? NumberOf(WrittenResource encounter) =>
        encounter.Row is { } id && workspace.Peek<VisitRow>(id) is { } row ? row.Number : read.Visits.Number(encounter.Now);

    private static string? IdOf(string? reference, string type) =>
        reference?.StartsWith(type + "/", StringComparison.Ordinal) == true ? reference[(type.Length + 1)..] : null;
}

/// <summary>What reads resources, by the tables of one sender.</summary>
internal sealed class Readings
{
    public Readings(Mapping.FhirValues values, TimeZoneInfo zone)
    {
        Values = values;
        Patients = new PatientReading(values);
        Visits = new EncounterReading(values, zone);
        Orders = new OrderReading(values, zone);
        Steps = new StepReading(values, Orders, zone);
        Zone = zone;
    }

    public Mapping.FhirValues Values { get; }

    public PatientReading Patients { get; }

    public EncounterReading Visits { get; }

    public OrderReading Orders { get; }

    public StepReading Steps { get; }

    public TimeZoneInfo Zone { get; }
}
