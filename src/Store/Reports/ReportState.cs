namespace CloudPacs.Store.Reports;

/// <summary>What a report is worth (FHIR R4 value set diagnostic-report-status).</summary>
public enum ReportState : short
{
    /// <summary>Its author did not say.</summary>
    Unknown = 0,

    /// <summary>Nothing is there yet.</summary>
    Registered = 1,
    Partial = 2,
    Preliminary = 3,
    Final = 4,

    /// <summary>Final, and something was added to it later.</summary>
    Appended = 5,
    Amended = 6,
    Corrected = 7,
    Cancelled = 8,

    /// <summary>Withdrawn after it was final.</summary>
    EnteredInError = 9,
}
