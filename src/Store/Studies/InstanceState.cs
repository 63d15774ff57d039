namespace CloudPacs.Store.Studies;

/// <summary>Whether an instance is shown.</summary>
public enum InstanceState : short
{
    Shown,

    /// <summary>
    /// It names another patient than the instances of its study before it: kept, and not shown until a person has decided.
    /// </summary>
    PatientConflict,

    /// <summary>Rejected by a note (IHE RAD TF-2 4.66), or deleted.</summary>
    Rejected,

    /// <summary>The archive that has its bytes does not list it any more.</summary>
    Missing,

    /// <summary>A rejection note: kept, and neither shown nor counted.</summary>
    Note,
}
