using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>JIS X 0208 and JIS X 0212 by row and column, 0x21 to 0x7E each.</summary>
/// <remarks>The runtime's ISO-2022-JP decoders read the designation of JIS X 0212 as JIS X 0208 and give a wrong character without an
/// error, so
/// the pairs are looked up here: 0208 through its Shift-JIS form, 0212 through code page 20932, which holds it with a low second
/// byte.</remarks>
internal static class JapaneseCodes
{
    private static readonly Encoding ShiftJis = CharacterSetTable.CodePage(932);
    private static readonly Encoding Euc = CharacterSetTable.CodePage(20932);

    // Both mappings of these six to Unicode are in use: that of the standard is read, both are written.
    private const string OfStandard = "\u301C\u2212\u2016\u00A2\u00A3\u00AC";
    private const string OfRuntime = "\uFF5E\uFF0D\u2225\uFFE0\uFFE1\uFFE2";

    /// <summary>The runtime's table of JIS X 0212 lacks it.</summary>
    private const string NumeroSign = "\u2116";

    public static string Decode(byte row, byte column, ShiftTarget set)
    {
        Span<byte> bytes = stackalloc byte[2];
        Span<char> chars = stackalloc char[4];
        var encoding = set == ShiftTarget.JisX0212 ? Euc : ShiftJis;
        if (set == ShiftTarget.JisX0212)
        {
            bytes[0] = (byte)(row | 0x80);
            bytes[1] = column;
        }
        else
        {
            var lead = (row - 0x21) / 2 + 0x81;
            bytes[0] = (byte)(lead > 0x9F ? lead + 0x40 : lead);
            bytes[1] = (byte)(row % 2 == 0 ? column + 0x7E : column + 0x1F + (column >= 0x60 ? 1 : 0));
        }

        if (encoding.GetChars(bytes, chars) != 1) return "\uFFFD";
        return (set, row, column) is (ShiftTarget.JisX0212, 0x22, 0x71) ? NumeroSign : StandardOf(chars[0]).ToString();
    }

    public static bool TryEncode(char value, ShiftTarget set, Span<byte> pair)
    {
        var runtime = Exchange(value, OfStandard, OfRuntime);
        Span<byte> bytes = stackalloc byte[4];
        if (set == ShiftTarget.JisX0212)
        {
            if (Euc.GetBytes([runtime], bytes) != 2 || bytes[0] < 0xA1 || bytes[1] is < 0x21 or > 0x7E) return false;
            pair[0] = (byte)(bytes[0] & 0x7F);
            pair[1] = bytes[1];
        }
        else
        {
            if (ShiftJis.GetBytes([runtime], bytes) != 2 || bytes[0] > 0xEF) return false;
            var row = (bytes[0] - (bytes[0] > 0x9F ? 0xC1 : 0x81)) * 2 + 0x21;
            var trail = bytes[1];
            pair[0] = (byte)(trail >= 0x9F ? row + 1 : row);
            pair[1] = (byte)(trail >= 0x9F ? trail - 0x7E : trail - 0x1F - (trail > 0x7F ? 1 : 0));
        }

        // The tables round some characters to look-alikes; only the real ones count.
        return Decode(pair[0], pair[1], set) is [var same] && same == StandardOf(value);
    }

    private static char StandardOf(char value) => Exchange(value, OfRuntime, OfStandard);

    private static char Exchange(char value, string from, string to) =>
        from.IndexOf(value, StringComparison.Ordinal) is >= 0 and var i ? to[i] : value;
}
