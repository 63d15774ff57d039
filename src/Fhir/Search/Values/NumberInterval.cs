using System.Globalization;

namespace CloudPacs.Fhir.Search.Values;

/// <summary>A number with what its digits leave open: <c>100</c> is 99.5 to 100.5 (FHIR R4 search.html 3.1.1.4.5).</summary>
/// <param name="Value">The number itself.</param>
/// <param name="Low">The least number that is written so.</param>
/// <param name="High">The least number above it that is not.</param>
public readonly record struct NumberInterval(decimal Value, decimal Low, decimal High)
{
    // 10^27: what is out of the range of the database's and the language's numbers is the largest there is.
    private const decimal Most = 1_000_000_000_000_000_000_000_000_000m;
    private const int MostPlaces = 27;

    /// <summary>Reads a number as JSON and searches have them, with or without an exponent.</summary>
    /// <returns>False when it is none.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out NumberInterval number)
    {
        number = default;
        if (text.IsEmpty || !IsNumber(text)) return false;
        var at = text.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = at < 0 ? text : text[..at];
        var exponent = 0;
        if (at >= 0 && !int.TryParse(text[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            exponent = text[at + 1] == '-' ? -1000 : 1000;
        var point = mantissa.IndexOf((byte)'.');
        var places = (point < 0 ? 0 : mantissa.Length - point - 1) - exponent;
        var value = Value10(mantissa, exponent);
        var half = places > MostPlaces ? 0 : places < -MostPlaces ? Most : Power(-places) / 2;
        number = new NumberInterval(value, Clamp(value, -half), Clamp(value, half));
        return true;
    }

    private static decimal Value10(ReadOnlySpan<byte> mantissa, int exponent)
    {
        if (!decimal.TryParse(
                mantissa, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return mantissa[0] == '-' ? -Most : Most;
        if (value == 0) return 0;
        if (exponent < -2 * MostPlaces) return 0;
        if (exponent > MostPlaces || Math.Abs((double)value) * Math.Pow(10, exponent) >= (double)Most) return value < 0 ? -Most : Most;
        for (; exponent > 0; exponent--) value *= 10;
        for (; exponent < 0; exponent++) value /= 10;
        return value;
    }

    private static decimal Power(int exponent)
    {
        var value = 1m;
        for (; exponent > 0; exponent--) value *= 10;
        for (; exponent < 0; exponent++) value /= 10;
        return value;
    }

    /// <summary>The sum, no further than the largest number.</summary>
    private static decimal Clamp(decimal value, decimal other) => Math.Clamp(value + other, -Most, Most);

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var rest = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        var digits = 0;
        var (hasPoint, hasExponent) = (false, false);
        for (var i = 0; i < rest.Length; i++)
        {
            if (char.IsAsciiDigit((char)rest[i]))
            {
                digits++;
            }
            else if (rest[i] == '.' && !hasPoint && !hasExponent && digits > 0)
            {
                hasPoint = true;
            }
            else if (rest[i] is (byte)'e' or (byte)'E' && !hasExponent && digits > 0)
            {
                (hasExponent, digits) = (true, 0);
                if (i + 1 < rest.Length && rest[i + 1] is (byte)'-' or (byte)'+') i++;
            }
            else
            {
                return false;
            }
        }

        return digits > 0 && rest[^1] != '.';
    }
}
