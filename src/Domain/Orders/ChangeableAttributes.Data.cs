using System.Collections.Frozen;
using CloudPacs.Dicom;

namespace CloudPacs.Domain.Orders;

/// <summary>Which attributes a command may change in which case.</summary>
internal static class ChangeableAttributes
{
    /// <summary>Time and place of a step: what a new time and place and a booking change.</summary>
    public static readonly FrozenSet<Tag> TimeAndPlace = new[]
    {
        Tags.ScheduledStationAeTitle, Tags.ScheduledProcedureStepStartDate, Tags.ScheduledProcedureStepStartTime,
        Tags.ScheduledProcedureStepEndDate, Tags.ScheduledProcedureStepEndTime, Tags.ScheduledPerformingPhysicianName,
        Tags.ScheduledPerformingPhysicianIdentificationSequence, Tags.ScheduledStationName, Tags.ScheduledProcedureStepLocation,
    }.ToFrozenSet();

    /// <summary>
    /// Text and demographics: what may still change once the examination has begun. Codes, descriptions of the procedure, priority, ids,
    /// station and times may not: they are what the modality has read already.
    /// </summary>
    public static readonly FrozenSet<Tag> Text = new uint[]
    {
        // institution, referrer, diagnoses
        0x0008_0080, 0x0008_0081, 0x0008_0090, 0x0008_0096, 0x0008_1040, 0x0008_1048, 0x0008_1080, 0x0008_1084,
        // weight, size, alerts, allergies, pregnancy, comments
        0x0010_1030, 0x0010_1020, 0x0010_2000, 0x0010_2110, 0x0010_21C0, 0x0010_4000,
        // requesting physician and service, reason for visit
        0x0032_1031, 0x0032_1032, 0x0032_1033, 0x0032_1034, 0x0032_1066,
        0x0038_0010, 0x0038_0014, 0x0038_0016, 0x0038_0020, 0x0038_0021, 0x0038_0050, 0x0038_0300, 0x0038_0400, 0x0038_0500, // visit
        // comments, reason, transport, confidentiality, recipients
        0x0040_0400, 0x0040_1002, 0x0040_100A, 0x0040_1004, 0x0040_1008, 0x0040_1010, 0x0040_1400,
        // request, constraint, label
        0x0040_2004, 0x0040_2005, 0x0040_2008, 0x0040_2009, 0x0040_2010, 0x0040_2400, 0x0040_3001, 0x0074_1202,
    }.Select(static value => new Tag(value)).ToFrozenSet();

    /// <summary>What tells the steps of an order apart, and so does not come from a command that means all of them.</summary>
    public static readonly FrozenSet<Tag> OwnOfStep = new[]
    {
        Tags.ScheduledProcedureStepDescription, Tags.ScheduledProtocolCodeSequence, Tags.ScheduledProcedureStepId, Tags.Modality,
    }.ToFrozenSet();
}
