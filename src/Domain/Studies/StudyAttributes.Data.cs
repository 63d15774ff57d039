using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;

namespace CloudPacs.Domain.Studies;

/// <summary>
/// The attributes that are kept of each level, so that queries and resources need no file: those of PS3.4 C.6.1.1 and C.6.2.1 and PS3.18
/// table 10.6.3, and what ImagingStudy shows.
/// </summary>
public static class StudyAttributes
{
    internal static readonly Tag[] OfStudy =
    [
        Tags.PatientName, Tags.PatientId, Tags.IssuerOfPatientId, Tags.IssuerOfPatientIdQualifiersSequence, Tags.PatientBirthDate,
        Tags.PatientSex, Tags.OtherPatientIdsSequence, Tags.PatientAge, Tags.PatientSize, Tags.PatientWeight, Tags.PatientComments,
        Tags.StudyInstanceUid, Tags.StudyId, Tags.StudyDate, Tags.StudyTime, Tags.TimezoneOffsetFromUtc, Tags.AccessionNumber,
        Tags.IssuerOfAccessionNumberSequence, Tags.ReferringPhysicianName, Tags.ReferringPhysicianIdentificationSequence,
        Tags.StudyDescription, Tags.ProcedureCodeSequence, Tags.NameOfPhysiciansReadingStudy, Tags.AdmissionId,
        Tags.IssuerOfAdmissionIdSequence, Tags.InstitutionName, Tags.RequestAttributesSequence, Tags.RequestedProcedureDescription,
        Tags.RequestedProcedureCodeSequence, Tags.RequestedProcedureId, Tags.PhysiciansOfRecord,
    ];

    internal static readonly Tag[] OfSeries =
    [
        Tags.SeriesInstanceUid, Tags.SeriesNumber, Tags.Modality, Tags.SeriesDate, Tags.SeriesTime, Tags.SeriesDescription,
        Tags.BodyPartExamined, Tags.AnatomicRegionSequence, Tags.Laterality, Tags.ProtocolName, Tags.PerformedProcedureStepStartDate,
        Tags.PerformedProcedureStepStartTime, Tags.RequestAttributesSequence, Tags.PerformingPhysicianName, Tags.OperatorsName,
        Tags.StationName, Tags.Manufacturer, Tags.ManufacturerModelName, Tags.DeviceSerialNumber, Tags.InstitutionName,
        Tags.InstitutionalDepartmentName, Tags.PerformedLocation, Tags.PatientPosition, Tags.ReferencedPerformedProcedureStepSequence,
    ];

    internal static readonly Tag[] OfInstance =
    [
        Tags.SopClassUid, Tags.SopInstanceUid, Tags.InstanceNumber, Tags.Rows, Tags.Columns, Tags.BitsAllocated, Tags.NumberOfFrames,
        Tags.ImageType, Tags.ContentDate, Tags.ContentTime, Tags.AcquisitionDate, Tags.AcquisitionTime, Tags.AcquisitionNumber,
        Tags.ConceptNameCodeSequence, Tags.CompletionFlag, Tags.VerificationFlag, Tags.ContentLabel, Tags.DocumentTitle,
    ];

    /// <summary>Whether an attribute is kept of studies, not of their series and instances.</summary>
    public static bool IsOfStudy(Tag tag) => OfStudy.Contains(tag);

    /// <summary>Name of the patient in the form in which names compare; null when there is none.</summary>
    internal static string? NameKeyOf(DataSet header) =>
        header.GetString(Tags.PatientName) is { } name ? string.Join('=', NameKey.Groups(name)) : null;

    /// <summary>The attributes of a level, as far as the header has them.</summary>
    internal static DataSet Take(DataSet header, Tag[] tags)
    {
        var taken = new DataSet(tags.Length);
        foreach (var tag in tags)
        {
            if (header.TryGet(tag, out var element)) taken.Add(element);
        }

        return taken;
    }
}
