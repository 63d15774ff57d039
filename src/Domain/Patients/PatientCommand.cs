namespace CloudPacs.Domain.Patients;

/// <summary>Something that is asked about a patient or a visit.</summary>
public abstract class PatientCommand
{
    public required PatientDetails Patient { get; init; }
}

/// <summary>What an admission does to the entries of the worklist.</summary>
[Flags]
public enum EntryEffects
{
    None = 0,

    /// <summary>The patient has come: what is scheduled today has arrived.</summary>
    Arrival = 1,

    /// <summary>The patient has left.</summary>
    Discharge = 2,

    /// <summary>The admission was a mistake or does not take place.</summary>
    CanceledAdmission = 4,
}

/// <summary>Makes the patient and the visit or brings them up to date.</summary>
public sealed class UpdatePatient : PatientCommand
{
    /// <summary>False when what the details say of a visit does not count.</summary>
    public bool HasVisit { get; init; } = true;

    /// <summary>The status that the visit gets; null keeps it.</summary>
    public string? VisitStatus { get; init; }

    public EntryEffects Effects { get; init; }
}

/// <summary>The patients of the prior ids go into the patient of the primary one, with all that belongs to them.</summary>
public sealed class MergePatients : PatientCommand
{
    /// <summary>The prior account goes into the account as well.</summary>
    public bool WithAccount { get; init; }
}

/// <summary>The patient of the prior id gets the primary one in its place.</summary>
public sealed class ChangePatientId : PatientCommand;

/// <summary>The prior ids go to the patient of the primary one, with the orders that were placed under them.</summary>
public sealed class MovePatientId : PatientCommand;

/// <summary>Something that is asked about two patients.</summary>
public abstract class PairCommand : PatientCommand
{
    public required PatientDetails? Other { get; init; }
}

/// <summary>Says that two records may be of one person, without merging them.</summary>
public sealed class LinkPatients : PairCommand;

/// <summary>Takes that back.</summary>
public sealed class UnlinkPatients : PairCommand;

/// <summary>Marks the patient as deleted; never while entries are open.</summary>
public sealed class DeletePatient : PatientCommand;

/// <summary>Marks the visit as entered in error; never while entries are open.</summary>
public sealed class DeleteVisit : PatientCommand;

/// <summary>Something that is asked about a visit, which may be named by its account.</summary>
public abstract class VisitCommand : PatientCommand
{
    public bool ByAccount { get; init; }
}

/// <summary>The prior visit goes into the visit.</summary>
public sealed class MergeVisits : VisitCommand;

/// <summary>The prior visit goes, with its orders, from the patient of the prior id to this one.</summary>
public sealed class MoveVisit : VisitCommand;

/// <summary>The visit of the prior number gets this one.</summary>
public sealed class RenumberVisit : VisitCommand;

/// <summary>Something that is asked about what may be deleted of a patient. It needs a reason.</summary>
public abstract class PatientHoldCommand : PatientCommand
{
    /// <summary>Why, for the audit trail.</summary>
    public string? Reason { get; init; }
}

/// <summary>Nothing of the patient may be deleted, no study and not the record, by whomever: a legal hold.</summary>
public sealed class HoldPatient : PatientHoldCommand;

/// <summary>Takes that back.</summary>
public sealed class EndPatientHold : PatientHoldCommand;
