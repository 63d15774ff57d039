namespace CloudPacs.Settings;

/// <summary>How long studies have to be kept. Of several entries that fit a study, the one that says more counts.</summary>
public sealed class RetentionSettings
{
    /// <summary>Of those of one facility; empty = of all.</summary>
    public string Facility { get; set; } = "";

    /// <summary>Of those of one modality, such as CT; empty = of all.</summary>
    public string Modality { get; set; } = "";

    /// <summary>How long, from the day of the study or its receipt, whichever is later.</summary>
    public TimeSpan Keep { get; set; }
}
