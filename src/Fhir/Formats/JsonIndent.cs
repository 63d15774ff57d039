using System.Buffers;

namespace CloudPacs.Fhir.Formats;

/// <summary>JSON for people: each member on a line of its own, every value as it stands (FHIR R4 http.html 3.1.0.1.12, _pretty).</summary>
public static class JsonIndent
{
    /// <param name="json">Well-formed JSON.</param>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> json)
    {
        var target = new ArrayBufferWriter<byte>((json.Length * 3 / 2) + 64);
        var rest = json.Span;
        var depth = 0;
        while (!(rest = rest.TrimStart(" \t\r\n"u8)).IsEmpty)
        {
            var length = TokenLength(rest);
            var token = rest[..length];
            rest = rest[length..];
            switch (token[0])
            {
                case (byte)'{' or (byte)'[':
                    target.Write(token);
                    if (rest.TrimStart(" \t\r\n"u8) is [(byte)'}' or (byte)']', ..]) depth++;
                    else NewLine(target, ++depth);
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    if (target.WrittenSpan is not [.., (byte)'{' or (byte)'[']) NewLine(target, depth);
                    target.Write(token);
                    break;
                case (byte)',':
                    target.Write(token);
                    NewLine(target, depth);
                    break;
                case (byte)':':
                    target.Write(": "u8);
                    break;
                default:
                    target.Write(token);
                    break;
            }
        }

        return target.WrittenMemory;
    }

    /// <summary>A string with its quotes, or one byte, or all that is nothing special.</summary>
    private static int TokenLength(ReadOnlySpan<byte> text)
    {
        if (text[0] == '"')
        {
            var at = 1;
            while (at < text.Length && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
            return Math.Min(at + 1, text.Length);
        }

        var plain = text.IndexOfAny(Special);
        return plain < 0 ? text.Length : Math.Max(plain, 1);
    }

    private static readonly SearchValues<byte> Special = SearchValues.Create("{}[],:\" \t\r\n"u8);

    private static void NewLine(ArrayBufferWriter<byte> target, int depth)
    {
        var line = target.GetSpan(1 + (2 * depth))[..(1 + (2 * depth))];
        line.Fill((byte)' ');
        line[0] = (byte)'\n';
        target.Advance(line.Length);
    }
}
