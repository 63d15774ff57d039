using System.Globalization;
using System.Text.RegularExpressions;

namespace CloudPacs.Dicom;

public static partial class VrRules
{
    /// <summary>
    /// Why one non-empty value does not fit its representation (PS3.5 table 6.2-1), in words without the value; null when it fits.
    /// </summary>
    public static string? FindProblem(string value, VR vr)
    {
        var rule = For(vr);
        if (rule.Kind is VrKind.Sequence or VrKind.Binary) return $"{vr} holds no text";
        if (rule.Kind == VrKind.Number) return NumberCodec.TryEncode(vr, [value], out _) ? null : $"is not a number of kind {vr}";
        if (rule.MultiValued && value.Contains('\\', StringComparison.Ordinal)) return "has a backslash, which separates values";
        if (vr == VR.PN) return FindNameProblem(value);
        if (rule.MaxCharacters > 0 && CountCharacters(value) > rule.MaxCharacters) return $"is longer than {rule.MaxCharacters} characters";
        if (rule.Kind == VrKind.Text) return FindControl(value, vr);
        foreach (var c in value)
            if (c is < ' ' or > '~') return $"has a character outside the default repertoire, which {vr} cannot hold";
        return FindFormatProblem(value, vr);
    }

    private static string? FindFormatProblem(string value, VR vr) => vr switch
    {
        VR.AE when value.AsSpan().Trim(' ').IsEmpty => "is nothing but spaces",
        VR.AS when !Age().IsMatch(value) => "is not an age such as 018M",
        VR.CS when !Code().IsMatch(value) => "has a character that CS does not allow (capitals, digits, space and underscore only)",
        VR.DA when !IsDate(value) => "is not a date YYYYMMDD",
        VR.DS when !Decimal().IsMatch(value) => "is not a decimal number",
        VR.DT when !IsDateTime(value) => "is not a date and time YYYYMMDDHHMMSS.FFFFFF&ZZXX",
        VR.IS when !int.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out _) => "is not a whole number of 32 bits",
        VR.TM when !Time().IsMatch(value) => "is not a time HHMMSS.FFFFFF",
        VR.UI when !IsUid(value) => "is not a UID",
        _ => null,
    };

    private static string? FindNameProblem(string value)
    {
        var groups = value.Split('=');
        if (groups.Length > 3) return "has more than three component groups";
        foreach (var group in groups)
        {
            if (CountCharacters(group) > For(VR.PN).MaxCharacters) return "has a component group longer than 64 characters";
            if (group.Split('^').Length > 5) return "has more than five components";
        }

        return FindControl(value, VR.PN);
    }

    private static string? FindControl(string value, VR vr)
    {
        foreach (var c in value)
        {
            if (!char.IsControl(c)) continue;
            if (vr is VR.LT or VR.ST or VR.UT && c is '\r' or '\n' or '\f' or '\t') continue;
            return "has a control character";
        }

        return null;
    }

    /// <summary>Components of digits without leading zeros, 64 characters at most (PS3.5 9.1).</summary>
    public static bool IsUid(string value) => value.Length is > 0 and <= 64 && Uid().IsMatch(value);

    private static bool IsDate(string value) =>
        DateOnly.TryParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsDateTime(string value)
    {
        if (!DateAndTime().IsMatch(value)) return false;
        var digits = value.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var date = value[..Math.Min(8, digits < 0 ? value.Length : digits)];
        return IsDate(date.Length switch { 4 => date + "0101", 6 => date + "01", _ => date });
    }

    [GeneratedRegex(@"^\d{3}[DWMY]\z")]
    private static partial Regex Age();

    [GeneratedRegex(@"^[A-Z0-9 _]*\z")]
    private static partial Regex Code();

    [GeneratedRegex(@"^ *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *\z", RegexOptions.NonBacktracking)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?|60(\.\d{1,6})?)?)?\z")]
    private static partial Regex Time();

    [GeneratedRegex(@"^(\d{4}|\d{6}|\d{8}([01]\d|2[0-3])?|" +
        @"(\d{8}([01]\d|2[0-3])[0-5]\d(([0-5]\d|60)(\.\d{1,6})?)?))([+-](0\d|1[0-4])[0-5]\d)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DateAndTime();

    [GeneratedRegex(@"^(0|[1-9]\d*)(\.(0|[1-9]\d*))*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Uid();
}
