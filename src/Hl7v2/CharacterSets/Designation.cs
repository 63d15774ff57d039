namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>
/// An ISO 2022 designation: ESC and up to three bytes, or the hex of these bytes written out between escape characters (HL7 v2.5.1 2.7.2).
/// </summary>
internal readonly record struct Designation(int Length, bool IsLeft, ShiftTarget Target, SingleByteSet? Set)
{
    private const byte Esc = 0x1B;

    public static bool TryRead(ReadOnlySpan<byte> raw, byte escape, out Designation designation)
    {
        designation = default;
        if (raw[0] == Esc) return TryFind(raw[1..Math.Min(raw.Length, 4)], 1, out designation);
        if (raw[0] != escape || escape == 0 || raw is not [_, (byte)'C' or (byte)'M', ..]) return false;

        var end = raw[1..Math.Min(raw.Length, 9)].IndexOf(escape);
        if (end is not (5 or 7)) return false;
        Span<byte> bytes = stackalloc byte[3];
        if (Convert.FromHexString(raw.Slice(2, end - 1), bytes, out _, out var count) != System.Buffers.OperationStatus.Done) return false;
        bytes = bytes[..count];
        if (bytes is [_, _, 0]) bytes = bytes[..2];
        if (!TryFind(bytes, 0, out designation) || designation.Length != bytes.Length) return false;
        designation = designation with { Length = end + 2 };
        return true;
    }

    public void Apply(ref TranscodedSet.ShiftState state)
    {
        if (IsLeft)
        {
            state.Left = Target;
        }
        else
        {
            state.Right = Target;
            state.RightSet = Set;
        }
    }

    /// <summary>The bytes that invoke a target when writing.</summary>
    public static ReadOnlySpan<byte> For(ShiftTarget target, bool isWritten) => (target, isWritten) switch
    {
        (ShiftTarget.JisX0208, false) => "\u001B$B"u8,
        (ShiftTarget.JisX0208, true) => "\\M2442\\"u8,
        (ShiftTarget.JisX0212, false) => "\u001B$(D"u8,
        (ShiftTarget.JisX0212, true) => "\\M242844\\"u8,
        (ShiftTarget.KsX1001, false) => "\u001B$)C"u8,
        (ShiftTarget.KsX1001, true) => "\\M242943\\"u8,
        (ShiftTarget.Gb2312, false) => "\u001B$)A"u8,
        (ShiftTarget.Gb2312, true) => "\\M242941\\"u8,
        (_, false) => "\u001B(B"u8,
        (_, true) => "\\C2842\\"u8,
    };

    /// <summary>Sets in the left half are left before anything else is written; those in the right half end by themselves.</summary>
    public static bool NeedsReturn(ShiftTarget from, ShiftTarget to) =>
        from is ShiftTarget.JisX0208 or ShiftTarget.JisX0212 && to is not (ShiftTarget.JisX0208 or ShiftTarget.JisX0212);

    private static bool TryFind(ReadOnlySpan<byte> bytes, int before, out Designation designation)
    {
        designation = bytes switch
        {
            // ASCII, JIS X 0201 Roman: for us the same, since its two odd characters are the separators themselves.
            [0x28, 0x42 or 0x4A, ..] => new(2, true, ShiftTarget.Base, null),
            [0x24, 0x40 or 0x42, ..] => new(2, true, ShiftTarget.JisX0208, null),
            [0x24, 0x28, 0x42, ..] => new(3, true, ShiftTarget.JisX0208, null),
            [0x24, 0x28, 0x44, ..] => new(3, true, ShiftTarget.JisX0212, null),
            [0x24, 0x29, 0x43, ..] => new(3, false, ShiftTarget.KsX1001, null),
            [0x24, 0x29, 0x41, ..] => new(3, false, ShiftTarget.Gb2312, null),
            [0x29, 0x49, ..] => new(2, false, ShiftTarget.SingleByte, CharacterSetTable.JisX0201),
            [0x2D, var final, ..] when Latin(final) is { } set => new(2, false, ShiftTarget.SingleByte, set),
            _ => default,
        };
        if (designation.Length == 0) return false;
        designation = designation with { Length = designation.Length + before };
        return true;
    }

    private static SingleByteSet? Latin(byte final) => final switch
    {
        0x41 => CharacterSetTable.Iso8859(1),
        0x42 => CharacterSetTable.Iso8859(2),
        0x43 => CharacterSetTable.Iso8859(3),
        0x44 => CharacterSetTable.Iso8859(4),
        0x4C => CharacterSetTable.Iso8859(5),
        0x47 => CharacterSetTable.Iso8859(6),
        0x46 => CharacterSetTable.Iso8859(7),
        0x48 => CharacterSetTable.Iso8859(8),
        0x4D => CharacterSetTable.Iso8859(9),
        0x62 => CharacterSetTable.Iso8859(15),
        _ => null,
    };
}
