using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;
using CloudPacs.Store.Studies;

namespace CloudPacs.Resources;

/// <summary>
/// Studies with their series (FHIR R4 imagingstudy.html, by its DICOM mapping); instances are many and known to the archive, which shows
/// them when one study is read.
/// </summary>
internal sealed class ImagingStudyResource() : ResourceType<StudyRow>(
    "ImagingStudy", "identifier[study]", "identifier[accession]", "status", "modality", "subject", "started", "basedOn", "referrer",
    "interpreter", "numberOfSeries", "numberOfInstances", "procedureCode", "description", "series")
{
    /// <summary>What is drawn or written on images is no modality of the study when there are images (PS3.3 C.7.3.1.1.1).</summary>
    private static readonly HashSet<string> NoImages = ["PR", "KO", "SR", "DOC"];

    protected override FhirState StateOf(StudyRow row, ResourceRun run) => new()
    {
        PatientReference = row.PatientId is { } patient ? run.ReferenceToSurvivor(patient) : null,
    };

    protected override void Write(StudyRow row, FhirState state, ResourceElements elements)
    {
        var attributes = Attributes.Read(row.Attributes);
        elements.Item(
            "identifier", "study",
            json => ResourceElements.WriteIdentifier(json, "urn:dicom:uid", "urn:oid:" + row.StudyInstanceUid));
        elements.Identifier(
            "accession", ShownNumbers.Number(attributes, Tags.AccessionNumber, Tags.IssuerOfAccessionNumberSequence), "ACSN");
        elements.Code("status", StatusOf(row.StudyState));
        WriteModalities(row, elements);
        Subjects.Write(attributes, state, elements);
        WriteStart("started", attributes, Tags.StudyDate, Tags.StudyTime, elements);
        WriteOrders(row, elements);
        WritePerson("referrer", attributes.GetString(Tags.ReferringPhysicianName), isList: false, elements);
        WritePerson("interpreter", attributes.GetString(Tags.NameOfPhysiciansReadingStudy), isList: true, elements);
        WriteNumber("numberOfSeries", row.Series.Count(static series => series.Instances > 0), elements);
        WriteNumber("numberOfInstances", row.Series.Sum(static series => series.Instances), elements);
        WriteProcedureCodes(attributes, elements);
        if (attributes.GetString(Tags.StudyDescription) is { } words) elements.Code("description", words);
        WriteSeries(row, elements);
    }

    private static string StatusOf(StudyState state) => state switch
    {
        StudyState.Available => "available",
        StudyState.Cancelled => "cancelled",
        _ => "entered-in-error",
    };

    private static void WriteModalities(StudyRow row, ResourceElements elements)
    {
        List<string> all = [.. row.Series.Select(static series => series.Modality).Distinct().Order(StringComparer.Ordinal)];
        var shown = all.FindAll(static modality => !NoImages.Contains(modality));
        elements.Set("modality", json => WriteList(json, shown.Count > 0 ? shown : all, WriteModality));
    }

    private static void WriteModality(JsonText json, string modality)
    {
        json.BeginObject();
        json.Text("system"u8, "http://dicom.nema.org/resources/ontology/DCM");
        json.Text("code"u8, modality);
        json.EndObject();
    }

    private static void WriteStart(string element, DataSet attributes, Tag date, Tag time, ResourceElements elements)
    {
        if (StartOf(attributes, date, time, elements.Run.Context.SiteZone) is { } start) elements.Code(element, start);
    }

    private static string? StartOf(DataSet attributes, Tag date, Tag time, TimeZoneInfo zone) =>
        StudyTimes.Instant(attributes, date, time, zone, out var hasTime) is { } start
            ? new MapTime(start, hasTime ? TimePrecision.Second : TimePrecision.Day).FhirDateTime()
            : null;

    private static void WriteOrders(StudyRow row, ResourceElements elements)
    {
        List<Guid> orders =
            [.. row.Links.Where(static link => link.LinkState == LinkState.Linked).Select(static link => link.OrderId).Distinct()];
        if (orders.Count == 0)
        {
            elements.Remove("basedOn");
            return;
        }

        elements.Set("basedOn", json => WriteList(json, orders, static (json, order) =>
        {
            json.BeginObject();
            json.Text("reference"u8, ResourceRun.Reference("ServiceRequest", order));
            json.EndObject();
        }));
    }

    /// <summary>Whom the images name without an id: by the name alone.</summary>
    private static void WritePerson(string element, string? name, bool isList, ResourceElements elements)
    {
        if (name is null || Display(PersonName.Parse(name)) is not { Length: > 0 } words) return;
        elements.Set(element, json =>
        {
            if (isList) json.BeginArray();
            json.BeginObject();
            json.Text("display"u8, words);
            json.EndObject();
            if (isList) json.EndArray();
        });
    }

    private static string Display(PersonName name)
    {
        var group = name.Alphabetic.IsEmpty ? name.Ideographic : name.Alphabetic;
        string[] parts = [group.Prefix, group.Given, group.Middle, group.Family, group.Suffix];
        return string.Join(' ', parts.Where(static part => part.Length > 0));
    }

    private static void WriteNumber(string element, int number, ResourceElements elements) =>
        elements.Set(element, json => json.Number(number));

    private static void WriteProcedureCodes(DataSet attributes, ResourceElements elements)
    {
        List<DataSet> codes = [.. attributes.GetItems(Tags.ProcedureCodeSequence).Where(static item => CodeOf(item) is not null)];
        if (codes.Count == 0) return;
        var settings = elements.Run.Context.Identifiers?.Settings;
        elements.Set("procedureCode", json => WriteList(json, codes, (json, item) =>
        {
            json.BeginObject();
            json.Name("coding"u8);
            json.BeginArray();
            WriteCoding(json, item, settings);
            json.EndArray();
            json.Text("text"u8, item.GetString(Tags.CodeMeaning));
            json.EndObject();
        }));
    }

    private static string? CodeOf(DataSet item) => item.GetString(Tags.CodeValue) ?? item.GetString(Tags.LongCodeValue);

    private static void WriteCoding(JsonText json, DataSet item, MapSettings? settings)
    {
        json.BeginObject();
        if (item.GetString(Tags.CodingSchemeDesignator) is { } scheme && settings is not null)
            json.Text("system"u8, CodeSchemes.FindUri(scheme, settings));
        json.Text("code"u8, CodeOf(item));
        json.Text("display"u8, item.GetString(Tags.CodeMeaning));
        json.EndObject();
    }

    private static void WriteSeries(StudyRow row, ResourceElements elements)
    {
        List<SeriesRow> shown = [.. row.Series.Where(static series => series.Instances > 0).OrderBy(static series => series.Number)
            .ThenBy(static series => series.SeriesInstanceUid, StringComparer.Ordinal)];
        if (shown.Count == 0)
        {
            elements.Remove("series");
            return;
        }

        var context = elements.Run.Context;
        elements.Set("series", json => WriteList(json, shown, (json, series) => WriteSeries(json, series, context)));
    }

    private static void WriteSeries(JsonText json, SeriesRow row, ResourceContext context)
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
        json.Text("started"u8, StartOf(attributes, Tags.SeriesDate, Tags.SeriesTime, context.SiteZone));
        json.EndObject();
    }

    /// <summary>A Coding in R4: one that no table has is shown by its text.</summary>
    private static void WriteBodySite(JsonText json, DataSet attributes, MapSettings? settings)
    {
        if (attributes.GetItems(Tags.AnatomicRegionSequence) is [var region, ..] && CodeOf(region) is not null)
        {
            json.Name("bodySite"u8);
            WriteCoding(json, region, settings);
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

    private static void WriteList<T>(JsonText json, IEnumerable<T> items, Action<JsonText, T> write)
    {
        json.BeginArray();
        foreach (var item in items)
        {
            json.Item();
            write(json, item);
        }

        json.EndArray();
    }
}
