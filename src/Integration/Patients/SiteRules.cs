using CloudPacs.Integration.Worklist;

namespace CloudPacs.Integration.Patients;

/// <summary>What holds for a message beside its sender's policy: rules of the listener and of the site.</summary>
internal sealed record SiteRules
{
    public static SiteRules Default { get; } = new();

    /// <summary>Events that are not known are refused (AR 201) and an unknown prior id in a merge too (AE 204).</summary>
    public bool Strict { get; init; }

    /// <summary>Who can see an entry at all; null = not asked.</summary>
    public EntryVisibility? Visibility { get; init; }
}
