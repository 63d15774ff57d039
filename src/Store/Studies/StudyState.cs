namespace CloudPacs.Store.Studies;

/// <summary>What a study is worth to those who look for it.</summary>
public enum StudyState : short
{
    /// <summary>At least one of its instances can be fetched.</summary>
    Available,

    /// <summary>All of its instances were rejected for their quality, or given up when their time was over.</summary>
    Cancelled,

    /// <summary>All of its instances were rejected as wrong: they never were of this patient or examination.</summary>
    EnteredInError,
}
