using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Performed;

namespace CloudPacs.Resources;

/// <summary>Performed procedure steps: what was done, when, for whom and for which orders.</summary>
internal sealed class ProcedureResource() : ResourceType<PerformedStepRow>("Procedure")
{
    protected override FhirState StateOf(PerformedStepRow row, ResourceRun run) => new()
    {
        PatientReference = row.PatientId is { } patient ? run.ReferenceToSurvivor(patient) : null,
        StartInstant = row.Start,
        EndInstant = row.End,
    };

    protected override void Write(PerformedStepRow row, FhirState state, ResourceElements elements)
    {
        var attributes = Attributes.Read(row.Attributes);
        elements.Item(
            "identifier", "instance", json => ResourceElements.WriteIdentifier(json, "urn:dicom:uid", "urn:oid:" + row.SopInstanceUid));
        elements.Code("status", StatusOf(row.PerformedState));
        if (MeaningOf(attributes, Tags.PerformedProcedureStepDiscontinuationReasonCodeSequence) is { } reason)
            elements.Words("statusReason", reason);
        Subjects.Write(attributes, state, elements);
        WriteOrders(row, elements);
        var words = attributes.GetString(Tags.PerformedProcedureStepDescription) ?? MeaningOf(attributes, Tags.ProcedureCodeSequence);
        if (words is not null) elements.Words("code", words);
        elements.Period("performedPeriod", "performedPeriod"u8, row.Start, row.End);
    }

    private static string StatusOf(PerformedState state) => state switch
    {
        PerformedState.InProgress => "in-progress",
        PerformedState.Completed => "completed",
        _ => "stopped",
    };

    private static void WriteOrders(PerformedStepRow row, ResourceElements elements)
    {
        if (row.OrderIds.Count == 0) return;
        elements.Set("basedOn", json => json.List(row.OrderIds, WriteOrder));
    }

    private static void WriteOrder(JsonText json, Guid order)
    {
        json.BeginObject();
        json.Text("reference"u8, ResourceRun.Reference("ServiceRequest", order));
        json.EndObject();
    }

    private static string? MeaningOf(DataSet attributes, Tag sequence) =>
        attributes.GetItems(sequence) is [var item, ..] ? item.GetString(Tags.CodeMeaning) : null;
}
