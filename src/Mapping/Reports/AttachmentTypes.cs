using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Reports;

/// <summary>MIME types of documents, by what is said of them (HL7 tables 0191 and 0291) and by how they begin.</summary>
internal static class AttachmentTypes
{
    private static readonly string[] MainTypes = ["application", "image", "text", "audio", "video", "multipart", "model", "message"];

    private static readonly (string Begin, string Type)[] Beginnings =
    [
        ("%PDF", "application/pdf"), (@"{\rtf", "application/rtf"), ("\u0089PNG", "image/png"), ("\u00FF\u00D8\u00FF", "image/jpeg"),
        ("II*\0", "image/tiff"), ("MM\0*", "image/tiff"), ("GIF8", "image/gif"),
    ];

    /// <summary>The type by table <c>attachment_type</c>, else as two parts of a MIME type; null when it is not said.</summary>
    public static string? Find(EvalContext context, string? type, string? subtype)
    {
        if (context.Settings.Tables.TryGetValue("attachment_type", out var table))
        {
            if (subtype is not null && table.Find(subtype) is { To.Length: > 0 } bySubtype) return bySubtype.To;
            if (subtype is null && type is not null && table.Find(type) is { To.Length: > 0 } byType) return byType.To;
        }

        return type?.ToLowerInvariant() is { } main && MainTypes.Contains(main) && subtype is not null && subtype.All(IsOfToken)
            ? $"{main}/{subtype.ToLowerInvariant()}"
            : null;
    }

    /// <summary>The type of what begins so; bytes of which nothing is known are just bytes.</summary>
    public static string OfContent(string begin) => Recognised(begin) ?? "application/octet-stream";

    /// <summary>
    /// The type that was said, unless the data begin otherwise: what they are then, as far as it can be seen. Types whose data may begin in
    /// any way are believed.
    /// </summary>
    public static string Checked(string said, string begin)
    {
        var isKnown = Beginnings.Any(known => known.Type == said);
        // Readers take a PDF with something before its header, too.
        if (said == "application/pdf" && begin.Contains("%PDF-", StringComparison.Ordinal)) return said;
        if (Recognised(begin) is { } type) return isKnown || said.StartsWith("text/", StringComparison.Ordinal) ? type : said;
        if (!isKnown) return said;
        return begin.Any(static c => c < ' ' && !char.IsWhiteSpace(c)) ? "application/octet-stream" : "text/plain; charset=utf-8";
    }

    private static string? Recognised(string begin)
    {
        foreach (var (start, type) in Beginnings)
        {
            if (begin.StartsWith(start, StringComparison.Ordinal)) return type;
        }

        // A text may have a byte order mark and blanks before it.
        return begin.TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n').StartsWith(@"{\rtf", StringComparison.Ordinal)
            ? "application/rtf"
            : null;
    }

    /// <summary>RFC 6838 4.2.</summary>
    private static bool IsOfToken(char c) => char.IsAsciiLetterOrDigit(c) || "!#$&-^_.+".Contains(c, StringComparison.Ordinal);
}
