using System.Text;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Damages messages as senders, interface engines and networks do, the same way for the same seed.</summary>
internal sealed class MessageMutator(int seed)
{
    private static readonly byte[] Cr = "\r"u8.ToArray();
    private static readonly string[] Values =
    [
        "", "\"\"", "^^^^^^^^", "~~~~", "&&&&", "^\"\"^\"\"", "\"\"~\"\"", "0", "-1", "20261399", "20260230", "000000", "2026031024", "20260310093000-1400", "99999999999999999999",
        "\\", "\\X", "\\X4\\", "\\XZZ\\", "\\Q\\", "\\.br\\", "\\E\\\\F\\\\S\\\\T\\\\R\\", "\\X0D\\\\X00\\\\X1B\\", "\\Z12\\", "a\\b\\c", "\u202e\u0301\ud83d\ude00\u0915\u094d\u0937", "=^=^=", "\\X3D\\", "\u0000\u0007",
        "NW", "CA", "DC", "XO", "RP", "RO", "SC", "SN", "NA", "PA", "CH", "HD", "RL", "OD", "UA", "RE", "ZZ", "CM", "IP", "A", "nw", " ", "  X  ", "1.2.3", "1.02.3", "1..2", "#", "CT\\MR", "MERCY&1.2.3.4&ISO",
    ];

    private readonly Random _random = new(seed);

    public byte[] Mutate(byte[] message)
    {
        var lines = Split(message);
        for (var changes = 1 + _random.Next(3); changes > 0; changes--)
        {
            switch (_random.Next(16))
            {
                case 0 when lines.Count > 1:
                    lines.RemoveAt(_random.Next(lines.Count));
                    break;
                case 1:
                    lines.Insert(_random.Next(lines.Count + 1), lines[_random.Next(lines.Count)]);
                    break;
                case 2:
                    var (a, b) = (_random.Next(lines.Count), _random.Next(lines.Count));
                    (lines[a], lines[b]) = (lines[b], lines[a]);
                    break;
                case 3:
                    SetByte(lines);
                    break;
                case 4:
                    Insert(lines);
                    break;
                case 5:
                    Cut(lines);
                    break;
                default:
                    ChangeField(lines);
                    break;
            }
        }

        return [.. lines.SelectMany(static line => line.Concat(Cr))];
    }

    private static List<byte[]> Split(byte[] message) =>
        [.. Encoding.Latin1.GetString(message).ReplaceLineEndings("\r").Split('\r', StringSplitOptions.RemoveEmptyEntries).Select(Encoding.Latin1.GetBytes)];

    private void ChangeField(List<byte[]> lines)
    {
        var index = _random.Next(lines.Count);
        // The separators of most headers are left alone: without them nothing further would be tried.
        var first = index == 0 && _random.Next(20) > 0 ? 2 : 1;
        var fields = Encoding.Latin1.GetString(lines[index]).Split('|').ToList();
        if (fields.Count <= first) return;
        var at = _random.Next(first, fields.Count);
        switch (_random.Next(6))
        {
            case 0:
                fields[at] = fields[at] + "~" + fields[at];
                break;
            case 1:
                fields.Insert(at, fields[at]);
                break;
            case 2:
                fields[at] = Long();
                break;
            case 3:
                var parts = fields[at].Split('^');
                parts[_random.Next(parts.Length)] = Value();
                fields[at] = string.Join('^', parts);
                break;
            default:
                fields[at] = Value();
                break;
        }

        lines[index] = Encoding.Latin1.GetBytes(string.Join('|', fields));
    }

    private string Value() => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Values[_random.Next(Values.Length)]));

    private string Long() => _random.Next(3) switch
    {
        0 => new string('x', 10_000),
        1 => new string((char)_random.Next(33, 127), _random.Next(17, 300)),
        _ => string.Join(_random.Next(2) == 0 ? "^" : "~", Enumerable.Repeat("12345678901234567", _random.Next(2, 40))),
    };

    private void SetByte(List<byte[]> lines)
    {
        var line = lines[_random.Next(lines.Count)];
        if (line.Length > 0) line[_random.Next(line.Length)] = (byte)_random.Next(256);
    }

    private void Insert(List<byte[]> lines)
    {
        var index = _random.Next(lines.Count);
        var noise = new byte[_random.Next(1, 12)];
        _random.NextBytes(noise);
        var at = _random.Next(lines[index].Length + 1);
        lines[index] = [.. lines[index][..at], .. noise, .. lines[index][at..]];
    }

    private void Cut(List<byte[]> lines)
    {
        var index = _random.Next(lines.Count);
        lines[index] = lines[index][.._random.Next(lines[index].Length + 1)];
    }
}
