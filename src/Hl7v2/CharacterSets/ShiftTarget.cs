namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>What ISO 2022 can invoke into one half of the code space.</summary>
internal enum ShiftTarget : byte
{
    Base,
    SingleByte,
    JisX0208,
    JisX0212,
    KsX1001,
    Gb2312,
}
