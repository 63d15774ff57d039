using System.Globalization;
using System.Text;
using CloudPacs.Hl7v2.Text;

namespace CloudPacs.Hl7v2.Batches;

/// <summary>Walks the payload once and collects headers, messages and count mismatches.</summary>
internal sealed class BatchSplitter
{
    private readonly ReadOnlyMemory<byte> _payload;
    private int _messageStart = -1;
    private int _messageEnd;
    private byte _separator = (byte)'|';

    public BatchSplitter(ReadOnlyMemory<byte> payload)
    {
        _payload = payload;
        var hasStray = false;
        var lines = new SegmentLines(payload.Span, 0);
        while (lines.MoveNext())
        {
            var id = lines.Id;
            if (SegmentId.IsHeader(id) || id == SegmentId.Bts || id == SegmentId.Fts)
            {
                EndMessage();
                Read(id, lines.Start, lines.End);
            }
            else if (_messageStart < 0)
            {
                hasStray = true;
            }

            _messageEnd = lines.End;
        }

        EndMessage();
        if (Parts.Count > 0 && hasStray)
            Problems.Add(Warning(100, null, "The batch holds segments that belong to no message; they were left out."));
        if (Parts.Count == 0)
        {
            Parts.Add(new BatchPart(default));
            if (FileHeader.IsEmpty) Parts[0].Messages.Add(payload);
        }
    }

    public List<BatchPart> Parts { get; } = [];

    public List<Problem> Problems { get; } = [];

    public ReadOnlyMemory<byte> FileHeader { get; private set; }

    private void Read(int id, int start, int end)
    {
        var line = _payload[start..end];
        if (SegmentId.IsHeader(id) && line.Length > 3) _separator = line.Span[3];
        if (id == SegmentId.Msh) _messageStart = start;
        else if (id == SegmentId.Bhs) Parts.Add(new BatchPart(line));
        else if (id == SegmentId.Fhs) FileHeader = line;
        else if (id == SegmentId.Bts) Check(line.Span, "BTS", Parts.Count == 0 ? 0 : Parts[^1].Messages.Count, "messages");
        else Check(line.Span, "FTS", Parts.Count(part => !part.Header.IsEmpty), "batches");
    }

    private void EndMessage()
    {
        if (_messageStart < 0) return;
        if (Parts.Count == 0) Parts.Add(new BatchPart(default));
        // The end of the last segment goes with the message: with it, each is as it would be in a frame of its own.
        var end = _messageEnd < _payload.Length && _payload.Span[_messageEnd] == '\r' ? _messageEnd + 1 : _messageEnd;
        Parts[^1].Messages.Add(_payload[_messageStart..end]);
        _messageStart = -1;
    }

    private void Check(ReadOnlySpan<byte> trailer, string id, int found, string what)
    {
        if (!Scan.TryPart(trailer, _separator, 2, out var start, out var length)) return;
        var text = Encoding.ASCII.GetString(trailer.Slice(start, length).Trim((byte)' '));
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var declared) || declared == found) return;
        var difference = $"{id}-1 says {declared} {what}, but there are {found}; all that are there were taken.";
        Problems.Add(Warning(102, new(id, 1, 1), difference));
    }

    private static Problem Warning(int code, ErrorLocation? location, string text) => new(code, Severity.Warning, location, text);
}
