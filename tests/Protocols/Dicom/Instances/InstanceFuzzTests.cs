using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Instances;

/// <summary>
/// Instances that were damaged where it hurts: lengths, tags, delimiters, representations. With <c>CLOUDPACS_LONG=1</c> 100,000 of them.
/// </summary>
public class InstanceFuzzTests
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 100_000 : 2000;

    private static readonly InstanceLimits Limits = new() { MaxInflatedBytes = 4 << 20, MaxFragments = 1000 };

    [Fact]
    public void Damaged_instances_are_refused_or_read_and_never_harm()
    {
        var seeds = Seeds().ToArray();
        var random = new Random(2026);
        var (refused, longest) = (0, TimeSpan.Zero);
        for (var i = 0; i < Cases; i++)
        {
            var (syntax, seed) = seeds[i % seeds.Length];
            var bytes = Damage(seed, random);
            var started = Stopwatch.GetTimestamp();
            var allocated = GC.GetAllocatedBytesForCurrentThread();

            var scan = Scanning.Scan(bytes, syntax, null, Limits);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            var inPieces = Scanning.Scan(bytes, syntax, Scanning.RandomPieces(i), Limits);

            // How much of a broken deflate stream comes out before that is found depends on the pieces.
            Assert.True(syntax.IsDeflated && scan.Error != null
                ? inPieces.Error != null
                : Scanning.Describe(scan) == Scanning.Describe(inPieces), $"case {i}");
            Assert.True(allocated < 4 << 20, $"case {i} took {allocated} bytes");
            if (scan.Error != null) refused++;
            if (!syntax.IsDeflated) Compare(bytes, syntax, scan, i);
            Use(bytes, syntax, scan, i);
            var taken = Stopwatch.GetElapsedTime(started);
            if (taken > longest) longest = taken;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{refused} of {Cases} refused, longest {longest.TotalMilliseconds} ms");
        Assert.InRange(refused, Cases / 10, Cases * 95 / 100);
        Assert.True(longest < TimeSpan.FromSeconds(5), $"{longest}");
    }

    [Fact]
    public void Damaged_files_are_refused_or_read_whatever_the_pieces()
    {
        var random = new Random(7);
        var files = Seeds().Select(seed =>
        {
            var output = new ArrayBufferWriter<byte>();
            Part10.WriteHeader(Part10.CreateMeta("1.2.840.10008.5.1.4.1.1.7", "1.2.3.45", seed.Syntax, "CT1"), output);
            return (byte[])[.. output.WrittenSpan, .. seed.Bytes];
        }).ToArray();
        for (var i = 0; i < Cases / 4; i++)
        {
            var bytes = files[i % files.Length];
            // Mostly the head is damaged.
            bytes = random.Next(3) == 0 ? Damage(bytes, random) : [.. Damage(bytes[..Math.Min(bytes.Length, 400)], random), .. bytes[Math.Min(bytes.Length, 400)..]];
            if (random.Next(3) == 0) bytes = bytes[Math.Min(bytes.Length, random.Next(3) * 66)..];

            var (head, scan) = Scanning.ScanFile(bytes, null, Limits);
            var (headInPieces, scanInPieces) = Scanning.ScanFile(bytes, Scanning.RandomPieces(i), Limits);

            Assert.Equal((head.Error, head.TransferSyntax.Uid, head.DataSetOffset), (headInPieces.Error, headInPieces.TransferSyntax.Uid, headInPieces.DataSetOffset));
            Assert.Equal(scan?.Error == null, scanInPieces?.Error == null);
            if (scan is { Error: null } || (scan != null && !head.TransferSyntax.IsDeflated)) Assert.Equal(Scanning.Describe(scan), Scanning.Describe(scanInPieces!));
        }
    }

    /// <summary>What the reader of whole data sets takes is taken, and is the same.</summary>
    private static void Compare(byte[] bytes, TransferSyntax syntax, InstanceScan scan, int number)
    {
        var isRead = DataSetReader.TryRead(bytes, syntax, null, out var read, out var error);

        Assert.True(isRead == (scan.Error == null), $"case {number}: {error} / {scan.Error}");
        if (isRead && scan.CutAttributes.Count == 0)
            Assert.Equal($"case {number}\n{Scanning.DescribeIndexed(read)}", $"case {number}\n{DataSetText.Describe(scan.Attributes, withCharacterSet: true)}");
    }

    /// <summary>What was read can be used in every way.</summary>
    private static void Use(byte[] bytes, TransferSyntax syntax, InstanceScan scan, int number)
    {
        var output = new ArrayBufferWriter<byte>();
        using var rewriter = new DataSetRewriter(syntax, TransferSyntax.ExplicitVrLittleEndian, output, limits: Limits);
        Scanning.Feed(bytes, Scanning.RandomPieces(number), rewriter.Feed);
        Assert.Equal(scan.Error == null, rewriter.Finish());

        var bulk = new List<ElementPath>();
        var json = new ArrayBufferWriter<byte>();
        using var metadata = new MetadataWriter(syntax, json, new MetadataForm { BulkDataUri = data => Noted(data.Path), InlineBytes = 16, PrivateInlineBytes = 8 }, Limits);
        Scanning.Feed(bytes, Scanning.RandomPieces(number), metadata.Feed);
        var isWhole = metadata.Finish();
        Assert.True(isWhole || scan.Error != null, metadata.Error);
        if (isWhole) Assert.Equal('}', (char)json.WrittenSpan[^1]);

        foreach (var path in bulk.Take(3))
        {
            using var extractor = new ElementExtractor(syntax, path, new ArrayBufferWriter<byte>(), Limits);
            Scanning.Feed(bytes, null, extractor.Feed);
            Assert.Equal(scan.Error == null || extractor.IsDone, extractor.Finish());
            Assert.True(extractor.IsFound || scan.Error != null, $"case {number}: {path}");
        }

        string Noted(ElementPath path)
        {
            bulk.Add(path);
            return path.ToString();
        }
    }

    private static byte[] Damage(byte[] seed, Random random)
    {
        var bytes = seed.ToList();
        for (var i = random.Next(1, 4); i > 0 && bytes.Count > 16; i--)
        {
            var at = random.Next(bytes.Count - 8);
            switch (random.Next(9))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, random.Next(1, 8)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - 8), 8)); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                case 5: Put(bytes, FindTag(bytes, at, random), Length(random)); break;
                case 6: Put(bytes, at, 0xFFFFFFFF); break;
                case 7: bytes.InsertRange(FindTag(bytes, at, random), random.Next(2) == 0 ? new Wire().ItemEnd().ToArray() : new Wire().SequenceEnd().ToArray()); break;
                default: bytes.InsertRange(FindTag(bytes, at, random), new Wire().Head(0x00400275, "SQ", Length(random)).ToArray()); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Near an element or an item: what begins with a small group number or FFFE.</summary>
    private static int FindTag(List<byte> bytes, int from, Random random)
    {
        for (var i = from; i < bytes.Count - 12; i++)
            if ((bytes[i + 1] == 0 && bytes[i] is 8 or 0x10 or 0x20 or 0x28 or 0x40) || (bytes[i] == 0xFE && bytes[i + 1] == 0xFF))
                return i + (random.Next(2) == 0 ? 0 : 4 + 2 * random.Next(3));
        return from;
    }

    private static uint Length(Random random) => random.Next(5) switch
    {
        0 => 0xFFFFFFFF,
        1 => 0x7FFFFFFF,
        2 => 0,
        3 => (uint)random.Next(70_000),
        _ => (uint)random.Next(64),
    };

    private static void Put(List<byte> bytes, int at, uint value)
    {
        var four = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(four, value);
        for (var i = 0; i < 4 && at + i < bytes.Count; i++) bytes[at + i] = four[i];
    }

    private static IEnumerable<(TransferSyntax Syntax, byte[] Bytes)> Seeds()
    {
        var random = new Random(11);
        foreach (var syntax in (TransferSyntax[])[TransferSyntax.ImplicitVrLittleEndian, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian, TransferSyntax.DeflatedExplicitVrLittleEndian])
        {
            for (var i = 0; i < 4; i++)
            {
                var dataSet = new DataSetSource(random, SpecificCharacterSet.Latin1).Next();
                dataSet.Set(Tags.Rows, "4").Set(Tags.Columns, "6").Set(Tags.BitsAllocated, "16").Set(Tags.NumberOfFrames, "2").SetBytes(Tags.PixelData, VR.OW, new byte[96]);
                var output = new ArrayBufferWriter<byte>();
                DataSetWriter.Write(dataSet, syntax, output, SpecificCharacterSet.Latin1);
                yield return (syntax, output.WrittenSpan.ToArray());
            }
        }

        var jpeg = TransferSyntax.FromUid("1.2.840.10008.1.2.4.70")!;
        byte[] start = [0xFF, 0xD8, 0xFF, 0xE0];
        yield return (jpeg, Wire.Image(3).Head(0x00400275, "SQ", Wire.Undefined).Item().Text(0x00401001, "SH", "RP").ItemEnd().SequenceEnd()
            .Head(0x00091010, "UN", Wire.Undefined).Item().Raw(0x40, 0, 1, 0x10, 2, 0, 0, 0, 1, 2).ItemEnd().SequenceEnd()
            .Head(0x7FE00010, "OB", Wire.Undefined).Fragment([0, 0, 0, 0, 12, 0, 0, 0, 32, 0, 0, 0]).Fragment(start).Fragment([.. start, 1, 2]).Fragment([1, 2]).Fragment(start).SequenceEnd().ToArray());
        yield return (jpeg, Wire.Image(2).Element(0x7FE00001, "OV", [.. new byte[8], 12, .. new byte[7]]).Element(0x7FE00002, "OV", [4, .. new byte[7], 6, .. new byte[7]])
            .Head(0x7FE00010, "OB", Wire.Undefined).Fragment([]).Fragment(start).Fragment([.. start, 1, 2]).SequenceEnd().Element(0xFFFCFFFC, "OB", new byte[8]).ToArray());
        if (Scanning.Corpus == null) yield break;
        foreach (var path in Scanning.CorpusFiles.Where(path => new FileInfo(path).Length < 10_000))
        {
            var bytes = File.ReadAllBytes(path);
            var file = Part10.Read(bytes);
            yield return (file.TransferSyntax, bytes[file.DataSetOffset..]);
        }
    }
}
