using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;
using CloudPacs.Store.Studies;

namespace CloudPacs.Resources;

/// <summary>Items of <c>ImagingStudy.series</c>, by the DICOM mapping of FHIR R4 imagingstudy-mappings.html.</summary>
internal static class ImagingStudySeries
{
    /// <summary>SNOMED CT of Laterality (0020,0060); one that is not paired has none.</summary>
    private static readonly Dictionary<string, (string Code, string Display)> Lateralities = new(StringComparer.Ordinal)
    {
        ["R"] = ("419465000", "Unilateral right"), ["L"] = ("419161000", "Unilateral left"), ["B"] = ("51440002", "Bilateral"),
    };

    /// <param name="json">Takes the item.</param>
    /// <param name="row">The series.</param>
    /// <param name="device">Refers to the device that made it; null for none.</param>
    /// <param name="context">Time and tables.</param>
    public static void Write(JsonText json, SeriesRow row, string? device, ResourceContext context)
    {
        var attributes = Attributes.Read(row.Attributes);
        json.BeginObject();
        json.Text("uid"u8, row.SeriesInstanceUid);
        if (row.Number is >= 0)
        {
            json.Name("number"u8);
            json.Number(row.Number.Value);
        }

        json.Name("modality"u8);
        WriteModality(json, row.Modality);
        json.Text("description"u8, attributes.GetString(Tags.SeriesDescription));
        json.Name("numberOfInstances"u8);
        json.Number(row.Instances);
        WriteBodySite(json, attributes, context.Identifiers?.Settings);
        if (Lateralities.TryGetValue(attributes.GetString(Tags.Laterality) ?? "", out var side))
        {
            json.Name("laterality"u8);
            WriteCoding(json, "http://snomed.info/sct", side.Code, side.Display);
        }

        json.Text("started"u8, StartOf(attributes, Tags.SeriesDate, Tags.SeriesTime, context.SiteZone));
        WritePerformers(json, attributes, device);
        json.EndObject();
    }

    public static void WriteModality(JsonText json, string modality) =>
        WriteCoding(json, "http://dicom.nema.org/resources/ontology/DCM", modality, display: null);

    /// <summary>A date and time of the images as a FHIR dateTime; null when they have none.</summary>
    public static string? StartOf(DataSet attributes, Tag date, Tag time, TimeZoneInfo zone) =>
        StudyTimes.Instant(attributes, date, time, zone, out var hasTime) is { } start
            ? new MapTime(start, hasTime ? TimePrecision.Second : TimePrecision.Day).FhirDateTime()
            : null;

    /// <summary>A PN as it is read by people; empty when it has no words.</summary>
    public static string DisplayOf(string value)
    {
        var name = PersonName.Parse(value);
        var group = name.Alphabetic.IsEmpty ? name.Ideographic : name.Alphabetic;
        string[] parts = [group.Prefix, group.Given, group.Middle, group.Family, group.Suffix];
        return string.Join(' ', parts.Where(static part => part.Length > 0));
    }

    /// <summary>A Coding in R4: one that no table has is shown by its text.</summary>
    private static void WriteBodySite(JsonText json, DataSet attributes, MapSettings? settings)
    {
        if (attributes.GetItems(Tags.AnatomicRegionSequence) is [var region, ..] && CodedItems.CodeOf(region) is not null)
        {
            json.Name("bodySite"u8);
            CodedItems.Write(json, region, settings);
        }
        else if (attributes.GetString(Tags.BodyPartExamined) is { } part)
        {
            json.Name("bodySite"u8);
            if (settings?.Tables.GetValueOrDefault("body_part")?.Find(part) is { To.Length: > 0 } listed)
            {
                FhirCodings.Write(json, listed);
                return;
            }

            json.BeginObject();
            json.Text("display"u8, part);
            json.EndObject();
        }
    }

    /// <summary>Who made the images, by name: performing physicians, then operators, as both perform (PRF); and with what.</summary>
    private static void WritePerformers(JsonText json, DataSet attributes, string? device)
    {
        List<string?> names =
        [
            .. attributes.GetStrings(Tags.PerformingPhysicianName).Concat(attributes.GetStrings(Tags.OperatorsName)).Select(DisplayOf)
                .Where(static name => name.Length > 0).Distinct(),
        ];
        if (device is not null) names.Add(null);
        if (names.Count == 0) return;
        json.Name("performer"u8);
        json.List(names, (json, name) =>
        {
            json.BeginObject();
            if (name is not null) WriteFunction(json);
            json.Name("actor"u8);
            json.BeginObject();
            json.Text("reference"u8, name is null ? device : null);
            json.Text("display"u8, name);
            json.EndObject();
            json.EndObject();
        });
    }

    private static void WriteFunction(JsonText json)
    {
        json.Name("function"u8);
        json.BeginObject();
        json.Name("coding"u8);
        json.BeginArray();
        WriteCoding(json, "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "PRF", display: null);
        json.EndArray();
        json.EndObject();
    }

    private static void WriteCoding(JsonText json, string system, string code, string? display)
    {
        json.BeginObject();
        json.Text("system"u8, system);
        json.Text("code"u8, code);
        json.Text("display"u8, display);
        json.EndObject();
    }
}
