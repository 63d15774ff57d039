namespace CloudPacs.Mapping.Fhir;

/// <summary>Finds where values of valid JSON end, without reading what is in them.</summary>
internal static class JsonScan
{
    /// <summary>The first place from <paramref name="at"/> on where no blank stands.</summary>
    public static int SkipBlanks(ReadOnlySpan<byte> json, int at)
    {
        while (json[at] <= ' ') at++;
        return at;
    }

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
                case (byte)'}' or (byte)']':
                    if (depth < 2) return depth == 0 ? at : at + 1;
                    depth--;
                    break;
                case (byte)',' or <= (byte)' ' when depth == 0:
                    return at;
            }
        }

        return json.Length;
    }

    /// <summary>The place of the quote mark that ends a text.</summary>
    private static int EndOfText(ReadOnlySpan<byte> json, int start)
    {
        var at = start + 1;
        while (true)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] == '"') return at;
            at += 2;
        }
    }
}
