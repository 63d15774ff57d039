using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Patients;
using CloudPacs.Translation;

namespace CloudPacs.Exchange.Outbound;

/// <summary>What the map of a destination can ask of a step and of what happened to it (<c>$state.x</c>).</summary>
internal static class StatusState
{
    public static EventState Of(StepEvent happened, PatientRow patient, string controlId)
    {
        var (name, news, workspace, step, procedure, order) = happened;
        var held = patient.Identifiers;
        var performed = StatusEvents.IsOfPerforming(name) ? workspace.PeekPerformed(step.Id).MaxBy(static row => row.Start) : null;
        var done = performed is null ? null : Attributes.Read(performed.Attributes);
        var visit = order.VisitId is { } id ? workspace.Visit(id) : null;
        return new EventState
        {
            Event = name,
            EventTime = news.At,
            Actor = news.Origin?.Split('|')[0] is { Length: > 0 } application ? application : news.Actor,
            MessageId = controlId,
            PatientIds =
            [
                .. held.Where(static id => !id.IsPrior).OrderByDescending(static id => id.IsPrimary)
                    .Select(static id => id.Identifier.ToMapped())
            ],
            VisitNumber = visit?.Number.ToMapped(),
            PatientClass = visit?.PatientClass,
            PlacerNumber = order.PlacerNumber.ToMapped(),
            FillerNumber = order.FillerNumber.ToMapped(),
            AccessionNumber = procedure.AccessionNumber.ToMapped(),
            RequestedProcedureId = procedure.RequestedProcedureId,
            StudyInstanceUid = procedure.StudyInstanceUid,
            StepId = step.StepId,
            Modality = step.Modality,
            StationAeTitles = step.StationAeTitles,
            StepState = StepStates.Name(step.StepState),
            StatusReason = news.Reasons.GetValueOrDefault(step),
            StartInstant = step.Start,
            PerformedStart = performed?.Start,
            PerformedEnd = performed?.End,
            Performer = done is null ? null : PerformerOf(done),
            ReasonCode = done?.GetItems(Tags.PerformedProcedureStepDiscontinuationReasonCodeSequence) is [var reason, ..] ? reason : null,
        };
    }

    /// <summary>Who made the first series: its operator, else its physician.</summary>
    private static string? PerformerOf(DataSet performed) =>
        performed.GetItems(Tags.PerformedSeriesSequence)
            .Select(static series => series.GetString(Tags.OperatorsName) ?? series.GetString(Tags.PerformingPhysicianName))
            .FirstOrDefault(static name => !string.IsNullOrEmpty(name));
}
