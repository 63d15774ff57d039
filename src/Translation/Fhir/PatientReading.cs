using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Mapping;
using CloudPacs.Store;

namespace CloudPacs.Translation.Fhir;

/// <summary>A Patient as the domain knows it: the way back from <c>mappings/base/patient.yaml</c>.</summary>
internal sealed class PatientReading(FhirValues values)
{
    private static readonly string[] OfRecords = ["MR", "PI", "PT"];

    /// <summary>The identifiers that name the patient, the one to show first; each with its place in the list.</summary>
    public List<(int Place, Identifier Identifier)> Identifiers(JsonElement patient)
    {
        var found = new List<(int Place, JsonElement Item, MappedIdentifier Identifier)>();
        var place = -1;
        foreach (var item in patient.Items("identifier"))
        {
            place++;
            var isOfMap = item.Text("id")?.StartsWith("map.", StringComparison.Ordinal) == true;
            if (isOfMap || item.Text("use") is "old" or "temp" || values.Identifier(item) is not { } identifier) continue;
            found.Add((place, item, identifier));
        }

        if (found.Count == 0) return [];
        var primary = found.FindIndex(static one => one.Item.Text("id") == "primary");
        if (primary < 0 && values.Settings.Policy.PrimaryAuthority is { } authority)
            primary = found.FindIndex(one => one.Identifier.Namespace == authority || one.Identifier.UniversalId == authority);
        if (primary < 0) primary = found.FindIndex(static one => one.Item.Text("use") == "usual");
        if (primary < 0) primary = found.FindIndex(static one => OfRecords.Contains(one.Identifier.TypeCode));
        if (primary > 0) found = [found[primary], .. found.Take(primary), .. found.Skip(primary + 1)];
        return found.ConvertAll(static one => (one.Place, one.Identifier.ToIdentifier()));
    }

    /// <summary>Patient module.</summary>
    /// <param name="patient">The resource.</param>
    /// <param name="others">Its further identifiers.</param>
    public DataSet Attributes(JsonElement patient, IEnumerable<Identifier> others)
    {
        var attributes = new DataSet();
        if (patient.ValueKind != JsonValueKind.Object) return attributes;
        attributes.Put(Tags.PatientName, values.PersonName(patient));
        if (patient.Text("birthDate") is { Length: 10 } born)
            attributes.Put(Tags.PatientBirthDate, born.Replace("-", "", StringComparison.Ordinal));
        attributes.Put(Tags.PatientSex, patient.Text("gender") switch { "male" => "M", "female" => "F", "other" => "O", _ => null });
        attributes.Put(Tags.TypeOfPatientId, "TEXT");
        var exposed = others.Where(id => values.Settings.Policy.ExposeNationalIds || id.TypeCode is not { } type
            || values.Find("national_id", type) is null);
        attributes.PutItems(Tags.OtherPatientIdsSequence, exposed.Select(static id =>
            HierarchicDesignator.PatientIdItem(id.Value, id.Namespace, id.UniversalId, id.UniversalIdType)));
        attributes.Put(
            Tags.EthnicGroup,
            (patient.Extension("/ethnic-group") is { ValueKind: JsonValueKind.Object } ethnic ? ethnic : patient.Extension("/race"))
                .Member("valueCodeableConcept").Words());
        if (patient.Member("meta").Items("security").Any(static label => label.Text("code") == "R"))
            attributes.Put(Tags.ConfidentialityConstraintOnPatientDataDescription, "PROTECTED");
        if (values.Settings.Policy.ExposeTelephone)
            attributes.Put(Tags.PatientTelephoneNumbers, patient.Items("telecom").Select(static t => t.Text("value")).FirstOrDefault());
        return attributes;
    }
}
