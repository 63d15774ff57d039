using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace CloudPacs.Hl7v2.Text;

/// <summary>
/// Turns the raw bytes of a leaf into text: escape sequences of HL7 v2.5.1 2.7, character set of the message. Knows no data types:
/// formatting of FT is understood everywhere.
/// </summary>
internal static class EscapedText
{
    // A count in \.sp99\ is the sender's word: it must not decide how much memory we take.
    private const int MaxRepeat = 99;

    public static string ToString(Message message, ReadOnlySpan<byte> raw, bool isLiteral)
    {
        // Every set that a message is read in has ASCII where ASCII has it.
        if (Ascii.IsValid(raw) && !HasEscape(message, raw, isLiteral) && !message.HasReturns) return Encoding.Latin1.GetString(raw);

        var buffer = new CharBuffer(stackalloc char[256]);
        try
        {
            Decode(message, raw, isLiteral, ref buffer);
            return buffer.Written.ToString();
        }
        finally
        {
            buffer.Dispose();
        }
    }

    public static bool TryCopyUtf8(Message message, ReadOnlySpan<byte> raw, bool isLiteral, Span<byte> destination, out int written)
    {
        if (Ascii.IsValid(raw) && !HasEscape(message, raw, isLiteral) && !message.HasReturns)
        {
            written = raw.TryCopyTo(destination) ? raw.Length : 0;
            return written == raw.Length;
        }

        var buffer = new CharBuffer(stackalloc char[256]);
        try
        {
            Decode(message, raw, isLiteral, ref buffer);
            if (Utf8.FromUtf16(buffer.Written, destination, out _, out written) == OperationStatus.Done) return true;
            written = 0;
            return false;
        }
        finally
        {
            buffer.Dispose();
        }
    }

    public static bool EqualsAscii(Message message, ReadOnlySpan<byte> raw, bool isLiteral, ReadOnlySpan<byte> ascii)
    {
        if (!HasEscape(message, raw, isLiteral) && !message.HasReturns) return raw.SequenceEqual(ascii);

        var buffer = new CharBuffer(stackalloc char[256]);
        try
        {
            Decode(message, raw, isLiteral, ref buffer);
            return Ascii.Equals(ascii, buffer.Written);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private static bool HasEscape(Message message, ReadOnlySpan<byte> raw, bool isLiteral) =>
        !isLiteral && message.Delimiters.Escape is not 0 and var escape && raw.Contains(escape);

    private static void Decode(Message message, ReadOnlySpan<byte> raw, bool isLiteral, ref CharBuffer buffer)
    {
        var escape = message.Delimiters.Escape;
        while (!isLiteral && escape != 0)
        {
            var open = raw.IndexOf(escape);
            if (open < 0) break;
            var length = raw[(open + 1)..].IndexOf(escape);
            if (length < 0) break;

            message.DecodeText(raw[..open], ref buffer);
            var content = raw.Slice(open + 1, length);
            var after = raw[(open + length + 2)..];
            if (IsHex(content))
            {
                raw = raw[(open + DecodeHex(message, raw[open..], escape, ref buffer))..];
            }
            else if (TryAppendMeaning(message.Delimiters, content, ref buffer))
            {
                raw = after;
            }
            else if (LooksLikeSequence(content))
            {
                message.DecodeText(raw.Slice(open, length + 2), ref buffer);
                raw = after;
            }
            else
            {
                // A lone escape character: the next one may open a sequence of its own.
                buffer.Append((char)escape);
                raw = raw[(open + 1)..];
            }
        }

        message.DecodeText(raw, ref buffer);
        if (message.HasReturns) UnifyLineBreaks(0, ref buffer);
    }

    private static bool TryAppendMeaning(in Delimiters delimiters, ReadOnlySpan<byte> content, ref CharBuffer buffer)
    {
        if (content.Length == 1)
        {
            if (content[0] is (byte)'H' or (byte)'N') return true;
            var value = content[0] switch
            {
                (byte)'F' => delimiters.Field,
                (byte)'S' => delimiters.Component,
                (byte)'R' => delimiters.Repetition,
                (byte)'E' => delimiters.Escape,
                (byte)'T' => delimiters.SubComponent,
                (byte)'P' => delimiters.Truncation,
                _ => (byte)0,
            };
            if (value == 0) return false;
            buffer.Append((char)value);
            return true;
        }

        return content is [(byte)'.', _, _, ..] && TryAppendFormatting(content[1..3], content[3..], ref buffer);
    }

    private static bool TryAppendFormatting(ReadOnlySpan<byte> command, ReadOnlySpan<byte> argument, ref CharBuffer buffer)
    {
        if (argument is [(byte)'+' or (byte)'-', ..] && command.SequenceEqual("in"u8)) argument = argument[1..];
        var count = 1;
        if (!argument.IsEmpty)
        {
            if (argument.Length > 6 || argument.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
            count = 0;
            foreach (var digit in argument) count = count * 10 + digit - '0';
            count = Math.Min(count, MaxRepeat);
        }

        if (command.SequenceEqual("br"u8) || command.SequenceEqual("sp"u8)) buffer.Append('\n', count);
        else if (command.SequenceEqual("ce"u8)) buffer.Append('\n');
        else if (command.SequenceEqual("sk"u8)) buffer.Append(' ', count);
        else return command.SequenceEqual("fi"u8) || command.SequenceEqual("nf"u8) || command.SequenceEqual("in"u8)
            || command.SequenceEqual("ti"u8);
        return true;
    }

    private static bool IsHex(ReadOnlySpan<byte> content) =>
        content.Length >= 3 && content.Length % 2 == 1 && content[0] is (byte)'X' or (byte)'x' && IsHexDigits(content[1..]);

    private static bool IsHexDigits(ReadOnlySpan<byte> digits)
    {
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit)) return false;
        }

        return true;
    }

    /// <summary>
    /// Decodes a run of adjacent \X..\ as one: a character may be spread over several (A3). Returns the length of the run.
    /// </summary>
    private static int DecodeHex(Message message, ReadOnlySpan<byte> raw, byte escape, ref CharBuffer buffer)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(raw.Length / 2);
        var count = 0;
        var position = 0;
        while (position + 2 < raw.Length && raw[position] == escape)
        {
            var length = raw[(position + 1)..].IndexOf(escape);
            if (length < 0 || !IsHex(raw.Slice(position + 1, length))) break;
            for (var i = position + 2; i < position + 1 + length; i += 2)
                bytes[count++] = (byte)(HexValue(raw[i]) << 4 | HexValue(raw[i + 1]));
            position += length + 2;
        }

        var start = buffer.Length;
        message.DecodeBytes(bytes.AsSpan(0, count), ref buffer);
        ArrayPool<byte>.Shared.Return(bytes);
        UnifyLineBreaks(start, ref buffer);
        return position;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static void UnifyLineBreaks(int start, ref CharBuffer buffer)
    {
        var text = buffer.Written[start..];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' && i > 0 && text[i - 1] == '\r') continue;
            text[length++] = text[i];
        }

        text[..length].Replace('\r', '\n');
        buffer.Truncate(start + length);
    }

    /// <summary>
    /// An unknown but well-formed sequence (\Z12\, \Q\) is kept whole; anything else is text in which the escape character stands alone.
    /// </summary>
    private static bool LooksLikeSequence(ReadOnlySpan<byte> content) =>
        content is [(>= (byte)'A' and <= (byte)'Z') or (byte)'.', ..] && !content.Contains((byte)' ');
}
