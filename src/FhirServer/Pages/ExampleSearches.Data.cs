namespace CloudPacs.FhirServer.Pages;

/// <summary>Searches of each type that show what can be asked for; a server that is strict takes each of them.</summary>
internal static class ExampleSearches
{
    private static readonly (string Type, string Query, string Finds)[] All =
    [
        ("Patient", "_sort=-_lastUpdated&_count=10", "the latest"),
        ("Patient", "name:contains=a&birthdate=lt2000-01-01&_sort=family", "by a part of the name, born before 2000"),
        ("Patient", "_has:ServiceRequest:patient:status=active", "with an order that is active"),
        ("Encounter", "status=planned,in-progress&_include=Encounter:patient", "now or soon, with their patients"),
        ("ServiceRequest", "status=active&_include=ServiceRequest:patient&_revinclude=Task:focus", "active, with patients and steps"),
        ("ServiceRequest", "patient.gender=female&priority=stat,urgent", "urgent orders of women"),
        ("Task", "status=ready,requested&_include=Task:focus", "steps to be done, with their orders"),
        ("Appointment", "status=booked&date=ge2026-01-01&_sort=date", "booked, in their order"),
        ("ImagingStudy", "_sort=-started&_count=10&_include=ImagingStudy:patient", "the latest studies with their patients"),
        ("ImagingStudy", "modality=CT,MR&_summary=true", "by modality, in short"),
        ("ImagingStudy", "basedon.status=active", "of orders that are active"),
        ("DiagnosticReport", "status=final&_sort=-date&_include=DiagnosticReport:result", "final reports with their results"),
        ("Observation", "value-quantity=gt100&_sort=-date", "measured above 100 of any unit"),
        ("Procedure", "status=completed&_sort=-date&_include=Procedure:patient", "what was done, the latest first"),
        ("DocumentReference", "status=current&_sort=-date", "documents in force"),
        ("Organization", "name=a&_elements=name,identifier", "by the beginning of the name, two elements of each"),
        ("Practitioner", "family:exact=House", "by the whole family name"),
        ("AuditEvent", "action=C&_count=10", "what was created, the latest first"),
    ];

    /// <summary>Queries of a type, each with what it finds, in words.</summary>
    public static IEnumerable<(string Query, string Finds)> Of(string type) =>
        All.Where(example => example.Type == type).Select(static example => (example.Query, example.Finds));
}
