using System.Globalization;
using System.Text;

namespace CloudPacs.Integration.Mapping.Functions;

/// <summary>Patterns of generated accession numbers, such as <c>RX{yy}{MM}{dd}{n:5}</c> (mapping.md a.8).</summary>
public static class AccessionPattern
{
    /// <summary>Characters that the pattern gives, or -1 when it is faulty: only A-Z, 0-9, {yy} {yyyy} {MM} {dd} and exactly one {n:digits}.</summary>
    public static int LengthOf(string pattern)
    {
        var length = 0;
        var numbers = 0;
        foreach (var (literal, token) in Parts(pattern))
        {
            if (literal.Any(c => !char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c))) return -1;
            length += literal.Length;
            if (token is null) continue;
            var width = token switch { "yy" or "MM" or "dd" => 2, "yyyy" => 4, ['n', ':', >= '1' and <= '9'] => token[2] - '0', _ => -1 };
            if (width < 0) return -1;
            if (token[0] == 'n') numbers++;
            length += width;
        }

        return numbers == 1 ? length : -1;
    }

    /// <summary>Fills the pattern; a number with more digits than the pattern has room for keeps its last digits.</summary>
    public static string Fill(string pattern, DateTime day, string number)
    {
        var text = new StringBuilder();
        foreach (var (literal, token) in Parts(pattern))
        {
            text.Append(literal);
            if (token is null) continue;
            if (token[0] != 'n')
            {
                text.Append(day.ToString(token == "yy" ? "yy" : token == "yyyy" ? "yyyy" : token == "MM" ? "MM" : "dd", CultureInfo.InvariantCulture));
                continue;
            }

            var width = token[2] - '0';
            text.Append(number.Length > width ? number[^width..] : number.PadLeft(width, '0'));
        }

        return text.ToString();
    }

    private static IEnumerable<(string Literal, string? Token)> Parts(string pattern)
    {
        var position = 0;
        while (position < pattern.Length)
        {
            var open = pattern.IndexOf('{', position);
            var close = open < 0 ? -1 : pattern.IndexOf('}', open);
            if (close < 0)
            {
                yield return (pattern[position..], null);
                yield break;
            }

            yield return (pattern[position..open], pattern[(open + 1)..close]);
            position = close + 1;
        }
    }
}
