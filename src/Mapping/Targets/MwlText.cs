using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>Makes one value fit a value representation: clean, convert, check, and cut or refuse by the rule's limit.</summary>
internal sealed class MwlText(DictionaryEntry entry, LimitKind? limit)
{
    private const int NoRoom = 0;

    private const NumberStyles NumberForm =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    // Letters and digits of one line need no cleaning; most values are of that kind.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-_/()+:;#&'*%<>\"!?@[]{}|~`$^=");
    private static readonly SearchValues<char> PlainName =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-'^");
    private static readonly SearchValues<char> CodeString = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _");
    private static readonly SearchValues<char> UidCharacters = SearchValues.Create("0123456789.");

    private static readonly HashSet<uint> NeverCut =
    [
        0x00100020, 0x00080050, 0x00401001, 0x00400009, 0x0020000D, 0x00402016, 0x00402017, 0x00380010,
        0x00080100, 0x00080102, 0x00080103, 0x00080119, 0x00080120, 0x00400031, 0x00400032, 0x00400033, 0x00100021,
    ];

    // A wrong start is refused: a step without its time would be worse than an answer that says so.
    private static readonly HashSet<uint> NeedsTime = [0x00400002, 0x00400003];

    private readonly VR _vr = entry.VR;
    private readonly bool _isOneOfSeveral = VrRules.For(entry.VR).MultiValued;
    private readonly int _max = VrRules.For(entry.VR).MaxCharacters;

    /// <summary>Ids, codes, UIDs and AE titles: a part of one is another one.</summary>
    public static bool IsNeverCut(DictionaryEntry entry) => NeverCut.Contains(entry.Tag.Value) || entry.VR is VR.AE or VR.CS or VR.UI;

    /// <summary>The value as text for the attribute; null when it has none (then a warning or failure tells why).</summary>
    public string? Convert(EvalContext context, in MapValue value)
    {
        if (value.AsTime() is { } time) return Time(context, time);
        if (_vr is VR.DA or VR.TM or VR.DT) return TimeText(context, value);
        var text = value.AsText();
        if (text is null) return null;
        if (_vr is VR.DS or VR.IS or VR.US or VR.SS or VR.UL or VR.SL or VR.FD or VR.FL or VR.SV or VR.UV)
            return NumberText(context, text, value);
        return Limit(context, Clean(context, text, value), value);
    }

    private string Clean(EvalContext context, string text, in MapValue culprit)
    {
        if (_vr == VR.PN && IsPlainName(text)) return text;
        if (_isOneOfSeveral && text.Contains('\\', StringComparison.Ordinal)) context.Warn("backslash", entry.Tag.ToString(), culprit);
        if (_vr == VR.PN) return PersonName.Parse(text).Clean().ToString();
        if (text[0] != ' ' && text[^1] != ' ' && !text.AsSpan().ContainsAnyExcept(Plain))
            return _vr == VR.CS ? text.ToUpperInvariant() : text;
        text = VrRules.Clean(text, _vr);
        return _vr == VR.CS ? text.ToUpperInvariant() : text;
    }

    private string? Limit(EvalContext context, string text, in MapValue culprit)
    {
        if (text.Length == 0) return null;
        if (_vr == VR.CS && text.AsSpan().ContainsAnyExcept(CodeString))
            return Refuse(context, $"{entry.Keyword} takes only A-Z, 0-9, space and underscore.", culprit);
        if (_vr == VR.UI && !IsUid(text)) return Refuse(context, $"{entry.Keyword} is not a valid UID.", culprit);
        if (_vr == VR.AE && !System.Text.Ascii.IsValid(text))
            return Refuse(context, $"{entry.Keyword} takes only ASCII characters.", culprit);
        if (_max == NoRoom) return text;
        if (_vr == VR.PN) return FitName(context, text);
        if (text.Length <= _max) return text;
        var length = VrRules.CountCharacters(text);
        if (length <= _max) return text;
        switch (KindFor(context))
        {
            case LimitKind.Reject:
                return Refuse(context, $"{entry.Keyword} has {length} characters, at most {_max} are allowed.", culprit);
            case LimitKind.Surrogate:
                context.Warn("surrogate", $"{entry.Tag} {length} -> {_max}", culprit);
                return Surrogate(text);
            case LimitKind.Split:
                return text;
            default:
                var cut = VrRules.Cut(text, _vr);
                context.Warn("truncated",
                    string.Create(CultureInfo.InvariantCulture, $"{entry.Tag} {length} -> {VrRules.CountCharacters(cut)}"), culprit);
                return cut;
        }
    }

    private LimitKind KindFor(EvalContext context)
    {
        if (limit is { } given) return given;
        if (NeverCut.Contains(entry.Tag.Value))
            return context.Settings.Policy.LongId == "surrogate" ? LimitKind.Surrogate : LimitKind.Reject;
        return _vr is VR.AE or VR.CS or VR.UI ? LimitKind.Reject : LimitKind.Cut;
    }

    private string? FitName(EvalContext context, string text)
    {
        if (IsPlainName(text)) return text;
        var name = PersonName.Parse(text);
        if (name.IsEmpty) return null;
        var fitted = name.Fit(out var wasCut).ToString();
        if (wasCut) context.Warn("truncated", string.Create(CultureInfo.InvariantCulture, $"{entry.Tag} {text.Length} -> {fitted.Length}"));
        return fitted;
    }

    /// <summary>One short group of at most five components without anything to clean, cut or trim.</summary>
    private bool IsPlainName(string text) =>
        text.Length <= _max && text[^1] != '^' && !text.AsSpan().ContainsAnyExcept(PlainName) && text.AsSpan().Count('^') < 5;

    /// <summary>The parts of a long text over several values, broken at blanks (<c>limit: split</c>).</summary>
    public IEnumerable<string> Split(string text)
    {
        while (VrRules.CountCharacters(text) > _max)
        {
            var part = VrRules.Cut(text, _max);
            var blank = text.Length > part.Length && text[part.Length] == ' ' ? part.Length : part.LastIndexOf(' ');
            if (blank > 0) part = text[..blank];
            if (part.Length == 0) yield break;
            yield return part.TrimEnd();
            text = text[part.Length..].TrimStart();
        }

        if (text.Length > 0) yield return text;
    }

    /// <summary>A short id made of the long one: the same each time, so that a resend finds its entry.</summary>
    private string Surrogate(string text)
    {
        const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        var id = new StringBuilder("S");
        for (var i = 0; id.Length < Math.Min(_max, 16); i++) id.Append(Alphabet[hash[i] & 31]);
        return id.ToString();
    }

    /// <summary>A day without a time of day has no time: the one of a former day is not its.</summary>
    public bool Empties(EvalContext context, in MapValue value) =>
        _vr == VR.TM && !NeedsTime.Contains(entry.Tag.Value)
        && (value.AsTime() ?? (value.AsText() is { Length: >= 8 } text ? context.ReadTime(text) : null)) is { HasTime: false };

    private string? Time(EvalContext context, MapTime time)
    {
        var local = context.LocalOf(time);
        return _vr switch
        {
            VR.DA => time.DicomDate(local),
            VR.TM => time.DicomTime(local),
            VR.DT => time.HasTime ? local.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) : time.DicomDate(local),
            _ => Limit(context, time.ToString(), MapValue.Absent),
        };
    }

    private string? TimeText(EvalContext context, in MapValue value)
    {
        if (value.AsText() is not { } text) return null;
        if (_vr == VR.TM && text.Length is 2 or 4 or 6 && text.All(char.IsAsciiDigit)) return text.PadRight(6, '0');
        if (context.ReadTime(text) is { } time) return Time(context, time);
        if (NeedsTime.Contains(entry.Tag.Value)) return Refuse(context, $"{entry.Keyword} is not a valid time.", value);
        context.Warn("bad-time", entry.Tag.ToString(), value);
        return null;
    }

    private string? NumberText(EvalContext context, string text, in MapValue culprit)
    {
        if (decimal.TryParse(text, NumberForm, CultureInfo.InvariantCulture, out var number))
        {
            var whole = _vr is not (VR.DS or VR.FD or VR.FL);
            if (Fits(number)) return whole ? number.ToString("0", CultureInfo.InvariantCulture) : Short(number);
        }

        context.Warn("bad-number", entry.Tag.ToString(), culprit);
        return null;
    }

    private bool Fits(decimal number) => _vr switch
    {
        VR.US => number is >= 0 and <= ushort.MaxValue,
        VR.SS => number is >= short.MinValue and <= short.MaxValue,
        VR.UL => number is >= 0 and <= uint.MaxValue,
        VR.IS or VR.SL => number is >= int.MinValue and <= int.MaxValue,
        VR.SV => number is >= long.MinValue and <= long.MaxValue,
        VR.UV => number is >= 0 and <= ulong.MaxValue,
        _ => true,
    };

    private static string Short(decimal number)
    {
        var text = number.ToString("0.##########", CultureInfo.InvariantCulture);
        return text.Length <= 16 ? text : ((double)number).ToString("E8", CultureInfo.InvariantCulture);
    }

    private static string? Refuse(EvalContext context, string text, in MapValue culprit)
    {
        context.Fail(102, text, culprit);
        return null;
    }

    /// <summary>Components of digits without leading zeros, and more than one of them (PS3.5 9.1).</summary>
    internal static bool IsUid(string text)
    {
        if (text.Length > 64 || text.AsSpan().ContainsAnyExcept(UidCharacters)) return false;
        var (start, parts) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] != '.') continue;
            if (i == start || (i > start + 1 && text[start] == '0')) return false;
            start = i + 1;
            parts++;
        }

        return parts > 1;
    }
}

/// <summary>What happens to a text that is longer than its target allows.</summary>
internal enum LimitKind { Cut, Reject, Surrogate, Split }
