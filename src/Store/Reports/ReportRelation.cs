namespace CloudPacs.Store.Reports;

/// <summary>What a report is to another one that it names.</summary>
public enum ReportRelation : short
{
    None = 0,

    /// <summary>It adds something to the other one.</summary>
    Addendum = 1,

    /// <summary>It takes the place of the other one.</summary>
    Replacement = 2,
}
