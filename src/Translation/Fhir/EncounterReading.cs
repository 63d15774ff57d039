using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Mapping;
using CloudPacs.Store;

namespace CloudPacs.Translation.Fhir;

/// <summary>An Encounter as the domain knows it: the way back from <c>mappings/base/visit.yaml</c>.</summary>
internal sealed class EncounterReading(FhirValues values, TimeZoneInfo zone)
{
    /// <summary>The visit number, else the account number.</summary>
    public Identifier? Number(JsonElement encounter)
    {
        var numbers = encounter.Items("identifier").ToList();
        var visit = numbers.Find(static item => item.Text("id") == "map.visit");
        if (visit.ValueKind == JsonValueKind.Undefined) visit = numbers.Find(static item => FhirValues.TypeOf(item) == "VN");
        if (visit.ValueKind == JsonValueKind.Undefined) visit = numbers.FirstOrDefault();
        if (visit.ValueKind == JsonValueKind.Object && values.Identifier(visit) is { } number) return number.ToIdentifier();
        return Account(encounter);
    }

    public Identifier? Account(JsonElement encounter) =>
        encounter.Items("account").Select(static account => account.Member("identifier"))
            .Where(static identifier => identifier.ValueKind == JsonValueKind.Object)
            .Select(identifier => values.Identifier(identifier)?.ToIdentifier()).FirstOrDefault(static number => number is not null);

    /// <summary>Patient class of table 0004.</summary>
    public string? Class(JsonElement encounter) =>
        encounter.Text("class", "code") is { } code ? values.SourceOf("patient_class", code) ?? code : null;

    /// <summary>Visit modules.</summary>
    public DataSet Attributes(JsonElement encounter)
    {
        var attributes = new DataSet();
        if (encounter.ValueKind != JsonValueKind.Object) return attributes;
        var patientClass = Class(encounter);
        var location = encounter.Items("location").Where(static l => l.Text("status") is null or "active")
            .Select(static l => Words(l.Member("location"))).FirstOrDefault(static text => text is not null);
        attributes.Put(Tags.CurrentPatientLocation, location);
        if (patientClass == "I") attributes.Put(Tags.PatientInstitutionResidence, location);
        attributes.Put(
            Tags.RouteOfAdmissions,
            encounter.Member("hospitalization").Items("admitSource").SelectMany(static s => s.Items("coding"))
                .Select(static coding => coding.Text("code")).FirstOrDefault() ?? patientClass);
        attributes.PutTime(Tags.AdmittingDate, Tags.AdmittingTime, encounter.Text("period", "start").Instant(zone), zone);
        attributes.PutMany(
            Tags.AdmittingDiagnosesDescription, encounter.Items("diagnosis").Select(static d => d.Text("condition", "display")));
        var referrer = encounter.Items("participant").FirstOrDefault(static p => Has(p, "REF")).Text("individual", "display");
        attributes.Put(Tags.ReferringPhysicianName, referrer is null ? null : values.PersonName(referrer));
        if (encounter.Items("class").Any()) attributes.SetEmpty(Tags.ReferencedPatientSequence);
        return attributes;
    }

    private static bool Has(JsonElement participant, string code) =>
        participant.Items("type").SelectMany(static type => type.Items("coding")).Any(coding => coding.Text("code") == code);

    /// <summary>Point of care, room, bed, facility, of an identifier that goes from the facility down; else how people call it.</summary>
    private static string? Words(JsonElement location)
    {
        if (location.Text("identifier", "system")?.EndsWith("/location", StringComparison.Ordinal) == true
            && location.Text("identifier", "value")?.Split('|') is { } parts)
        {
            string?[] shown = [Part(3), Part(4), Part(5), Part(0)];
            return string.Join(' ', shown.Where(static part => !string.IsNullOrEmpty(part)));

            string? Part(int place) => place < parts.Length ? parts[place] : null;
        }

        return location.Text("display");
    }
}
