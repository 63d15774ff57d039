using CloudPacs.Dicom;

namespace CloudPacs.Domain.Performed;

/// <summary>Whether a report must have an attribute (types of PS3.5 7.4).</summary>
internal enum AttributeType
{
    /// <summary>With a value.</summary>
    One,

    /// <summary>Perhaps without a value.</summary>
    Two,
    Three,
}

/// <summary>Rules for one attribute of a performed procedure step.</summary>
/// <param name="Tag">The attribute.</param>
/// <param name="Create">When the step begins.</param>
/// <param name="IsSettable">It may be changed afterwards.</param>
/// <param name="IsFinal">It must have a value when the state is final.</param>
internal sealed record PerformedAttribute(Tag Tag, AttributeType Create, bool IsSettable = false, bool IsFinal = false);

/// <summary>The attributes of a performed procedure step (PS3.4 table F.7.2-1).</summary>
internal static class PerformedAttributes
{
    public static readonly PerformedAttribute[] All =
    [
        new(Tags.ScheduledStepAttributesSequence, AttributeType.One),
        new(Tags.PatientName, AttributeType.Two),
        new(Tags.PatientId, AttributeType.Two),
        new(Tags.PatientBirthDate, AttributeType.Two),
        new(Tags.PatientSex, AttributeType.Two),
        new(Tags.ReferencedPatientSequence, AttributeType.Two),
        new(Tags.PerformedProcedureStepId, AttributeType.One),
        new(Tags.PerformedStationAeTitle, AttributeType.One),
        new(Tags.PerformedStationName, AttributeType.Two),
        new(Tags.PerformedLocation, AttributeType.Two),
        new(Tags.PerformedProcedureStepStartDate, AttributeType.One),
        new(Tags.PerformedProcedureStepStartTime, AttributeType.One),
        new(Tags.PerformedProcedureStepStatus, AttributeType.One, IsSettable: true),
        new(Tags.PerformedProcedureStepDescription, AttributeType.Two, IsSettable: true),
        new(Tags.PerformedProcedureTypeDescription, AttributeType.Two, IsSettable: true),
        new(Tags.ProcedureCodeSequence, AttributeType.Two, IsSettable: true),
        new(Tags.PerformedProcedureStepEndDate, AttributeType.Two, IsSettable: true, IsFinal: true),
        new(Tags.PerformedProcedureStepEndTime, AttributeType.Two, IsSettable: true, IsFinal: true),
        new(Tags.CommentsOnThePerformedProcedureStep, AttributeType.Three, IsSettable: true),
        new(Tags.PerformedProcedureStepDiscontinuationReasonCodeSequence, AttributeType.Three, IsSettable: true),
        new(Tags.Modality, AttributeType.One),
        new(Tags.StudyId, AttributeType.Two),
        new(Tags.PerformedProtocolCodeSequence, AttributeType.Two, IsSettable: true),
        new(Tags.PerformedSeriesSequence, AttributeType.Two, IsSettable: true, IsFinal: true),
    ];

    /// <summary>Those of an item of Scheduled Step Attributes Sequence.</summary>
    public static readonly (Tag Tag, AttributeType Type)[] OfScheduledStep =
    [
        (Tags.StudyInstanceUid, AttributeType.One),
        (Tags.ReferencedStudySequence, AttributeType.Two),
        (Tags.AccessionNumber, AttributeType.Two),
        (Tags.RequestedProcedureId, AttributeType.Two),
        (Tags.RequestedProcedureDescription, AttributeType.Two),
        (Tags.ScheduledProcedureStepId, AttributeType.Two),
        (Tags.ScheduledProcedureStepDescription, AttributeType.Two),
        (Tags.ScheduledProtocolCodeSequence, AttributeType.Two),
    ];

    /// <summary>Those of an item of Performed Series Sequence.</summary>
    public static readonly (Tag Tag, AttributeType Type)[] OfSeries =
    [
        (Tags.PerformingPhysicianName, AttributeType.Two),
        (Tags.OperatorsName, AttributeType.Two),
        (Tags.ProtocolName, AttributeType.One),
        (Tags.SeriesInstanceUid, AttributeType.One),
        (Tags.SeriesDescription, AttributeType.Two),
        (Tags.RetrieveAeTitle, AttributeType.Two),
        (Tags.ReferencedImageSequence, AttributeType.Two),
        (Tags.ReferencedNonImageCompositeSopInstanceSequence, AttributeType.Two),
    ];
}
