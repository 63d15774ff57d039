using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>What holds for a message beside its sender's policy: rules of the listener and of the site.</summary>
internal sealed record SiteRules
{
    public static SiteRules Default { get; } = new();

    /// <summary>Events that are not known are refused (AR 201) and an unknown prior id in a merge too (AE 204).</summary>
    public bool Strict { get; init; }

    /// <summary>Why no station can see an entry; null = not asked.</summary>
    public WhyHidden? WhyHidden { get; init; }
}

/// <summary>Says why no station can see the entry of a step, or null when one can.</summary>
internal delegate string? WhyHidden(StepRow step, OrderRow order, VisitRow? visit, DateTime localNow);
