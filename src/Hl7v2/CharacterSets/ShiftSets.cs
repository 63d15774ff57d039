namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>The sets that the repetitions of MSH-18 allow to switch to.</summary>
[Flags]
internal enum ShiftSets
{
    None = 0,
    JisX0208 = 1,
    JisX0212 = 2,
    KsX1001 = 4,
    Gb2312 = 8,

    /// <summary>A single-byte set, read by its designation.</summary>
    Other = 16,
}
