using System.IO.Pipelines;
using System.Text;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Negotiation;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>Multipart bodies as real clients send them, and as they must not be sent (PS3.18 8.6.1.2, RFC 2046 5.1).</summary>
public sealed class PartReaderTests
{
    private const string Long = "e36b0f3c-3b0b-4b6c-8a2e-8d7a5d5a0d0e-3c1f2a6d-1b7e-4f1a-9d5c-0a1b2c3d4e5f6";

    /// <summary>Body, boundary, the bodies of its parts with bars between.</summary>
    public static TheoryData<string, string, string> Bodies => new()
    {
        { "--b\r\nContent-Type: application/dicom\r\n\r\nDICM\r\n--b--\r\n", "b", "DICM" },
        { "--b\r\nContent-Type: application/dicom\r\n\r\nDICM\r\n--b--", "b", "DICM" },
        { "\r\n--b\r\nContent-Type: application/dicom\r\n\r\nDICM\r\n--b--", "b", "DICM" },
        { "This is a preamble.\r\nOf two lines.\r\n--b\r\nContent-Type: application/dicom\r\n\r\nDICM\r\n--b--", "b", "DICM" },
        { "--b\r\n\r\nDICM\r\n--b--\r\nAn epilogue.", "b", "DICM" },
        { "--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b\r\n\r\n\r\n--b--", "b", "one|two|" },
        { $"--{Long}\r\nContent-Type: application/dicom\r\nContent-Length: 3\r\n\r\none\r\n--{Long}--", Long, "one" },
        { "--b \t\r\n\r\none\r\n--b  \r\n\r\ntwo\r\n--b--  \r\n", "b", "one|two" },
        // No body, and neither headers nor body (RFC 2046 5.1.1).
        { "--b\r\nContent-Type: a/b\r\n\r\n--b--", "b", "" },
        { "--b\r\nContent-Type: a/b\r\n--b\r\n\r\ntwo\r\n--b--", "b", "|two" },
        { "--b\r\n--b\r\n\r\ntwo\r\n--b--", "b", "|two" },
        // What looks like a boundary and is none stays data.
        { "--b\r\n\r\n--b--\r\n\r\nx\r\n--b--", "b", "" },
        { "--b\r\n\r\nx--b\r\n--bb\r\n--b-\r\n--b-x\r\n-b\r\n\r\n\r--b\r\n--b--", "b", "x--b\r\n--bb\r\n--b-\r\n--b-x\r\n-b\r\n\r\n\r--b" },
        { "--b\r\n\r\n\r\n\r\n\r\n--b--", "b", "\r\n\r\n" },
        { "--b\r\n\r\n\r\r\n\n\r\n--b--", "b", "\r\r\n\n" },
        { "--b\r\n\r\n--b--x\r\n\r\n--b--", "b", "--b--x\r\n" },
        { "--gc0p4Jq0M2Yt08jU534c0p\r\n\r\na\r\n--gc0p4Jq0M2Yt08jU534c0\r\n--gc0p4Jq0M2Yt08jU534c0p--", "gc0p4Jq0M2Yt08jU534c0p", "a\r\n--gc0p4Jq0M2Yt08jU534c0" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Parts_are_told_apart_whatever_the_pieces(string body, string boundary, string parts)
    {
        foreach (var size in (int[])[int.MaxValue, 1, 2, 3, 5, 7, 64])
        {
            var read = await ReadBody.OfAsync(body, boundary, () => size);

            Assert.Equal((MultipartFault.None, true), (read.Fault, read.IsComplete));
            Assert.Equal(parts, string.Join('|', read.Parts.Select(static part => part.Body)));
        }
    }

    public static TheoryData<string, MultipartFault> Broken => new()
    {
        { "", MultipartFault.NoBoundary },
        { "DICM", MultipartFault.NoBoundary },
        { "--other\r\n\r\nx\r\n--other--", MultipartFault.NoBoundary },
        { "--b", MultipartFault.NoBoundary },
        { "--b\nContent-Type: application/dicom\n\nDICM\n--b--\n", MultipartFault.LineFeedOnly },
        { "--b\r\n\r\nDICM\r\n--b\nContent-Type: a/b\n\nDICM\n--b--\n", MultipartFault.LineFeedOnly },
        { "--b\r\nContent-Type: a/b\n\nDICM\n--b--\r\n", MultipartFault.Truncated },
        { "--b\r\nContent-Type: a/b\nX: y\r\n\r\nDICM\n--b--\r\n", MultipartFault.BadHeader },
        { "--b\r\nno header\r\n\r\nDICM\r\n--b--\r\n", MultipartFault.BadHeader },
        { "--b\r\n: no name\r\n\r\nDICM\r\n--b--\r\n", MultipartFault.BadHeader },
        { "--b\r\n folded: first\r\n\r\nDICM\r\n--b--\r\n", MultipartFault.BadHeader },
        { "--b\r\n\r\nDICM", MultipartFault.Truncated },
        { "--b\r\n\r\nDICM\r\n", MultipartFault.Truncated },
        { "--b\r\n\r\nDICM\r\n--b", MultipartFault.Truncated },
        { "--b\r\n\r\nDICM\r\n--b-", MultipartFault.Truncated },
        { "--b\r\n\r\nDICM\r\n--b\r\n", MultipartFault.Truncated },
        { "--b\r\n\r\nDICM\r\n--b\r\nContent-Type: a/b", MultipartFault.Truncated },
        { "--b\r\n\r\nDICM\r\n--b\r\nContent-Type: a/b\r\n", MultipartFault.Truncated },
        { "--b\r\nX: " + new string('x', 8200) + "\r\n\r\nDICM\r\n--b--", MultipartFault.HeadersTooLong },
        { "--b\r\n" + new string('x', 300_000), MultipartFault.HeadersTooLong },
        { new string('x', 70_000) + "\r\n--b\r\n\r\nDICM\r\n--b--", MultipartFault.PreambleTooLong },
        { string.Concat(Enumerable.Repeat("--b\r\n\r\n\r\n", 21)) + "--b--", MultipartFault.TooManyParts },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_body_is_told_and_never_taken_as_whole(string body, MultipartFault fault)
    {
        foreach (var size in (int[])[int.MaxValue, 1, 3, 4096])
        {
            var read = await ReadBody.OfAsync(body, "b", () => size, new MultipartLimits { MaxParts = 20 });

            Assert.Equal((fault, false), (read.Fault, read.IsComplete));
            Assert.EndsWith(".", fault.Text(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Parts_before_the_break_are_whole()
    {
        var read = await ReadBody.OfAsync("--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b\r\n\r\nthr", "b");

        Assert.Equal(["one", "two"], read.Parts.Select(static part => part.Body));
        Assert.Equal(MultipartFault.Truncated, read.Fault);
    }

    [Theory]
    [InlineData("content-type: application/dicom\r\ncontent-location: /x")]
    [InlineData("CONTENT-LOCATION:/x\r\nX-Other: 1\r\nCONTENT-TYPE:application/dicom")]
    [InlineData("Content-Type : application/dicom \r\nContent-Location:\t/x\t\r\nContent-Type: text/plain")]
    [InlineData("Content-Type:\r\n application/dicom\r\nContent-Location: /x")]
    public async Task Headers_of_parts_are_found_in_any_case_and_order(string headers)
    {
        var part = Assert.Single((await ReadBody.OfAsync($"--b\r\n{headers}\r\n\r\nx\r\n--b--", "b")).Parts);

        Assert.Equal(("application/dicom", "/x"), (part.ContentType, part.ContentLocation));
    }

    [Fact]
    public async Task A_part_that_nobody_reads_is_passed_over()
    {
        var big = new string('\r', 400_000);
        using var reader = new PartReader(PipeReader.Create(PieceStream.Whole(ReadBody.Bytes($"--b\r\n\r\n{big}\r\n--b\r\nContent-Type: a/b\r\n\r\ntwo\r\n--b--"))), "b");

        Assert.True(await reader.NextAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PieceKind.More, (await reader.ReadAsync(TestContext.Current.CancellationToken)).Kind);
        Assert.True(await reader.NextAsync(TestContext.Current.CancellationToken));
        using var body = new StreamReader(reader.OpenBody());
        Assert.Equal("two", await body.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PieceKind.End, (await reader.ReadAsync(TestContext.Current.CancellationToken)).Kind);
        Assert.False(await reader.NextAsync(TestContext.Current.CancellationToken));
        Assert.True(reader.IsComplete);
    }

    [Fact]
    public async Task A_stream_of_a_broken_part_does_not_end_as_if_it_were_whole()
    {
        using var reader = new PartReader(PieceStream.Whole(ReadBody.Bytes("--b\r\n\r\nhal")), "b");
        await reader.NextAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidDataException>(() => reader.OpenBody().CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_part_of_five_gigabytes_goes_through_one_buffer()
    {
        const long Size = 5L << 30;
        var piece = new byte[1 << 20];
        new Random(1).NextBytes(piece);
        var sent = 0L;
        using var reader = new PartReader(new EndlessStream("--b\r\n\r\n"u8.ToArray(), piece, Size, "\r\n--b--"u8.ToArray()), "b");
        Assert.True(await reader.NextAsync(TestContext.Current.CancellationToken));
        var before = GC.GetAllocatedBytesForCurrentThread();

        PartPiece read;
        while ((read = await reader.ReadAsync(TestContext.Current.CancellationToken)).Kind == PieceKind.More) sent += read.Bytes.Length;

        Assert.Equal((Size, PieceKind.End), (sent, read.Kind));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Theory]
    [InlineData("multipart/related; type=\"application/dicom\"; boundary=abc", "abc", "application/dicom")]
    [InlineData("multipart/related; type=application/dicom; boundary=\"abc\"", "abc", "application/dicom")]
    [InlineData("Multipart/Related;BOUNDARY=abc;TYPE=Application/DICOM", "abc", "application/dicom")]
    [InlineData("multipart/related; boundary=" + Long + "; type=application/dicom", Long, "application/dicom")]
    [InlineData("multipart/related; boundary=\"a b:c=d/e?f,g(h)\"", "a b:c=d/e?f,g(h)", null)]
    [InlineData("multipart/related; boundary=a:b=c/d?e,f", "a:b=c/d?e,f", null)]
    [InlineData("multipart/related; type=\"application/dicom; transfer-syntax=1.2\"; boundary=\"a\\\"b\"", "a\"b", "application/dicom")]
    public void A_boundary_is_read_with_and_without_quotation_marks(string contentType, string boundary, string? type) =>
        Assert.Equal(new MultipartType(boundary, type), MultipartType.Of(MediaTypeText.Read(contentType)!));

    [Fact]
    public void A_boundary_that_cannot_be_one_is_refused()
    {
        string[] bad = ["", "\"\"", "\"a \"", "a\u00e9", new('x', 201)];

        Assert.All(bad, static boundary => Assert.Null(MultipartType.Of(MediaTypeText.Read("multipart/related; boundary=" + boundary)!)));
        Assert.NotNull(MultipartType.Of(MediaTypeText.Read("multipart/related; boundary=" + new string('x', 200))!));
        Assert.Null(MultipartType.Of(MediaTypeText.Read("multipart/form-data; boundary=x")!));
    }

    [Fact]
    public async Task A_lost_connection_is_no_fault_of_the_body()
    {
        using var reader = new PartReader(new EndlessStream(Encoding.ASCII.GetBytes("--b\r\n\r\n"), new byte[10], 10, null), "b");
        await reader.NextAsync(TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<IOException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(MultipartFault.None, reader.Fault);
    }

    /// <summary>Begins, repeats a piece up to a size, ends; without an end the connection is lost there.</summary>
    private sealed class EndlessStream(byte[] head, byte[] piece, long size, byte[]? tail) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var inner = _at - head.Length;
            var source = inner < 0 ? head.AsMemory((int)_at)
                : inner < size ? piece.AsMemory((int)(inner % piece.Length), (int)Math.Min(piece.Length - (inner % piece.Length), size - inner))
                : tail is null ? throw new IOException("The connection is lost.")
                : tail.AsMemory((int)(inner - size));
            var taken = Math.Min(source.Length, buffer.Length);
            source[..taken].CopyTo(buffer);
            _at += taken;
            return new(taken);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
