using CloudPacs.Hl7v2.CharacterSets;

namespace CloudPacs.Hl7v2;

/// <summary>What a link decides about reading: limits, and the character set of messages that name none.</summary>
public sealed record ParseOptions
{
    public static ParseOptions Default { get; } = new();

    /// <summary>
    /// Messages with more segments are refused with a problem. The default is what fits into the largest frame of a listener as short
    /// results.
    /// </summary>
    public int MaxSegments { get; init; } = 1_000_000;

    /// <summary>The set (a value of HL7 table 0211) of messages that declare none and are neither ASCII nor valid UTF-8.</summary>
    /// <exception cref="ArgumentException">The set is unknown.</exception>
    public string DefaultCharacterSet
    {
        get => DefaultSet.Label;
        init => DefaultSet = CharacterSetTable.Find(value)
            ?? throw new ArgumentException($"'{value}' is not a character set of HL7 table 0211.", nameof(value));
    }

    /// <summary>Whether <see cref="DefaultCharacterSet"/> may be set to this label.</summary>
    public static bool IsCharacterSet(string label) => CharacterSetTable.Find(label) is not null;

    internal CharacterSet DefaultSet { get; private init; } = CharacterSetTable.Iso8859(1);
}
