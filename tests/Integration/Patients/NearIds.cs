using System.Globalization;
using System.Text;

namespace CloudPacs.Integration.Tests.Patients;

/// <summary>An id as a sender writes it into PID-3, and what it says.</summary>
/// <param name="Wire">The bytes of the repetition.</param>
/// <param name="Text">The number, unescaped; null when its bytes are no text.</param>
/// <param name="Authority">Namespace and universal id, unescaped.</param>
internal sealed record NearId(byte[] Wire, string? Text, string Authority)
{
    /// <summary>
    /// The id as a person reads it: without what cannot be seen, and without minding how a character is written. Null when nobody can.
    /// </summary>
    public string? ReadAs => Text is null ? null : $"{Read(Text)}|{Read(Authority)}";

    private static string Read(string text)
    {
        var seen = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format) continue;
            if (NearIds.Unseen.Contains(rune.ToString())) continue;
            seen.Append(rune.ToString());
        }

        return seen.ToString().Normalize(NormalizationForm.FormKC).Trim();
    }
}

/// <summary>Ids that are hard to tell apart: a few plain ones, each in many disguises. The same seed makes the same ids.</summary>
internal sealed class NearIds
{
    private const int PlainOfEach = 5;

    public static readonly string[] Unseen =
    [
        "\u00AD", "\u034F", "\u061C", "\u115F", "\u17B5", "\u180B", "\u180E", "\u200B", "\u200C", "\u200D", "\u200E", "\u200F", "\u202A",
        "\u202E", "\u2060", "\u2063", "\u2066", "\u2069", "\u206A", "\u3164", "\uFE00", "\uFE0F", "\uFEFF", "\uFFA0", "\uFFF9",
        "\U000E0001", "\U000E0041", "\U000E0100", "\U000E01EF", "\U0001D173",
    ];

    private static readonly string[] Plain =
    [
        "VICTIM1", "VICTIM2", "1", "01", "12345", "MRN 7", "MRN  7", "a1", "A1", "Zoë", "Å7", "ệ9", "한1", "क़2", "น้ำ3", "A/B", "A_B", "X-1", "O'1", "é", "Ω1",
    ];

    private static readonly string[] Blanks = [" ", "  ", "\t", "\u00A0", "\u2003", "\u2009", "\u202F", "\u205F", "\u3000", "\u1680", "\u0085", "\u2028"];
    private static readonly string[] Escapes = [@"\X07\", @"\X00\", @"\X1B\", @"\X7F\", @"\XC280\", @"\.br\", @"\.sp\", @"\X0D\", @"\X0A\", @"\XE2808B\"];
    private static readonly string[] Authorities =
        ["MERCY", "MERCY", "MERCY", "NORTH", "mercy", "MERCY ", "ＭERCY", "MER\u200BCY", "MERCY\u0007", "", "&1.2.3.4&ISO", "MERCY&1.2.3.4&ISO", "&MERCY&L", "1.2.3.4"];

    private readonly Random _random;
    private readonly string[] _plain;

    public NearIds(int seed)
    {
        _random = new Random(seed);
        _plain = _random.GetItems(Plain, PlainOfEach);
    }

    public NearId Next()
    {
        var text = Pick(_plain);
        var isReadable = true;
        for (var turns = _random.Next(4); turns > 0; turns--)
        {
            text = _random.Next(11) switch
            {
                0 => Insert(text, ((char)_random.Next(0x20)).ToString()),
                1 => Insert(text, ((char)_random.Next(0x7F, 0xA0)).ToString()),
                2 => Insert(text, Pick(Unseen)),
                3 => Pick(Blanks) + text,
                4 => text + Pick(Blanks),
                5 => Insert(text, Pick(Blanks)),
                6 => text.Normalize(NormalizationForm.FormD),
                7 => Widened(text),
                8 => Insert(text, "\\"),
                9 => Insert(text, Pick(["|", "^", "~", "&"])),
                _ => text + new string('7', _random.Next(50, 70)),
            };
        }

        var wire = Escaped(text);
        if (_random.Next(8) == 0) (wire, text) = InsertEscape(wire, text);
        if (_random.Next(20) == 0) (wire, isReadable) = (Insert(wire, Broken), false);
        var authority = Pick(Authorities);
        return new NearId(Bytes($"{wire}^^^{authority}^MR"), isReadable ? text : null, Said(authority));
    }

    /// <summary>Stands for a byte that is no character of UTF-8; nothing else here has it.</summary>
    private const string Broken = "\uE000";

    private static byte[] Bytes(string text)
    {
        var bytes = new List<byte>();
        var parts = text.Split(Broken);
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0) bytes.Add((byte)(0xE0 + i));
            bytes.AddRange(Encoding.UTF8.GetBytes(parts[i]));
        }

        return [.. bytes];
    }

    /// <summary>
    /// What names the authority, and how: the facility in the header when nothing does. That an OID is an authority known by a name before
    /// can come too late for what was registered until then.
    /// </summary>
    private static string Said(string authority) => authority.Split('&') switch
    {
        ["", var universal, "ISO"] => "OID " + universal,
        ["MERCY", var universal, "ISO"] => "MERCY " + universal,
        ["", var universal, ..] => universal,
        [""] => "MERCY",
        var parts => parts[0],
    };

    private static string Escaped(string text) => text.Replace(@"\", @"\E\", StringComparison.Ordinal).Replace("|", @"\F\", StringComparison.Ordinal)
        .Replace("^", @"\S\", StringComparison.Ordinal).Replace("~", @"\R\", StringComparison.Ordinal).Replace("&", @"\T\", StringComparison.Ordinal)
        // What ends a segment or a frame cannot stand in one.
        .Replace("\r", @"\X0D\", StringComparison.Ordinal).Replace("\n", @"\.br\", StringComparison.Ordinal);

    private (string Wire, string Text) InsertEscape(string wire, string text)
    {
        var escape = Pick(Escapes);
        var said = escape switch
        {
            @"\X07\" => "\u0007",
            @"\X00\" => "\0",
            @"\X1B\" => "\u001B",
            @"\X7F\" => "\u007F",
            @"\XC280\" => "\u0080",
            @"\XE2808B\" => "\u200B",
            _ => "\n",
        };
        return _random.Next(2) == 0 ? (escape + wire, said + text) : (wire + escape, text + said);
    }

    private string Widened(string text)
    {
        var at = _random.Next(text.Length);
        return text[at] is > ' ' and <= '~' ? text[..at] + (char)(text[at] + 0xFEE0) + text[(at + 1)..] : text;
    }

    private string Insert(string text, string what)
    {
        // Not between the halves of one character, and not into an escape sequence.
        var at = _random.Next(2) == 0 ? 0 : text.Length;
        if (!text.Contains('\\', StringComparison.Ordinal)) at = _random.Next(text.Length + 1);
        if (at > 0 && at < text.Length && char.IsLowSurrogate(text[at])) at--;
        return text.Insert(at, what);
    }

    private T Pick<T>(T[] of) => of[_random.Next(of.Length)];
}
