using CloudPacs.Dicom;

namespace CloudPacs.Studies.Archives;

/// <summary>Which attributes are asked of other archives, by level (those that rows keep, as far as lists have them).</summary>
internal static class ListedAttributes
{
    /// <summary>Of patient and study (PS3.4 C.6.2.1).</summary>
    public static readonly Tag[] OfStudy =
    [
        Tags.PatientName, Tags.PatientId, Tags.IssuerOfPatientId, Tags.PatientBirthDate, Tags.PatientSex, Tags.StudyInstanceUid,
        Tags.StudyId, Tags.StudyDate, Tags.StudyTime, Tags.AccessionNumber, Tags.ReferringPhysicianName, Tags.StudyDescription,
        Tags.NameOfPhysiciansReadingStudy, Tags.NumberOfStudyRelatedInstances,
    ];

    public static readonly Tag[] OfSeries =
    [
        Tags.SeriesInstanceUid, Tags.SeriesNumber, Tags.Modality, Tags.SeriesDate, Tags.SeriesTime, Tags.SeriesDescription,
        Tags.BodyPartExamined, Tags.Laterality, Tags.ProtocolName, Tags.PerformedProcedureStepStartDate,
        Tags.PerformedProcedureStepStartTime, Tags.RequestAttributesSequence, Tags.PerformingPhysicianName, Tags.OperatorsName,
        Tags.StationName, Tags.InstitutionName,
    ];

    /// <summary>They differ from one instance of a series to the next.</summary>
    public static readonly Tag[] OfInstance =
    [
        Tags.SopClassUid, Tags.SopInstanceUid, Tags.InstanceNumber, Tags.Rows, Tags.Columns, Tags.BitsAllocated, Tags.NumberOfFrames,
        Tags.ImageType, Tags.ContentDate, Tags.ContentTime, Tags.AcquisitionDate, Tags.AcquisitionTime, Tags.AcquisitionNumber,
        Tags.ConceptNameCodeSequence, Tags.CompletionFlag, Tags.VerificationFlag, Tags.ContentLabel, Tags.DocumentTitle,
        Tags.AvailableTransferSyntaxUid,
    ];
}
