namespace CloudPacs.Domain;

/// <summary>How bad a problem is. An error refuses what it is about; anything less is told, and the rest is done.</summary>
public enum Severity { Information, Warning, Error }

/// <summary>
/// Something that is wrong with a command, or that its author should know of. The text holds no patient data.
/// </summary>
/// <param name="Code">One of the catalogues (ORD, PAT, APT, PPS, REP); never used again for something else.</param>
/// <param name="Severity">Whether the command was refused.</param>
/// <param name="Part">The part of the command that is meant; null when it is the whole.</param>
/// <param name="Field">Which value of the part.</param>
/// <param name="Text">What is wrong and what to do about it.</param>
/// <param name="Detail">What the text names besides, such as the state of a step, for doors that say it in words of their own.</param>
public record Problem(string Code, Severity Severity, Details? Part, Field Field, string Text, string? Detail = null)
{
    public bool IsError => Severity == Severity.Error;
}

/// <summary>The value of a command that a problem is about.</summary>
public enum Field
{
    /// <summary>The part as a whole.</summary>
    Whole,

    /// <summary>What is asked.</summary>
    Request,

    /// <summary>When it was asked.</summary>
    AskedAt,

    /// <summary>When the commands were sent.</summary>
    SentAt,

    /// <summary>Whatever number names the order.</summary>
    Number,
    PlacerNumber,
    FillerNumber,
    AccessionNumber,
    RequestedProcedureId,
    StudyInstanceUid,
    StepId,

    /// <summary>The order that the order is a part of.</summary>
    Parent,
    Modality,
    Procedure,

    /// <summary>Code and text of the procedure.</summary>
    ProcedureCode,

    /// <summary>The patient as a whole.</summary>
    Patient,
    PatientId,
    PriorId,
    OtherPatient,
    Visit,
    Account,
    PriorVisit,
    PriorAccount,
    AppointmentId,

    /// <summary>The performed procedure step as a whole.</summary>
    Performed,

    /// <summary>The report as a whole.</summary>
    Report,

    /// <summary>The number by which the report is known.</summary>
    ReportNumber,
    ReportState,
    ReportedAt,

    /// <summary>The report that this one adds to or takes the place of.</summary>
    ParentReport,

    /// <summary>What shows the report.</summary>
    Content,

    /// <summary>A discrete result as a whole.</summary>
    Observation,

    /// <summary>What tells results of one code apart.</summary>
    ObservationSubId,
}
