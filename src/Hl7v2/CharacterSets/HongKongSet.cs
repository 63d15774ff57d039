using System.Buffers;
using System.Collections.Frozen;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>
/// Big5 with the characters of Hong Kong, whose four letters with two accents (8862, 8864, 88A3, 88A5) are two characters each.
/// </summary>
/// <param name="bigFive">Big5 without them.</param>
/// <param name="rows">What is added to each lead byte.</param>
internal sealed class HongKongSet(CharacterSet bigFive, IEnumerable<(byte Lead, string Characters)> rows) : TranscodedSet("BIG5-HKSCS")
{
    private readonly FrozenDictionary<int, string> _added = Read(rows);

    public override void Encode(ReadOnlySpan<char> text, IBufferWriter<byte> output) => bigFive.Encode(text, output);

    protected override int Step(ReadOnlySpan<byte> raw, in Delimiters delimiters, ref ShiftState state, Span<byte> utf8, out int written)
    {
        if (raw.Length > 1 && _added.TryGetValue((raw[0] << 8) | raw[1], out var added))
        {
            written = WriteUtf8(added, utf8);
            return 2;
        }

        Span<char> chars = stackalloc char[2];
        var isPair = raw[0] is >= 0x81 and <= 0xFE && raw is [_, (>= 0x40 and <= 0x7E) or (>= 0xA1 and <= 0xFE), ..];
        var length = isPair ? 2 : 1;
        var count = bigFive.Decode(raw[..length], chars);
        // What neither of them has, the runtime gives a private character for.
        if (count > 0 && chars[0] is >= '\uE000' and <= '\uF8FF') chars[0] = '\uFFFD';
        written = WriteUtf8(chars[..count], utf8);
        return length;
    }

    private static FrozenDictionary<int, string> Read(IEnumerable<(byte Lead, string Characters)> rows)
    {
        var added = new Dictionary<int, string>
        {
            [0x8862] = "\u00CA\u0304", [0x8864] = "\u00CA\u030C", [0x88A3] = "\u00EA\u0304", [0x88A5] = "\u00EA\u030C",
        };
        foreach (var (lead, characters) in rows)
        {
            var trail = 0x40;
            foreach (var rune in characters.EnumerateRunes())
            {
                if (rune.Value != ' ') added[(lead << 8) | trail] = rune.ToString();
                trail = trail == 0x7E ? 0xA1 : trail + 1;
            }
        }

        return added.ToFrozenDictionary();
    }
}
