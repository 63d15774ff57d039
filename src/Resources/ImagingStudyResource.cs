using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Studies;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Studies;

namespace CloudPacs.Resources;

/// <summary>
/// Studies with their series (FHIR R4 imagingstudy.html, by its DICOM mapping). Instances are many and stand in rows already:
/// <see cref="ImagingStudyInstances"/> puts them in when a study is read.
/// </summary>
internal sealed class ImagingStudyResource() : ResourceType<StudyRow>("ImagingStudy")
{
    /// <summary>What is drawn or written on images is no modality of the study when there are images (PS3.3 C.7.3.1.1.1).</summary>
    private static readonly HashSet<string> NoImages = ["PR", "KO", "SR", "DOC"];

    /// <summary>Instances stand in rows: who sends back what was read sends them too.</summary>
    public override bool SaysSame(string element, JsonElement now, JsonElement before) =>
        element != "series"
            ? base.SaysSame(element, now, before)
            : now.ValueKind == JsonValueKind.Array && before.ValueKind == JsonValueKind.Array
                && now.GetArrayLength() == before.GetArrayLength()
                && now.EnumerateArray().Zip(before.EnumerateArray()).All(static pair => WithoutInstances(pair.First, pair.Second));

    private static bool WithoutInstances(JsonElement now, JsonElement before) =>
        now.EnumerateObject().Where(static member => member.Name != "instance").All(member =>
            before.TryGetProperty(member.Name, out var known) && JsonElement.DeepEquals(member.Value, known))
        && before.EnumerateObject().All(member => member.Name == "instance" || now.TryGetProperty(member.Name, out _));

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
        elements.Code("status", StatusOf(row));
        WriteModalities(row, elements);
        Subjects.Write(attributes, state, elements);
        if (ImagingStudySeries.StartOf(attributes, Tags.StudyDate, Tags.StudyTime, elements.Run.Context.SiteZone) is { } start)
            elements.Code("started", start);
        WriteOrders(row, elements);
        ImagingStudyRequest.Write(row, attributes, elements);
        WritePerson("referrer", attributes.GetString(Tags.ReferringPhysicianName), isList: false, elements);
        WritePerson("interpreter", attributes.GetString(Tags.NameOfPhysiciansReadingStudy), isList: true, elements);
        WriteNumber("numberOfSeries", row.Series.Count(static series => series.Instances > 0), elements);
        WriteNumber("numberOfInstances", row.Series.Sum(static series => series.Instances), elements);
        elements.Reference("procedureReference", ResourceRun.Reference("Procedure", row.PerformedStepId));
        WriteProcedureCodes(attributes, elements);
        if (attributes.GetString(Tags.StudyDescription) is { } words) elements.Code("description", words);
        WriteSeries(row, elements);
    }

    private static string StatusOf(StudyRow row) => row.StudyState switch
    {
        // What another archive does not have any more may have been moved, deleted or lost.
        StudyState.Available when row.Flags.Contains(LostInstanceCommands.Flag)
            && row.Series.TrueForAll(static series => series.Instances == 0) => "unknown",
        StudyState.Available => "available",
        StudyState.Cancelled => "cancelled",
        _ => "entered-in-error",
    };

    private static void WriteModalities(StudyRow row, ResourceElements elements)
    {
        var series = row.Series.FindAll(static series => series.Instances > 0) is { Count: > 0 } some ? some : row.Series;
        List<string> all = [.. series.Select(static series => series.Modality).Distinct().Order(StringComparer.Ordinal)];
        var shown = all.FindAll(static modality => !NoImages.Contains(modality));
        elements.Set("modality", json => json.List(shown.Count > 0 ? shown : all, ImagingStudySeries.WriteModality));
    }

    private static void WriteOrders(StudyRow row, ResourceElements elements)
    {
        List<Guid> orders =
            [.. row.Links.Where(static link => link.LinkState == LinkState.Linked).Select(static link => link.OrderId).Distinct()];
        if (orders.Count == 0)
        {
            elements.Remove("basedOn");
            return;
        }

        elements.Set("basedOn", json => json.List(orders, static (json, order) =>
        {
            json.BeginObject();
            json.Text("reference"u8, ResourceRun.Reference("ServiceRequest", order));
            json.EndObject();
        }));
    }

    /// <summary>Whom the images name without an id: by the name alone.</summary>
    private static void WritePerson(string element, string? name, bool isList, ResourceElements elements)
    {
        if (name is null || ImagingStudySeries.DisplayOf(name) is not { Length: > 0 } words) return;
        elements.Set(element, json =>
        {
            if (isList) json.BeginArray();
            json.BeginObject();
            json.Text("display"u8, words);
            json.EndObject();
            if (isList) json.EndArray();
        });
    }

    private static void WriteNumber(string element, int number, ResourceElements elements) =>
        elements.Set(element, json => json.Number(number));

    private static void WriteProcedureCodes(DataSet attributes, ResourceElements elements)
    {
        List<DataSet> codes =
            [.. attributes.GetItems(Tags.ProcedureCodeSequence).Where(static code => CodedItems.CodeOf(code) is not null)];
        if (codes.Count == 0) return;
        var settings = elements.Run.Context.Identifiers?.Settings;
        elements.Set("procedureCode", json => json.List(codes, (json, item) =>
        {
            json.BeginObject();
            json.Name("coding"u8);
            json.BeginArray();
            CodedItems.Write(json, item, settings);
            json.EndArray();
            json.Text("text"u8, item.GetString(Tags.CodeMeaning));
            json.EndObject();
        }));
    }

    private static void WriteSeries(StudyRow row, ResourceElements elements)
    {
        List<SeriesRow> shown = [.. row.Series.Where(static series => series.Instances > 0).OrderBy(static series => series.Number)
            .ThenBy(static series => series.SeriesInstanceUid, StringComparer.Ordinal)];
        if (shown.Count == 0)
        {
            elements.Remove("endpoint");
            elements.Remove("series");
            elements.Remove("contained");
            return;
        }

        var context = elements.Run.Context;
        var endpoint = ResourceRun.Reference(EndpointResource.Name, EndpointResource.IdOf(elements.Run.Workspace.InstallationNamespace));
        elements.Set("endpoint", json => json.List([endpoint], static (json, reference) =>
        {
            json.BeginObject();
            json.Text("reference"u8, reference);
            json.EndObject();
        }));
        var devices = ImagingStudyDevices.Of(shown);
        if (devices.Count > 0) elements.Set("contained", json => ImagingStudyDevices.Write(json, devices));
        else elements.Remove("contained");
        elements.Set("series", json => json.List(
            shown, (json, series) => ImagingStudySeries.Write(json, series, ImagingStudyDevices.ReferenceOf(series, devices), context)));
    }
}
