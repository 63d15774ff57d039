using System.Text.Json;

namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// Finds where values of JSON that we wrote ourselves end, without reading what is in them. Damage that tears values apart ends with a
/// <see cref="JsonException"/>; damage inside of a value is not looked for.
/// </summary>
internal static class JsonScan
{
    /// <summary>The first place from <paramref name="at"/> on where no blank stands.</summary>
    public static int SkipBlanks(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] <= ' ') at++;
        return at < json.Length ? at : throw Damaged(at);
    }

    /// <summary>The first place without a blank behind a character that must stand here.</summary>
    public static int Pass(ReadOnlySpan<byte> json, int at, char expected) =>
        json[at] == expected ? SkipBlanks(json, at + 1) : throw Damaged(at);

    /// <summary>The place after the value that begins at <paramref name="start"/>.</summary>
    public static int EndOf(ReadOnlySpan<byte> json, int start)
    {
        var depth = 0;
        for (var at = start; at < json.Length; at++)
        {
            switch (json[at])
            {
                case (byte)'"':
                    at = EndOfText(json, at);
                    if (depth == 0) return at + 1;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']' when depth > 1:
                    depth--;
                    break;
                case (byte)'}' or (byte)']' when depth == 1:
                    // '}' and ']' are two places behind '{' and '['.
                    return json[at] == json[start] + 2 ? at + 1 : throw Damaged(at);
                case (byte)'}' or (byte)']' or (byte)',' or <= (byte)' ' when depth == 0:
                    return at > start ? at : throw Damaged(at);
            }
        }

        return depth == 0 ? json.Length : throw Damaged(json.Length);
    }

    /// <summary>The place of the quote mark that ends a text.</summary>
    private static int EndOfText(ReadOnlySpan<byte> json, int start)
    {
        for (var at = start + 1; at < json.Length;)
        {
            var next = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) break;
            at += next;
            if (json[at] == '"') return at;
            at += 2;
        }

        throw Damaged(json.Length);
    }

    private static JsonException Damaged(int at) => new($"The stored resource is damaged at byte {at}.");
}
