using System.Globalization;
using CloudPacs.Hl7v2.Batches;
using CloudPacs.Hl7v2.Text;

namespace CloudPacs.Hl7v2;

/// <summary>
/// The messages of one frame or file: a batch with FHS/BHS headers, several messages in a row, or just one (HL7 v2.5.1 2.10.3).
/// </summary>
public sealed class Batch
{
    private Batch(IReadOnlyList<BatchPart> parts, ReadOnlyMemory<byte> fileHeader, IReadOnlyList<Problem> problems)
    {
        Parts = parts;
        FileHeader = fileHeader;
        Problems = problems;
        Messages = [.. parts.SelectMany(part => part.Messages)];
    }

    /// <summary>All messages in order, each from its MSH to the end of its last segment.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Messages { get; }

    /// <summary>True when there was an FHS or BHS: the answers go back as one batch.</summary>
    public bool HasHeader => !FileHeader.IsEmpty || Parts.Any(part => !part.Header.IsEmpty);

    /// <summary>Counts in BTS-1 or FTS-1 that do not fit, and data outside of messages. No message is lost by them.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    internal IReadOnlyList<BatchPart> Parts { get; }

    internal ReadOnlyMemory<byte> FileHeader { get; }

    /// <summary>True when a frame is more than one plain message and has to be split.</summary>
    public static bool IsBatch(ReadOnlySpan<byte> payload)
    {
        var lines = new SegmentLines(payload, 0);
        return lines.MoveNext() && (lines.Id == SegmentId.Fhs || lines.Id == SegmentId.Bhs || HasFurther(lines));

        static bool HasFurther(SegmentLines lines)
        {
            while (lines.MoveNext())
            {
                if (SegmentId.IsHeader(lines.Id)) return true;
            }

            return false;
        }
    }

    /// <summary>
    /// Splits at every MSH that starts a segment. A payload without one comes back as one message, for the parser to refuse.
    /// </summary>
    public static Batch Split(ReadOnlyMemory<byte> payload)
    {
        var splitter = new BatchSplitter(payload);
        return new(splitter.Parts, splitter.FileHeader, splitter.Problems);
    }

    /// <summary>Puts the answers together: one batch of answers that names the control ids of the headers in BHS-12 and FHS-12.</summary>
    /// <param name="answers">One for each of <see cref="Messages"/>, in order; an empty one stands for a message that gets no
    /// answer.</param>
    /// <param name="controlId">BHS-11 (and FHS-11) of the answer.</param>
    /// <param name="now">BHS-7 and FHS-7.</param>
    /// <exception cref="ArgumentException">The number of answers differs from that of messages.</exception>
    public byte[] BuildAnswer(IReadOnlyList<ReadOnlyMemory<byte>> answers, string controlId, DateTimeOffset now)
    {
        if (answers.Count != Messages.Count)
            throw new ArgumentException("There is one answer for each message of the batch.", nameof(answers));
        using var output = new MemoryStream();
        if (!FileHeader.IsEmpty) output.Write(AnswerHeader("FHS", FileHeader.Span, controlId, now));

        var next = 0;
        var batches = 0;
        foreach (var part in Parts)
        {
            var number = (++batches).ToString(CultureInfo.InvariantCulture);
            if (!part.Header.IsEmpty)
                output.Write(AnswerHeader("BHS", part.Header.Span, batches == 1 ? controlId : $"{controlId}-{number}", now));
            var written = 0;
            for (var i = 0; i < part.Messages.Count; i++, next++)
            {
                if (answers[next].IsEmpty) continue;
                output.Write(answers[next].Span);
                written++;
            }

            if (!part.Header.IsEmpty) output.Write(Trailer("BTS", part.Header.Span, written));
        }

        if (!FileHeader.IsEmpty) output.Write(Trailer("FTS", FileHeader.Span, Parts.Count(part => !part.Header.IsEmpty)));
        return output.ToArray();
    }

    private static byte[] AnswerHeader(string id, ReadOnlySpan<byte> request, string controlId, DateTimeOffset now)
    {
        if (Delimiters.Read(request, out var delimiters, out _) is not null) delimiters = Delimiters.Default;
        var writer = new MessageWriter(delimiters, CharacterSets.CharacterSetTable.Iso8859(1));
        writer.AddHeader(id);
        foreach (var (to, from) in new[] { (3, 5), (4, 6), (5, 3), (6, 4), (12, 11) })
            writer.SetRaw(0, to, Field(request, delimiters, from));
        writer.Set(0, 7, Hl7Time.Format(now));
        writer.Set(0, 11, controlId);
        return writer.ToArray();
    }

    private static byte[] Trailer(string id, ReadOnlySpan<byte> header, int count)
    {
        if (Delimiters.Read(header, out var delimiters, out _) is not null) delimiters = Delimiters.Default;
        var writer = new MessageWriter(delimiters, CharacterSets.CharacterSetTable.Ascii);
        writer.Set(writer.Add(id), 1, count.ToString(CultureInfo.InvariantCulture));
        return writer.ToArray();
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> header, in Delimiters delimiters, int field) =>
        Scan.TryPart(header, delimiters.Field, field, out var start, out var length) ? header.Slice(start, length) : default;
}

/// <summary>One batch inside of a file: its BHS (empty when there is none) and its messages.</summary>
internal sealed record BatchPart(ReadOnlyMemory<byte> Header)
{
    public List<ReadOnlyMemory<byte>> Messages { get; } = [];
}
