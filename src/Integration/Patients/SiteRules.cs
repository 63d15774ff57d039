namespace CloudPacs.Integration.Patients;

/// <summary>What a cancelled admission (A11, A27, A38) does to the open entries of the visit (mapping reference a.10).</summary>
internal enum CanceledAdmission { Flag, Hold, Cancel }

/// <summary>Choices that a site makes for patient events; the defaults are those of mapping reference a.10.</summary>
internal sealed record SiteRules
{
    public static SiteRules Default { get; } = new();

    /// <summary>A03 moves entries of the visit from ARRIVED to DEPARTED.</summary>
    public bool DischargeDeparts { get; init; }

    public CanceledAdmission CanceledAdmission { get; init; } = CanceledAdmission.Flag;

    /// <summary>Events that are not known are refused (AR 201) and an unknown prior id in a merge too (AE 204).</summary>
    public bool Strict { get; init; }
}
