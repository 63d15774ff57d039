using System.Buffers;
using System.Text.Json;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Studies;

namespace CloudPacs.Store.Workspaces;

/// <summary>Rows as JSON for the merge log: who owns what, not the clinical attributes, which stay with their rows.</summary>
public static class RowSnapshot
{
    /// <summary>
    /// Patients with their identifiers, visits, orders, performed steps and reports with their owner, as a UTF-8 JSON array in the order
    /// given.
    /// </summary>
    public static ReadOnlyMemory<byte> Of(IEnumerable<Row> rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        foreach (var row in rows)
        {
            writer.WriteStartObject();
            writer.WriteString("id", row.Id);
            if (row is PatientRow patient) Write(writer, patient);
            else if (row is VisitRow visit) WriteOwned(writer, "visit", visit.PatientId, visit.Number);
            else if (row is OrderRow order) WriteOwned(writer, "order", order.PatientId, order.PlacerNumber ?? order.FillerNumber);
            else if (row is ReportRow { PatientId: { } reported } report) WriteOwned(writer, "report", reported, report.Number);
            else if (row is PerformedStepRow { PatientId: { } examined } performed)
                WriteOwned(writer, "performed", examined, new Identifier(performed.SopInstanceUid));
            else if (row is StudyRow { PatientId: { } imaged } study)
                WriteOwned(writer, "study", imaged, new Identifier(study.StudyInstanceUid));
            else throw new ArgumentException($"A merge does not move a {row.GetType().Name}.", nameof(rows));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, PatientRow patient)
    {
        writer.WriteString("kind", "patient");
        writer.WriteBoolean("active", patient.Active);
        if (patient.MergedInto is { } survivor) writer.WriteString("mergedInto", survivor);
        writer.WriteStartArray("identifiers");
        foreach (var held in patient.Identifiers)
        {
            writer.WriteStartObject();
            WriteIdentifier(writer, held.Identifier);
            writer.WriteBoolean("primary", held.IsPrimary);
            writer.WriteBoolean("prior", held.IsPrior);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("linkedTo");
        foreach (var other in patient.LinkedTo) writer.WriteStringValue(other);
        writer.WriteEndArray();
    }

    private static void WriteOwned(Utf8JsonWriter writer, string kind, Guid patientId, Identifier? number)
    {
        writer.WriteString("kind", kind);
        writer.WriteString("patient", patientId);
        if (number is { } known) WriteIdentifier(writer, known);
    }

    private static void WriteIdentifier(Utf8JsonWriter writer, Identifier identifier)
    {
        writer.WriteString("value", identifier.Value);
        if (identifier.Namespace is not null) writer.WriteString("namespace", identifier.Namespace);
        if (identifier.UniversalId is not null) writer.WriteString("universalId", identifier.UniversalId);
        if (identifier.UniversalIdType is not null) writer.WriteString("universalIdType", identifier.UniversalIdType);
        if (identifier.TypeCode is not null) writer.WriteString("type", identifier.TypeCode);
    }
}
