using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace CloudPacs.Mapping;

/// <summary>
/// A pattern for accession numbers such as <c>MH{yy}{MM}{dd}{n:5}</c>: literal text of A-Z and 0-9, parts of today's date, and one number
/// with its least count of digits. <c>{prefix}</c> stands for nothing unless a prefix is given.
/// </summary>
internal sealed partial class AccessionPattern
{
    // What representation SH holds (PS3.5 6.2).
    private const int MaxLength = 16;
    private readonly IReadOnlyList<string> _parts;
    private readonly string _prefix;

    private AccessionPattern(IReadOnlyList<string> parts, string prefix)
    {
        _parts = parts;
        _prefix = prefix;
    }

    /// <summary>Reads a pattern; null with a reason when it cannot give numbers of at most 16 characters.</summary>
    public static AccessionPattern? TryParse(string text, out string? error, string prefix = "")
    {
        var parts = Parts().Matches(text).Select(static match => match.Value).ToList();
        error = null;
        if (string.Concat(parts) != text) error = "it may hold A-Z, 0-9, {prefix}, {yyyy}, {yy}, {MM}, {dd} and {n:digits} only";
        else if (!prefix.All(static c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)))
            error = "the prefix may hold A-Z and 0-9 only";
        else if (parts.Count(IsNumber) != 1) error = "it needs exactly one {n:digits}";
        else if (parts.Sum(part => Width(part, prefix)) > MaxLength) error = "the number would be longer than 16 characters";
        return error is null ? new AccessionPattern(parts, prefix) : null;
    }

    /// <summary>
    /// The accession number of a day and a sequence number; a number with more digits than there is room for loses the leading ones.
    /// </summary>
    public string Format(DateTime today, string number)
    {
        var room = MaxLength - _parts.Where(static part => !IsNumber(part)).Sum(part => Width(part, _prefix));
        return string.Concat(_parts.Select(part => part switch
        {
            "{prefix}" => _prefix,
            "{yyyy}" or "{yy}" or "{MM}" or "{dd}" => Date(today, part),
            _ when IsNumber(part) => Fit(number, Width(part, _prefix), room),
            _ => part,
        }));
    }

    private static string Date(DateTime today, string part) => part switch
    {
        "{yyyy}" => today.ToString("yyyy", CultureInfo.InvariantCulture),
        "{yy}" => today.ToString("yyyy", CultureInfo.InvariantCulture)[2..],
        "{MM}" => today.ToString("MM", CultureInfo.InvariantCulture),
        _ => today.ToString("dd", CultureInfo.InvariantCulture),
    };

    private static string Fit(string number, int digits, int room)
    {
        var value = BigInteger.Parse(number, CultureInfo.InvariantCulture) % BigInteger.Pow(10, room);
        return value.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    private static bool IsNumber(string part) => part.StartsWith("{n", StringComparison.Ordinal);

    private static int Width(string part, string prefix) => part switch
    {
        "{prefix}" => prefix.Length,
        "{yyyy}" => 4,
        "{yy}" or "{MM}" or "{dd}" => 2,
        "{n}" => 1,
        _ when IsNumber(part) => int.Parse(part.AsSpan(3, part.Length - 4), CultureInfo.InvariantCulture),
        _ => part.Length,
    };

    [GeneratedRegex(@"\{prefix\}|\{yyyy\}|\{yy\}|\{MM\}|\{dd\}|\{n(?::[0-9]{1,2})?\}|[A-Z0-9]+")]
    private static partial Regex Parts();
}
