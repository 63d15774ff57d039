namespace CloudPacs.Dicom;

/// <summary>What writing text in a character set cost.</summary>
/// <param name="Transliterated">Characters written with other letters of the set.</param>
/// <param name="Replaced">Characters for which only a question mark was left.</param>
/// <param name="DroppedGroups">Ideographic or phonetic groups of names that were left out; the alphabetic group stands for them.</param>
public readonly record struct TextLoss(int Transliterated, int Replaced, int DroppedGroups = 0)
{
    public bool IsNone => this == default;

    public static TextLoss operator +(TextLoss left, TextLoss right) => left.Add(right);

    public TextLoss Add(TextLoss other) =>
        new(Transliterated + other.Transliterated, Replaced + other.Replaced, DroppedGroups + other.DroppedGroups);
}
