namespace CloudPacs.Dicom;

/// <summary>What the value field of a representation holds.</summary>
public enum VrKind
{
    /// <summary>Text in the Specific Character Set: LO LT PN SH ST UC UT.</summary>
    Text,

    /// <summary>Text in the default repertoire whatever the character set: AE AS CS DA DS DT IS TM UI UR.</summary>
    Ascii,

    /// <summary>Binary numbers and tags: AT FD FL SL SS SV UL US UV.</summary>
    Number,

    /// <summary>Bytes: OB OD OF OL OV OW UN.</summary>
    Binary,

    /// <summary>Items: SQ.</summary>
    Sequence,
}
