namespace CloudPacs.Store.Studies;

/// <summary>Why an instance is hidden: the titles of rejection notes (PS3.16 CID 7011, IHE RAD TF-2 4.66), or a person.</summary>
public enum Rejection : short
{
    /// <summary>A person deleted it.</summary>
    Deleted,

    /// <summary>113001, Rejected for Quality Reasons.</summary>
    Quality,

    /// <summary>113037, Rejected for Patient Safety Reasons.</summary>
    PatientSafety,

    /// <summary>113038, Incorrect Modality Worklist Entry.</summary>
    IncorrectWorklistEntry,

    /// <summary>113039, Data Retention Policy Expired.</summary>
    RetentionExpired,
}
