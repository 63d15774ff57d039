using CloudPacs.Dicom;

namespace CloudPacs.Protocols.Tests.Dicom.Instances;

/// <summary>Feeds data sets to what reads them as they pass, and describes what it found so that two results compare as text.</summary>
internal static class Scanning
{
    public static string? Corpus { get; } = Environment.GetEnvironmentVariable("CLOUDPACS_CORPUS") is { Length: > 0 } corpus
        ? Path.Combine(corpus, "dicom", "samples")
        : null;

    public static IEnumerable<string> CorpusFiles => Directory
        .EnumerateFiles(Corpus!, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is ".dcm" or ".wl").Order();

    public static InstanceScan Scan(ReadOnlySpan<byte> dataSet, TransferSyntax syntax, Func<int>? nextPiece = null, InstanceLimits? limits = null)
    {
        using var scanner = new InstanceScanner(syntax, limits);
        Feed(dataSet, nextPiece, scanner.Feed);
        return scanner.Finish();
    }

    /// <summary>Reads a file as a door does: the head first, what follows as an instance.</summary>
    public static (Part10Head Head, InstanceScan? Scan) ScanFile(ReadOnlySpan<byte> file, Func<int>? nextPiece = null, InstanceLimits? limits = null)
    {
        var head = new Part10Head();
        InstanceScanner? scanner = null;
        Feed(file, nextPiece, piece =>
        {
            if (!head.Feed(piece, out var dataSet) || head.Error != null) return;
            scanner ??= new InstanceScanner(head.TransferSyntax, limits);
            scanner.Feed(dataSet);
        });
        head.Finish(out var rest);
        if (head.Error != null) return (head, null);
        scanner ??= new InstanceScanner(head.TransferSyntax, limits);
        scanner.Feed(rest);
        using (scanner) return (head, scanner.Finish());
    }

    public static void Feed(ReadOnlySpan<byte> bytes, Func<int>? nextPiece, Action<ReadOnlySpan<byte>> feed)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, nextPiece?.Invoke() ?? bytes.Length);
            feed(bytes[..count]);
            bytes = bytes[count..];
        }
    }

    public static Func<int> RandomPieces(int seed)
    {
        var random = new Random(seed);
        return () => random.Next(4) switch { 0 => 1, 1 => random.Next(1, 20), 2 => random.Next(1, 300), _ => random.Next(1, 70_000) };
    }

    public static string Describe(InstanceScan scan) => string.Join('\n', [
        $"error {scan.Error}",
        .. scan.Warnings.Select(text => "warning " + text),
        DataSetText.Describe(scan.Attributes, withCharacterSet: true),
        "cut " + string.Join(' ', scan.CutAttributes),
        $"{scan.Length} {scan.PlainLength} {scan.HeaderLength} {scan.HasNonAsciiText} {scan.PixelData}",
        Describe(scan.Frames),
        $"{Hex(scan.Digests?.DataSet)} {Hex(scan.Digests?.PixelData)} {string.Join(' ', scan.Digests?.Blocks ?? [])}",
    ]);

    public static string Describe(FrameTable? frames) => frames == null ? "no frames" : string.Join('\n', Enumerable.Range(1, frames.Count)
        .Select(number => frames.Find(number))
        .Select(frame => $"bit {frame.FirstBit}: {string.Join(' ', frame.Ranges.Select(range => $"{range.Offset}+{range.Length}"))}"));

    /// <summary>The indexed attributes of a data set as text; group lengths inside of sequences are not kept.</summary>
    public static string DescribeIndexed(DataSet dataSet)
    {
        var indexed = new DataSet();
        foreach (var element in dataSet)
            if (IndexedAttributes.LimitOf(element.Tag) > 0) indexed.Add(element);
        return string.Join('\n', DataSetText.Describe(indexed, withCharacterSet: true).Split('\n')
            .Where(line => line.TrimStart() is not { Length: > 8 } text || text[4..8] != "0000" || text[9..11] == "SQ"));
    }

    private static string Hex(ReadOnlyMemory<byte>? bytes) => Convert.ToHexString((bytes ?? default).Span);
}
