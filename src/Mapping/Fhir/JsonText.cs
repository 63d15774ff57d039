using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;

namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// JSON in the making: UTF-8 text that values are appended to and that can be taken back to a former length, so that what turns out to hold
/// nothing leaves no trace. Not for several threads.
/// </summary>
public sealed class JsonText(int capacity = 512)
{
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>What most texts are made of: ASCII that stands in JSON as it is.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static c => (char)c).Except(['"', '\\'])]);

    /// <summary>Control characters that no text of FHIR has (R4 datatypes.html, string); they show nothing.</summary>
    private static readonly SearchValues<char> Forbidden =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(static c => (char)c).Except(['\t', '\r', '\n'])]);

    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Takes back everything from a former length on.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>What was written since a former length, as a value of its own; it is no longer here.</summary>
    public byte[] Take(int start)
    {
        var taken = _bytes.AsSpan(start, Length - start).ToArray();
        Length = start;
        return taken;
    }

    /// <summary>The name of the next member of the open object.</summary>
    public void Name(ReadOnlySpan<byte> name)
    {
        var room = Room(name.Length + 4);
        var at = 0;
        if (_bytes[Length - 1] != '{') room[at++] = (byte)',';
        room[at++] = (byte)'"';
        name.CopyTo(room[at..]);
        at += name.Length;
        room[at++] = (byte)'"';
        room[at++] = (byte)':';
        Length += at;
    }

    public void Name(ReadOnlySpan<char> name)
    {
        var room = Room((name.Length * 3) + 4);
        var at = 0;
        if (_bytes[Length - 1] != '{') room[at++] = (byte)',';
        room[at++] = (byte)'"';
        at += Encoding.UTF8.GetBytes(name, room[at..]);
        room[at++] = (byte)'"';
        room[at++] = (byte)':';
        Length += at;
    }

    /// <summary>The next value belongs to the open array.</summary>
    public void Item()
    {
        if (_bytes[Length - 1] != '[') Put((byte)',');
    }

    public void BeginObject() => Put((byte)'{');

    public void EndObject() => Put((byte)'}');

    public void BeginArray() => Put((byte)'[');

    public void EndArray() => Put((byte)']');

    /// <summary>Ends the object that began at <paramref name="start"/>; one without members is taken back.</summary>
    public bool EndObject(int start)
    {
        if (Length == start + 1)
        {
            Length = start;
            return false;
        }

        EndObject();
        return true;
    }

    /// <summary>A value that is ready.</summary>
    public void Raw(ReadOnlySpan<byte> json)
    {
        json.CopyTo(Room(json.Length));
        Length += json.Length;
    }

    public void Text(ReadOnlySpan<char> text)
    {
        var room = Room((text.Length * 3) + 2);
        room[0] = (byte)'"';
        var written = text.ContainsAnyExcept(Plain) ? Escaped(text, room[1..]) : Encoding.Latin1.GetBytes(text, room[1..]);
        _bytes[Length + 1 + written] = (byte)'"';
        Length += written + 2;
    }

    /// <summary>A member with a text; nothing without one.</summary>
    public void Text(ReadOnlySpan<byte> name, string? text)
    {
        if (text is null) return;
        Name(name);
        Text(text);
    }

    public void Number(decimal number)
    {
        Utf8Formatter.TryFormat(number, Room(32), out var written);
        Length += written;
    }

    /// <summary>A FHIR instant in UTC with milliseconds.</summary>
    public void Instant(DateTimeOffset time)
    {
        var room = Room(32);
        room[0] = (byte)'"';
        // 2026-03-10T03:00:20.0000000Z, of which the last four digits are not wanted.
        Utf8Formatter.TryFormat(time.UtcDateTime, room[1..], out _, new StandardFormat('O'));
        room[24] = (byte)'Z';
        room[25] = (byte)'"';
        Length += 26;
    }

    public void Bool(bool flag) => Raw(flag ? "true"u8 : "false"u8);

    /// <summary>Makes an array of the value that was written since <paramref name="start"/>, unless it is one.</summary>
    public void Wrap(int start)
    {
        if (_bytes[start] == '[') return;
        Room(2);
        _bytes.AsSpan(start, Length - start).CopyTo(_bytes.AsSpan(start + 1));
        _bytes[start] = (byte)'[';
        Length++;
        EndArray();
    }

    public override string ToString() => Encoding.UTF8.GetString(Written);

    private int Escaped(ReadOnlySpan<char> text, Span<byte> room)
    {
        if (text.IndexOfAny(Forbidden) >= 0) text = WithoutForbidden(text);
        var written = Encoding.UTF8.GetBytes(text, room);
        return Encoder.FindFirstCharacterToEncodeUtf8(room[..written]) >= 0 ? Escape(room[..written].ToArray()) : written;
    }

    private static string WithoutForbidden(ReadOnlySpan<char> text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (!Forbidden.Contains(character)) kept.Append(character);
        }

        return kept.ToString();
    }

    private int Escape(byte[] text)
    {
        var room = Room((text.Length * 6) + 2);
        if (Encoder.EncodeUtf8(text, room[1..], out _, out var written) != OperationStatus.Done)
            throw new InvalidOperationException("A text cannot be written as JSON.");
        return written;
    }

    private void Put(byte one)
    {
        Room(1)[0] = one;
        Length++;
    }

    private Span<byte> Room(int size)
    {
        if (_bytes.Length - Length < size) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + size));
        return _bytes.AsSpan(Length);
    }
}
