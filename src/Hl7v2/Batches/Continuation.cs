using System.Text;

namespace CloudPacs.Hl7v2;

/// <summary>
/// Puts together what a sender cut for its length: segments that go on in ADD, messages that go on in another one (HL7 v2.5.1 2.10.2).
/// </summary>
public static class Continuation
{
    /// <summary>True when a segment of the message goes on in an ADD segment.</summary>
    public static bool HasAdditions(Message message) => message.Find(SegmentId.Add, 1).Exists;

    /// <summary>
    /// The whole: the header of the last part, which awaits the answer, without MSH-14; then all segments of the parts, without their
    /// headers, DSC and cuts.
    /// </summary>
    /// <param name="parts">In order; one alone is a message with ADD segments.</param>
    public static byte[] Join(IReadOnlyList<Message> parts)
    {
        var last = parts[^1];
        using var whole = new MemoryStream();
        WriteHeader(last, whole);
        foreach (var part in parts)
        {
            for (var i = 1; i < part.SegmentCount; i++) WriteSegment(part[i], part.ReceivedBytesOf(i), whole);
        }

        whole.WriteByte((byte)'\r');
        return last.WideEncoding is { } wide ? wide.GetBytes(Encoding.UTF8.GetString(whole.ToArray())) : whole.ToArray();
    }

    private static void WriteHeader(Message message, MemoryStream whole)
    {
        var header = message.ReceivedBytesOf(0);
        var pointer = message.ReceivedBytesOf(message.ContinuationPointer);
        if (!header.Overlaps(pointer, out var start)) start = header.Length;
        whole.Write(header[..start]);
        whole.Write(header[(start + pointer.Length)..]);
    }

    /// <summary>
    /// What follows <c>ADD|</c> is the rest of the segment before it, cut at any character; an empty ADD before DSC only announces that.
    /// </summary>
    private static void WriteSegment(in Segment segment, ReadOnlySpan<byte> bytes, MemoryStream whole)
    {
        if (segment.Is(SegmentId.Dsc)) return;
        if (segment.Is(SegmentId.Add) && segment.Id.Length == 3)
        {
            whole.Write(bytes[Math.Min(4, bytes.Length)..]);
            return;
        }

        whole.WriteByte((byte)'\r');
        whole.Write(bytes);
    }
}
