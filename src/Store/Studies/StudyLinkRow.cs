namespace CloudPacs.Store.Studies;

/// <summary>How it was found that a study was made for an order; the stronger ones first.</summary>
public enum LinkRule : short
{
    /// <summary>A person said so.</summary>
    Person,

    /// <summary>The Study Instance UID is the one that was scheduled.</summary>
    StudyInstanceUid,

    /// <summary>The accession number and its issuer.</summary>
    AccessionAndIssuer,

    /// <summary>The accession number, whose issuer one side does not name, and which only one order has.</summary>
    Accession,

    /// <summary>Ids of the requested procedure and of the scheduled step.</summary>
    ScheduledStep,

    /// <summary>The placer or the filler number.</summary>
    OrderNumber,

    /// <summary>A performed procedure step, which names the scheduled one.</summary>
    PerformedStep,

    /// <summary>The only order of the patient for such an examination at that time.</summary>
    PatientAndTime,

    /// <summary>An order at that time for somebody of the same name, birth date and sex.</summary>
    PersonAndTime,
}

/// <summary>What a link is worth.</summary>
public enum LinkState : short
{
    /// <summary>The study was made for the order.</summary>
    Linked,

    /// <summary>It may have been: for a person to decide.</summary>
    Suggested,

    /// <summary>Numbers say so, and the patient is another one: for a person to decide.</summary>
    Conflict,

    /// <summary>A person said that it was not.</summary>
    Rejected,

    /// <summary>What a person said was taken back, and nothing else says that it was.</summary>
    Withdrawn,
}

/// <summary>Says that a study was, or may have been, made for a requested procedure.</summary>
public sealed class StudyLinkRow(Guid id) : Row(id)
{
    public required Guid StudyId { get; init; }

    public required Guid OrderId { get; init; }

    public required Guid ProcedureId { get; init; }

    public required LinkRule Rule { get; set; }

    public required LinkState LinkState { get; set; }

    /// <summary>Who made it so: a person, or whoever sent what made it known.</summary>
    public required string DecidedBy { get; set; }

    public required DateTimeOffset DecidedAt { get; set; }

    /// <summary>In words; null when nobody gave one.</summary>
    public string? Reason { get; set; }

    private protected override Action CaptureValues()
    {
        var before = (StudyLinkRow)MemberwiseClone();
        return () =>
        {
            Rule = before.Rule;
            LinkState = before.LinkState;
            DecidedBy = before.DecidedBy;
            DecidedAt = before.DecidedAt;
            Reason = before.Reason;
        };
    }
}
