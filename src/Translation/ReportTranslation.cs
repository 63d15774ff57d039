using CloudPacs.Domain;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Reports;
using CloudPacs.Mapping;
using CloudPacs.Store.Reports;

namespace CloudPacs.Translation;

/// <summary>Result and document messages (ORU, MDM) as commands.</summary>
internal sealed class ReportTranslation(ChangeContext context, MessageParts parts)
{
    private readonly Dictionary<MappedPatient, PatientDetails> _patients = [];

    /// <summary>Null for an event that is not applied.</summary>
    public static ReportCommands? Commands(MappedMessage message, ChangeContext context, MessageParts parts)
    {
        if (!ReportEventTable.IsApplied(context.Kind)) return null;
        var translation = new ReportTranslation(context, parts);
        return new ReportCommands(context, message.Reports.ConvertAll(translation.Report))
        {
            Faults =
            [
                .. MappedProblem.Of(message.Problems.Concat(message.Patients.Where(static patient => patient.IsMisnamed)
                    .SelectMany(static patient => patient.Problems))),
                .. OfGroups(message),
            ],
        };
    }

    /// <summary>What was left out of the numbers; what is wrong with those that only orders need is nothing to reports.</summary>
    private static IEnumerable<Problem> OfGroups(MappedMessage message) => MappedProblem.Of(
        message.Groups.SelectMany(static group => group.Problems).Where(static problem => problem.Severity < Hl7v2.Severity.Error));

    private ReportDetails Report(MappedReport mapped) => parts.Add(
        new ReportDetails
        {
            Faults = MappedProblem.Of(mapped.Problems),
            DocumentNumber = mapped.DocumentNumber?.ToIdentifier(),
            FillerNumber = mapped.FillerNumber?.ToIdentifier(),
            PlacerNumber = mapped.PlacerNumber?.ToIdentifier(),
            AccessionNumber = mapped.AccessionNumber?.ToIdentifier(),
            StudyInstanceUid = mapped.StudyInstanceUid,
            Code = mapped.Code,
            State = StateOf(mapped),
            ReportedAt = mapped.ReportedAt,
            ParentNumber = mapped.Parent?.ToIdentifier(),
            Relation = ReportEventTable.RelationOf(mapped.Relation),
            Documents = Documents(mapped),
            Observations = mapped.Observations.ConvertAll(Observation),
            LacksContent = ReportEventTable.BringsContent(context.Kind) && !mapped.HasContent,
            Patient = mapped.Patient is { Primary: not null } person ? Patient(person) : null,
        },
        new PartSource(mapped.Scope, Group: mapped.ObrOccurrence));

    /// <summary>A document that takes the place of a final one corrects it.</summary>
    private static ReportState StateOf(MappedReport mapped)
    {
        var state = mapped.State is { } word ? ReportTable.Find(word) ?? ReportState.Unknown : ReportState.Unknown;
        return state == ReportState.Final && ReportEventTable.RelationOf(mapped.Relation) == ReportRelation.Replacement
            ? ReportState.Corrected
            : state;
    }

    /// <summary>As many stand in the resource, with each of its versions, as fit into it together.</summary>
    private List<ReportDocument> Documents(MappedReport report)
    {
        long room = context.MaxDocumentsInRow;
        return report.Documents.ConvertAll(mapped =>
        {
            var isLarge = mapped.Size > room;
            if (!isLarge) room -= mapped.Size;
            return Document(mapped, isLarge);
        });
    }

    private static ReportDocument Document(MappedDocument mapped, bool isLarge) => new()
    {
        ContentType = mapped.ContentType,
        Title = mapped.Title,
        Url = mapped.Url,
        Size = mapped.Size,
        Hash = mapped.Hash,
        BlobId = isLarge ? mapped.ContentId : null,
        Open = mapped.Open,
    };

    private ObservationDetails Observation(MappedObservation mapped) => parts.Add(
        new ObservationDetails
        {
            Faults = MappedProblem.Of(mapped.Problems),
            Code = mapped.Code ?? "",
            SubId = mapped.SubId,
            Status = mapped.Status ?? "unknown",
        },
        new PartSource(mapped.Scope, mapped.ObxOccurrence));

    private PatientDetails Patient(MappedPatient mapped)
    {
        if (_patients.TryGetValue(mapped, out var known)) return known;
        return _patients[mapped] = parts.Patient(mapped);
    }
}
