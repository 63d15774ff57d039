using System.Collections.Frozen;
using CloudPacs.Dicom;

namespace CloudPacs.Resources;

/// <summary>
/// The worklist attributes that follow from the keys of rows, each with the target of the maps that gives the key: so that the entry, the
/// row and the FHIR resources never say different things.
/// </summary>
internal static class OwnedAttributes
{
    public static IReadOnlyDictionary<Tag, string> All { get; } = new Dictionary<Tag, string>
    {
        [Tags.PatientId] = "patient.primary",
        [Tags.IssuerOfPatientId] = "patient.primary",
        [Tags.IssuerOfPatientIdQualifiersSequence] = "patient.primary",
        [Tags.AdmissionId] = "visit.number",
        [Tags.IssuerOfAdmissionIdSequence] = "visit.number",
        [Tags.AccessionNumber] = "order.accessionNumber",
        [Tags.IssuerOfAccessionNumberSequence] = "order.accessionNumber",
        [Tags.PlacerOrderNumberImagingServiceRequest] = "order.placerNumber",
        [Tags.OrderPlacerIdentifierSequence] = "order.placerNumber",
        [Tags.FillerOrderNumberImagingServiceRequest] = "order.fillerNumber",
        [Tags.OrderFillerIdentifierSequence] = "order.fillerNumber",
        [Tags.RequestedProcedureId] = "procedure.id",
        [Tags.StudyInstanceUid] = "procedure.studyInstanceUid",
        [Tags.ScheduledProcedureStepId] = "step.id",
    }.ToFrozenDictionary();
}
