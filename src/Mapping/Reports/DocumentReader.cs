using System.Security.Cryptography;
using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Reports;

/// <summary>Reads encapsulated data (ED, HL7 v2.5.1 2.A.24) and reference pointers (RP, 2.A.65) of OBX-5 as documents.</summary>
internal static class DocumentReader
{
    private const string Unreadable =
        "The document cannot be read: it must be Base64 or Hex, as OBX-5.4 says. Send it again; a report without it would not be whole.";

    /// <summary>How many bytes are looked at to see what the data are: a PDF has its header among them.</summary>
    private const int BeginBytes = 1024;

    /// <summary>The documents of one OBX, each repetition one; what cannot be read is an error at its place.</summary>
    public static void Read(EvalContext context, Segment obx, MappedReport report)
    {
        var value = obx.Field(5);
        var isPointer = obx.Field(2).TextEquals("RP"u8);
        var title = TitleOf(obx.Field(3));
        for (var n = 1; n <= value.RepetitionCount; n++)
        {
            var repetition = value.Repetition(n);
            if (!repetition.HasValue) continue;
            var document = isPointer ? Pointer(context, repetition) : Data(context, repetition);
            if (document is not null) report.Documents.Add(document with { Title = title });
            else AddProblem(context, repetition, isPointer);
        }
    }

    /// <summary>A text as a document.</summary>
    public static MappedDocument Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var isRtf = text.StartsWith(@"{\rtf", StringComparison.Ordinal);
        var (document, _) = Measured(() => new MemoryStream(bytes, writable: false));
        return document with { ContentType = isRtf ? "application/rtf" : "text/plain; charset=utf-8" };
    }

    private static MappedDocument? Data(EvalContext context, in Element value)
    {
        var data = value.Component(5);
        Func<Stream> open;
        switch (ElementText.Component(value, 4)?.ToUpperInvariant())
        {
            case "BASE64": open = () => new EncodedContent(data, ContentEncoding.Base64); break;
            case "HEX": open = () => new EncodedContent(data, ContentEncoding.Hex); break;
            case "A":
                var bytes = Encoding.UTF8.GetBytes(data.LongText ?? "");
                open = () => new MemoryStream(bytes, writable: false);
                break;
            default: return null;
        }

        try
        {
            var said = AttachmentTypes.Find(context, ElementText.Component(value, 2), ElementText.Component(value, 3));
            var (document, begin) = Measured(open);
            if (document.Size == 0) return null;
            var type = said is null ? AttachmentTypes.OfContent(begin) : AttachmentTypes.Checked(said, begin);
            if (said is not null && type != said) context.Sink.Add(OtherType(context, value, said, type));
            return document with { ContentType = type };
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static MappedDocument? Pointer(EvalContext context, in Element value)
    {
        if (ElementText.Component(value, 1) is not { } pointer || !Uri.TryCreate(pointer, UriKind.Absolute, out var uri)) return null;
        // A path of a file system is no address that others could use, and a script is none at all.
        if (uri.Scheme is not ("http" or "https")) return null;
        return new MappedDocument
        {
            Url = uri.AbsoluteUri,
            ContentType = AttachmentTypes.Find(context, ElementText.Component(value, 3), ElementText.Component(value, 4)),
        };
    }

    /// <exception cref="InvalidDataException">The data are not encoded as it is said.</exception>
    private static (MappedDocument Document, string Begin) Measured(Func<Stream> open)
    {
        using var content = open();
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[32 * 1024];
        var (size, begin) = (0L, "");
        for (int count; (count = content.Read(buffer)) > 0; size += count)
        {
            if (size == 0) begin = Encoding.Latin1.GetString(buffer.AsSpan(0, Math.Min(count, BeginBytes)));
            sha1.AppendData(buffer, 0, count);
            sha256.AppendData(buffer, 0, count);
        }

        var document = new MappedDocument
        {
            Size = size,
            Hash = Convert.ToBase64String(sha1.GetHashAndReset()),
            ContentId = new Guid(sha256.GetHashAndReset().AsSpan(0, 16), bigEndian: true),
            Open = open,
        };
        return (document, begin);
    }

    private static string? TitleOf(in Element observation) =>
        ElementText.Component(observation, 2) ?? ElementText.Component(observation, 5);

    private static Problem OtherType(EvalContext context, in Element value, string said, string type) => new(
        102, Severity.Warning, PlaceOf(context, value),
        $"The data do not begin as those of {said} do, which their type says: they were kept as they were sent, as {type}.");

    private static ErrorLocation? PlaceOf(EvalContext context, in Element value) =>
        Compilation.Locations.Of(context, MapValue.Node(value), firstPath: null);

    private static void AddProblem(EvalContext context, in Element value, bool isPointer)
    {
        var place = PlaceOf(context, value);
        context.Sink.Add(isPointer
            ? new Problem(102, Severity.Warning, place, "The pointer is no address (URI) that others could use: it was left out.")
            : new Problem(102, Severity.Error, place, Unreadable));
    }
}
