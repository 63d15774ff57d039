using CloudPacs.Domain.Reports;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Reports;

namespace CloudPacs.Resources;

/// <summary>Reports: what they are worth, whose examination and which order and study they are about, and what shows them.</summary>
internal sealed class DiagnosticReportResource() : ResourceType<ReportRow>("DiagnosticReport")
{
    private const string Extensions = "http://hl7.org/fhir/StructureDefinition/diagnosticReport-";

    /// <summary>A result is worth what its report is, and is about the same patient.</summary>
    protected override void ShowWith(ReportRow row, ResourceRun run)
    {
        foreach (var observation in row.Observations) run.Show(observation);
    }

    protected override FhirState StateOf(ReportRow row, ResourceRun run) => new()
    {
        PatientReference = row.PatientId is { } patient ? run.ReferenceToSurvivor(patient) : null,
        EncounterReference = ResourceRun.Reference("Encounter", row.VisitId),
        ServiceRequestReference = ResourceRun.Reference("ServiceRequest", row.OrderId),
        ReportReference = ResourceRun.Reference("DiagnosticReport", row),
        ReportStatus = ReportTable.Of(ReportTable.Shown(row)).Word,
        StudyInstanceUid = row.StudyInstanceUid ?? row.OrderStudyUid,
    };

    protected override void Write(ReportRow row, FhirState state, ResourceElements elements)
    {
        WriteNumbers(row, elements);
        elements.Code("status", state.ReportStatus!);
        elements.Reference("subject", state.PatientReference);
        if (state.EncounterReference is { } encounter) elements.Reference("encounter", encounter);
        else elements.Remove("encounter");
        elements.ReferenceItem("basedOn", "order", state.ServiceRequestReference);
        if (state.StudyInstanceUid is { } uid) elements.Item("imagingStudy", "study", json => WriteStudy(json, uid));
        else elements.RemoveItem("imagingStudy", "study");
        elements.RenewItems("result", "result-");
        foreach (var observation in row.Observations)
            elements.ReferenceItem("result", $"result-{observation.Id:N}", ResourceRun.Reference("Observation", observation));
        if (row.Version.ReportedAt is { } issued) elements.Set("issued", json => json.Instant(issued));
        if (row.NewDocuments is { } documents) WriteDocuments(documents, elements);
        WriteParent(row, elements);
    }

    /// <summary>Each number once: that of the result often is that of its order.</summary>
    private static void WriteNumbers(ReportRow row, ResourceElements elements)
    {
        var isFiller = row.NumberKind == ReportNumberKind.Filler;
        elements.Identifier("document", row.NumberKind == ReportNumberKind.Document ? row.Number : null, null);
        elements.Identifier("filler", isFiller ? row.Number : row.FillerNumber, "FILL");
        elements.Identifier("placer", row.PlacerNumber, "PLAC");
        elements.Identifier("accession", row.AccessionNumber, "ACSN");
    }

    /// <summary>The study by its UID, as nobody has to have stored it yet.</summary>
    private static void WriteStudy(JsonText json, string uid)
    {
        json.BeginObject();
        json.Text("type"u8, "ImagingStudy");
        json.Name("identifier"u8);
        ResourceElements.WriteIdentifier(json, "urn:dicom:uid", "urn:oid:" + uid);
        json.EndObject();
    }

    private static void WriteDocuments(IReadOnlyList<ReportDocument> documents, ResourceElements elements)
    {
        if (documents.Count == 0)
        {
            elements.Remove("presentedForm");
            return;
        }

        elements.Set("presentedForm", json =>
        {
            json.BeginArray();
            foreach (var document in documents)
            {
                json.Item();
                Attachments.Write(json, document);
            }

            json.EndArray();
        });
    }

    /// <summary>The document that this one adds to or replaces; by its number as long as it has not come.</summary>
    private static void WriteParent(ReportRow row, ResourceElements elements)
    {
        if (row.ParentNumber is not { } number || row.Relation == ReportRelation.None) return;
        var name = row.Relation == ReportRelation.Addendum ? "addendumOf" : "replaces";
        var reference = ResourceRun.Reference("DiagnosticReport", row.ParentId);
        elements.Item("extension", "parent", json =>
        {
            json.BeginObject();
            json.Text("url"u8, Extensions + name);
            json.Name("valueReference"u8);
            json.BeginObject();
            if (reference is not null) json.Text("reference"u8, reference);
            else json.Text("display"u8, number.Value);
            json.EndObject();
            json.EndObject();
        });
    }
}
