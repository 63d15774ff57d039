using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>KS X 1001 and GB 2312 in the right half: two bytes above 0xA0.</summary>
internal static class PairCodes
{
    private static readonly Encoding Korean = CharacterSetTable.CodePage(949);
    private static readonly Encoding Chinese = CharacterSetTable.CodePage(936);

    public static string Decode(ReadOnlySpan<byte> pair, ShiftTarget set) =>
        For(set).GetString(pair) is { Length: 1 } text ? text : "\uFFFD";

    public static bool TryEncode(char value, ShiftTarget set, Span<byte> pair)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (For(set).GetBytes([value], bytes) != 2 || bytes[0] < 0xA1 || bytes[1] < 0xA1) return false;
        bytes[..2].CopyTo(pair);
        return true;
    }

    private static Encoding For(ShiftTarget set) => set == ShiftTarget.KsX1001 ? Korean : Chinese;
}
