using System.Globalization;

namespace CloudPacs.Dicom;

/// <summary>The number of an attribute (PS3.5 7.1), ordered as data elements are ordered in a data set.</summary>
public readonly record struct Tag(ushort Group, ushort Element) : IComparable<Tag>
{
    public Tag(uint value) : this((ushort)(value >> 16), (ushort)value)
    {
    }

    /// <summary>Group in the upper, element in the lower 16 bits.</summary>
    public uint Value => ((uint)Group << 16) | Element;

    /// <summary>Odd group (PS3.5 7.8): the meaning is known to its creator only.</summary>
    public bool IsPrivate => (Group & 1) == 1;

    /// <summary>(gggg,0010-00FF) of an odd group: names who owns a block of private elements.</summary>
    public bool IsPrivateCreator => IsPrivate && Element is >= 0x10 and <= 0xFF;

    public bool IsGroupLength => Element == 0;

    /// <summary>Reads eight hexadecimal digits; a comma between group and element and brackets around both are allowed.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Tag tag)
    {
        tag = default;
        if (text.Length > 2 && text[0] == '(' && text[^1] == ')') text = text[1..^1];
        if (text.Length == 9 && text[4] == ',')
        {
            if (!ushort.TryParse(text[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group)
                || !ushort.TryParse(text[5..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var element)) return false;
            tag = new Tag(group, element);
            return true;
        }

        if (text.Length != 8 || !uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        tag = new Tag(value);
        return true;
    }

    /// <exception cref="FormatException">The text is not eight hexadecimal digits.</exception>
    public static Tag Parse(string text) =>
        TryParse(text, out var tag) ? tag : throw new FormatException($"'{text}' is not a tag of eight hexadecimal digits.");

    public int CompareTo(Tag other) => Value.CompareTo(other.Value);

    public static bool operator <(Tag left, Tag right) => left.Value < right.Value;

    public static bool operator >(Tag left, Tag right) => left.Value > right.Value;

    public static bool operator <=(Tag left, Tag right) => left.Value <= right.Value;

    public static bool operator >=(Tag left, Tag right) => left.Value >= right.Value;

    /// <summary>Eight upper-case hexadecimal digits, as DICOM JSON keys are written.</summary>
    public override string ToString() => Value.ToString("X8", CultureInfo.InvariantCulture);
}
