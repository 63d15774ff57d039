using System.Text;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Damages what a message is made of (types, segments, components, repetitions, characters) rather than its bytes, the same way for the same seed.</summary>
internal sealed class StructureMutator(int seed)
{
    private static readonly string[] Types =
        ["ORM^O01", "OMG^O19^OMG_O19", "OMI^O23^OMI_O23", "OML^O21", "SIU^S12^SIU_S12", "SIU^S15", "SIU^S26", "ADT^A01^ADT_A01", "ADT^A08", "ADT^A40^ADT_A39", "ADT^A47", "ORM", "^O01", "ORU^R01", "MDM^T02", "DFT^P03"];
    private static readonly string[] Versions = ["2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8.2", "2.9"];
    private static readonly string[] Segments =
    [
        "IPC|A9^RIS|RP9|1.2.3.9|SPS9|CT|P9^Protocol^L|ST9|BAY9|CT9", "IPC|||||||||", "TQ1|1||||||20260311090000|20260310090000|S", "ZDS|1.2.3.4.5^RIS^Application^DICOM", "ZDS|9.9.9", "MRG|77^^^MERCY",
        "OBX|1|NM|29463-7^Weight^LN||-1e9|kg", "OBX|1|NM|8302-2^Height^LN||99999999999999999999999999|cm", "AL1|1|DA|^", "DG1|1||^^|", "NTE|1||", "PV1|1|I|^^^&&", "SCH|S1|S2", "AIS|1||X^Y|20260310093000", "AIL|1||ROOM", "AIP|1||1^DOC", "PID|2||88^^^X~88^^^X||^", "ORC", "OBR", "ORC|XO", "OBR|||||||||||||||||||||||||||||||||||||||||||||||||||||",
    ];
    private static readonly string[] Texts =
    [
        "e\u0301\u0301\u0301", "\ud83d\udc69\u200d\ud83d\udc67", "\u0928\u093f\u0928\u093f", "\u202e\u2066abc\u2069", "\ufeff", "\u3000", "\u00a0", "\u2028", "\u0085", "\uff0f\uff3c", "\u5c71\u7530^\u592a\u90ce", "\u0001\u0002\u001f", "\u007f", "\\X1B\\", "\\X00\\", "\\H\\bold\\N\\", "\\.sp99999\\", "\\C2842\\", "\\M24242\\", "\\Zxyz\\", "\\E\\E\\", "=", "^^^", "\\S\\", "\\T\\", "0000000000000000000", "1e400", "NaN", "1,5", "--5", "20260310T0930", "9999123123595960", "00010101", "+0000", "true", "urn:oid:", "http://", "urn:uuid:x",
    ];

    private readonly Random _random = new(seed);

    public byte[] Mutate(byte[] message)
    {
        var lines = Encoding.UTF8.GetString(message).ReplaceLineEndings("\r").Split('\r', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('|').ToList()).ToList();
        for (var changes = 1 + _random.Next(4); changes > 0; changes--) Change(lines);
        return Encoding.UTF8.GetBytes(string.Concat(lines.Select(static line => string.Join('|', line) + "\r")));
    }

    private void Change(List<List<string>> lines)
    {
        switch (_random.Next(12))
        {
            case 0 when lines[0].Count > 11:
                lines[0][8] = Pick(Types);
                break;
            case 1 when lines[0].Count > 11:
                lines[0][11] = Pick(Versions);
                break;
            case 2:
                lines.Insert(_random.Next(1, lines.Count + 1), [.. Pick(Segments).Split('|')]);
                break;
            case 3:
                var copied = lines[_random.Next(lines.Count)];
                for (var copies = _random.Next(1, 60); copies > 0; copies--) lines.Insert(_random.Next(1, lines.Count + 1), [.. copied]);
                break;
            case 4:
                // The orders of the message in another order, or the tail of it gone.
                var from = _random.Next(1, lines.Count);
                lines.Reverse(from, _random.Next(lines.Count - from + 1));
                break;
            default:
                ChangeField(lines);
                break;
        }
    }

    private void ChangeField(List<List<string>> lines)
    {
        var line = lines[_random.Next(lines.Count)];
        var first = line[0] == "MSH" ? 2 : 1;
        while (line.Count < first + _random.Next(12)) line.Add("");
        if (line.Count <= first) return;
        var at = _random.Next(first, line.Count);
        var components = line[at].Split('^');
        switch (_random.Next(7))
        {
            case 0:
                _random.Shuffle(components);
                line[at] = string.Join('^', components);
                break;
            case 1:
                line[at] = string.Join('~', Enumerable.Repeat(line[at].Length > 0 ? line[at] : Pick(Texts), _random.Next(2, 400)));
                break;
            case 2:
                components[_random.Next(components.Length)] = Pick(Texts) + Pick(Texts);
                line[at] = string.Join('^', components);
                break;
            case 3:
                line[at] = string.Concat(Enumerable.Repeat(Pick(Texts), _random.Next(10, 120)));
                break;
            case 4:
                line[at] = string.Concat(Enumerable.Range(0, _random.Next(1, 90)).Select(_ => char.ConvertFromUtf32(RandomRune())));
                break;
            case 5:
                var other = lines[_random.Next(lines.Count)];
                line[at] = other[_random.Next(other.Count)];
                break;
            default:
                line[at] = line[at].Replace('^', '&');
                break;
        }
    }

    private int RandomRune()
    {
        var rune = _random.Next(4) switch { 0 => _random.Next(0x20, 0x250), 1 => _random.Next(0x300, 0x3000), 2 => _random.Next(0x3000, 0xD7FF), _ => _random.Next(0x10000, 0x1FFFF) };
        return rune is '|' or '\r' ? ' ' : rune;
    }

    private string Pick(string[] of) => of[_random.Next(of.Length)];
}
