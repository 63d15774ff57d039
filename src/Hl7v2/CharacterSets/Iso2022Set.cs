using System.Buffers;
using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>
/// Text that switches between sets: by ISO 2022 escape sequences, or by the same written out as <c>\C..\</c> and <c>\M..\</c> (MSH-20,
/// table 0356).
/// </summary>
/// <param name="label">As written in MSH-18.</param>
/// <param name="baseSet">What a line starts in and returns to at each separator.</param>
/// <param name="isBaseDeclared">False when MSH-18 leaves the base empty: then <paramref name="baseSet"/> is only a way to read bytes that
/// should not be there.</param>
/// <param name="shifts">The sets that MSH-18 names: what may be written.</param>
/// <param name="isWritten">Shifts are written out when encoding.</param>
internal sealed class Iso2022Set(
    string label, CharacterSet baseSet, bool isBaseDeclared, ShiftSets shifts, bool isWritten) : TranscodedSet(label)
{
    private const byte Esc = 0x1B;

    protected override int Step(ReadOnlySpan<byte> raw, in Delimiters delimiters, ref ShiftState state, Span<byte> utf8, out int written)
    {
        written = 0;
        if (Designation.TryRead(raw, delimiters.Escape, out var designation))
        {
            designation.Apply(ref state);
            return designation.Length;
        }

        if (state.Left is ShiftTarget.JisX0208 or ShiftTarget.JisX0212 && raw[0] is > 0x20 and < 0x7F)
        {
            var isPair = raw is [_, > 0x20 and < 0x7F, ..] && (!delimiters.IsSeparator(raw[0]) || ReturnsLater(raw, delimiters, ref state));
            if (isPair)
            {
                written = WriteUtf8(JapaneseCodes.Decode(raw[0], raw[1], state.Left), utf8);
                return 2;
            }

            // Half a character is none, and no letter of ASCII either.
            if (!delimiters.IsSeparator(raw[0]))
            {
                written = WriteUtf8("\uFFFD", utf8);
                return 1;
            }
        }

        if (raw[0] < 0x80)
        {
            if (delimiters.IsSeparator(raw[0])) (state.Left, state.Right) = (ShiftTarget.Base, ShiftTarget.Base);
            utf8[0] = raw[0];
            written = 1;
            return 1;
        }

        return StepRight(raw, state, utf8, out written);
    }

    public override void Encode(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        var current = ShiftTarget.Base;
        Span<byte> pair = stackalloc byte[2];
        foreach (var rune in text.EnumerateRunes())
        {
            var target = Find(rune, pair, out var length);
            if (target != current && !(current == ShiftTarget.Base && target == ShiftTarget.Base))
            {
                if (Designation.NeedsReturn(current, target)) output.Write(Designation.For(ShiftTarget.Base, isWritten));
                if (target != ShiftTarget.Base) output.Write(Designation.For(target, isWritten));
                current = target;
            }

            output.Write(pair[..length]);
        }

        if (Designation.NeedsReturn(current, ShiftTarget.Base)) output.Write(Designation.For(ShiftTarget.Base, isWritten));
    }

    private ShiftTarget Find(Rune rune, Span<byte> pair, out int length)
    {
        length = 1;
        pair[0] = (byte)'?';
        if (!rune.IsBmp) return ShiftTarget.Base;
        var value = (char)rune.Value;
        if (isBaseDeclared && baseSet is SingleByteSet table && table.TryEncode(value, out pair[0])) return ShiftTarget.Base;
        if (rune.IsAscii)
        {
            pair[0] = (byte)value;
            return ShiftTarget.Base;
        }

        length = 2;
        if (baseSet.Label == "KS X 1001" && PairCodes.TryEncode(value, ShiftTarget.KsX1001, pair)) return ShiftTarget.Base;
        if (shifts.HasFlag(ShiftSets.JisX0208) && JapaneseCodes.TryEncode(value, ShiftTarget.JisX0208, pair)) return ShiftTarget.JisX0208;
        if (shifts.HasFlag(ShiftSets.JisX0212) && JapaneseCodes.TryEncode(value, ShiftTarget.JisX0212, pair)) return ShiftTarget.JisX0212;
        if (shifts.HasFlag(ShiftSets.KsX1001) && PairCodes.TryEncode(value, ShiftTarget.KsX1001, pair)) return ShiftTarget.KsX1001;
        if (shifts.HasFlag(ShiftSets.Gb2312) && PairCodes.TryEncode(value, ShiftTarget.Gb2312, pair)) return ShiftTarget.Gb2312;
        length = 1;
        pair[0] = (byte)'?';
        return ShiftTarget.Base;
    }

    private int StepRight(ReadOnlySpan<byte> raw, in ShiftState state, Span<byte> utf8, out int written)
    {
        if (state.Right is ShiftTarget.KsX1001 or ShiftTarget.Gb2312 && raw is [>= 0xA1 and <= 0xFE, >= 0xA1 and <= 0xFE, ..])
        {
            written = WriteUtf8(PairCodes.Decode(raw[..2], state.Right), utf8);
            return 2;
        }

        Span<char> chars = stackalloc char[4];
        if (state is { Right: ShiftTarget.SingleByte, RightSet: { } set })
        {
            chars[0] = set[raw[0]];
            written = WriteUtf8(chars[..1], utf8);
            return 1;
        }

        // A base set of several bytes a character (KS X 1001) takes what stands together.
        var length = baseSet is SingleByteSet ? 1 : Math.Min(raw.Length, 2);
        if (length == 2 && raw[1] < 0x80) length = 1;
        written = WriteUtf8(chars[..baseSet.Decode(raw[..length], chars)], utf8);
        return length;
    }

    /// <summary>
    /// Separator bytes inside a two-byte run are characters; but senders that rely on "a separator ends the shift" never return to ASCII,
    /// and for them it is a separator.
    /// </summary>
    private static bool ReturnsLater(ReadOnlySpan<byte> raw, in Delimiters delimiters, ref ShiftState state)
    {
        if (state.LeftAtReturn is not 0 and var known && raw.Length > known) return true;
        if (state.NeverReturns) return false;

        var index = raw.IndexOf([Esc, (byte)'(']);
        if (index < 0 && delimiters.Escape != 0) index = raw.IndexOf([delimiters.Escape, (byte)'C', (byte)'2', (byte)'8']);
        state.NeverReturns = index < 0;
        state.LeftAtReturn = index < 0 ? 0 : raw.Length - index;
        return index >= 0;
    }
}
