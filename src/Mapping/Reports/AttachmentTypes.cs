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
    public static string OfContent(string begin)
    {
        foreach (var (start, type) in Beginnings)
        {
            if (begin.StartsWith(start, StringComparison.Ordinal)) return type;
        }

        return "application/octet-stream";
    }

    /// <summary>RFC 6838 4.2.</summary>
    private static bool IsOfToken(char c) => char.IsAsciiLetterOrDigit(c) || "!#$&-^_.+".Contains(c, StringComparison.Ordinal);
}
