using CloudPacs.Mapping.Fhir;
using CloudPacs.Store.Patients;
using CloudPacs.Translation;

namespace CloudPacs.Integration.Outbound;

/// <summary>What the map of a destination can ask of a step and of what happened to it (<c>$state.x</c>).</summary>
internal static class StatusState
{
    public static FhirState Of(StepEvent happened, PatientRow patient, string controlId)
    {
        var (name, news, workspace, step, procedure, order) = happened;
        var held = patient.Identifiers;
        var performed = workspace.PeekPerformed(step.Id).MaxBy(static row => row.Start);
        var visit = order.VisitId is { } id ? workspace.Visit(id) : null;
        return new FhirState
        {
            Event = name,
            EventTime = news.At,
            Actor = news.Actor,
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
            StepState = step.StepState.ToString(),
            StatusReason = news.Reasons.GetValueOrDefault(step),
            StartInstant = step.Start,
            PerformedStart = performed?.Start,
            PerformedEnd = performed?.End,
        };
    }
}
