using CloudPacs.Domain;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Reports;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Hl7v2;
using Problem = CloudPacs.Hl7v2.Problem;
using Severity = CloudPacs.Hl7v2.Severity;

namespace CloudPacs.Translation;

/// <summary>
/// Says to the sender of a message what the domain says of its commands: segment, field, code of table 0357, and the words of HL7.
/// </summary>
internal sealed class ProblemTranslation(MessageParts parts)
{
    /// <summary>In the same order; two that are one to the sender, once.</summary>
    public IReadOnlyList<Problem> Translate(IEnumerable<Domain.Problem> problems) => [.. problems.Select(Translate).Distinct()];

    private Problem Translate(Domain.Problem problem)
    {
        if (problem is MappedProblem mapped) return mapped.Source;
        var entry = ProblemTable.Of(problem.Code);
        var text = entry.Text is { } say ? say(problem, parts.UnitOf(problem.Part)) : problem.Text;
        return new Problem(entry.Code, SeverityOf(problem.Severity), LocationOf(problem), text);
    }

    private static Severity SeverityOf(Domain.Severity severity) => severity switch
    {
        Domain.Severity.Information => Severity.Information,
        Domain.Severity.Warning => Severity.Warning,
        _ => Severity.Error,
    };

    private ErrorLocation LocationOf(Domain.Problem problem) => problem.Part switch
    {
        null => LocationOf(problem.Field),
        PatientDetails patient => LocationOf(problem.Field, parts.SourceOf(patient).Occurrence),
        ReportDetails report => LocationOf(problem.Field, report, parts.SourceOf(report).Group),
        ObservationDetails result =>
            new ErrorLocation("OBX", parts.SourceOf(result).Occurrence, problem.Field == Field.ObservationSubId ? 4 : null),
        BookAppointment => new ErrorLocation("SCH", 1, problem.Field == Field.AppointmentId ? 2 : 26),
        _ => LocationOf(problem.Field, parts.UnitOf(problem.Part)),
    };

    private static ErrorLocation LocationOf(Field field) => field switch
    {
        Field.PatientId => new ErrorLocation("PID", 1, 3),
        Field.OtherPatient => new ErrorLocation("PID", 2),
        Field.SentAt => new ErrorLocation("MSH", 1, 7),
        Field.Report => new ErrorLocation("OBR", 1),
        _ => new ErrorLocation("ORC", 1),
    };

    /// <param name="obr">Occurrence of the OBR; 0 for a document without an order.</param>
    private static ErrorLocation LocationOf(Field field, ReportDetails report, int obr)
    {
        var isDocument = report.DocumentNumber is not null;
        return field switch
        {
            Field.PatientId => new ErrorLocation("PID", 1, 3),
            Field.ParentReport => new ErrorLocation("TXA", 1, 13),
            Field.Content => new ErrorLocation("OBX", 1, 5),
            Field.ReportState => isDocument ? new ErrorLocation("TXA", 1, 17) : new ErrorLocation("OBR", obr, 25),
            Field.ReportNumber when isDocument => new ErrorLocation("TXA", 1, 12),
            Field.ReportedAt => isDocument ? new ErrorLocation("TXA", 1) : new ErrorLocation("OBR", obr, 22),
            _ when obr == 0 => new ErrorLocation("TXA", 1, 15),
            Field.Number when report.PlacerNumber is not null => new ErrorLocation("OBR", obr, 2),
            _ => new ErrorLocation("OBR", obr, 3),
        };
    }

    private static ErrorLocation LocationOf(Field field, int pid) => field switch
    {
        Field.Patient => new ErrorLocation("PID", pid),
        Field.Account => new ErrorLocation("PID", pid, 18),
        Field.Visit => new ErrorLocation("PV1", pid, 19),
        Field.PriorId => new ErrorLocation("MRG", pid, 1),
        Field.PriorAccount => new ErrorLocation("MRG", pid, 3),
        Field.PriorVisit => new ErrorLocation("MRG", pid, 5),
        _ => new ErrorLocation("PID", pid, 3),
    };

    private static ErrorLocation LocationOf(Field field, OrderUnit unit)
    {
        var hasIpc = unit.First.IpcOccurrence > 0;
        return field switch
        {
            Field.Number => unit.First.OrcOccurrence > 0 ? unit.At("ORC", 2) : unit.At("OBR", 2),
            Field.AskedAt => unit.At("ORC", 9),
            Field.PlacerNumber => unit.At("ORC", 2),
            Field.Parent => unit.At("ORC", 8),
            Field.FillerNumber => unit.At("ORC", 3),
            Field.AccessionNumber => hasIpc ? unit.At("IPC", 1) : unit.At("OBR", 18),
            Field.RequestedProcedureId => hasIpc ? unit.At("IPC", 2) : unit.At("OBR", 19),
            Field.StudyInstanceUid => hasIpc ? unit.At("IPC", 3) : unit.At("ZDS", 1),
            Field.StepId => hasIpc ? unit.At("IPC", 4) : unit.At("OBR", 20),
            Field.Modality => hasIpc ? unit.At("IPC", 5) : unit.At("OBR", 24),
            Field.ProcedureCode => unit.At("OBR", 4),
            Field.Procedure => new ErrorLocation("OBR", Math.Max(1, unit.First.OrcOccurrence)),
            _ => unit.At("ORC", 1),
        };
    }
}
