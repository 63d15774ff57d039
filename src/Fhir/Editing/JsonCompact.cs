using System.Buffers;

namespace CloudPacs.Fhir.Editing;

/// <summary>Copies JSON without the white space between its tokens; numbers and strings stay as they were written.</summary>
internal static class JsonCompact
{
    private static readonly SearchValues<byte> Notable = SearchValues.Create(" \t\r\n\""u8);

    private static readonly SearchValues<byte> EndOfText = SearchValues.Create("\"\\"u8);

    /// <param name="json">A value of valid JSON, or members of an object.</param>
    /// <param name="to">Takes it.</param>
    public static void Write(ReadOnlySpan<byte> json, ArrayBufferWriter<byte> to)
    {
        while (!json.IsEmpty)
        {
            var at = json.IndexOfAny(Notable);
            if (at < 0) at = json.Length;
            else if (json[at] == '"') at = EndOfString(json, at);
            to.Write(json[..at]);
            json = json[at..];
            while (!json.IsEmpty && json[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') json = json[1..];
        }
    }

    /// <returns>The place behind the string that begins at <paramref name="start"/>.</returns>
    private static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        for (var at = start + 1; ;)
        {
            at += json[at..].IndexOfAny(EndOfText);
            if (json[at] == '"') return at + 1;
            at += 2;
        }
    }
}
