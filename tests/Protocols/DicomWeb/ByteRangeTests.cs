using CloudPacs.DicomWeb.Negotiation;
using CloudPacs.DicomWeb.Retrieving;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>Ranges, entity tags and conditions (RFC 9110 13 and 14).</summary>
public sealed class ByteRangeTests
{
    private const string Tag = "\"abc\"";
    private static readonly Representation Form = new(MediaTypes.Jp2, Packaging.Single, "1.2.840.10008.1.2.4.90", true);

    [Theory]
    // The first 64 KiB of a frame, as cornerstone asks for them.
    [InlineData("bytes=0-65535", 524_288, 206, 0, 65_536, "bytes 0-65535/524288")]
    [InlineData("bytes=65536-", 524_288, 206, 65_536, 458_752, "bytes 65536-524287/524288")]
    [InlineData("bytes=0-65535", 100, 206, 0, 100, "bytes 0-99/100")]
    [InlineData("bytes=-10", 100, 206, 90, 10, "bytes 90-99/100")]
    [InlineData("bytes=-200", 100, 206, 0, 100, "bytes 0-99/100")]
    [InlineData("bytes=99-99", 100, 206, 99, 1, "bytes 99-99/100")]
    [InlineData("Bytes = 5 - 6 ", 100, 206, 5, 2, "bytes 5-6/100")]
    [InlineData("bytes=1-99999999999999999999999", 100, 206, 1, 99, "bytes 1-99/100")]
    [InlineData("bytes=100-", 100, 416, 0, 0, "bytes */100")]
    [InlineData("bytes=99999999999999999999999-", 100, 416, 0, 0, "bytes */100")]
    [InlineData("bytes=-0", 100, 416, 0, 0, "bytes */100")]
    [InlineData("bytes=0-", 0, 416, 0, 0, "bytes */0")]
    [InlineData("bytes=0-1,5-6", 100, 200, 0, 100, null)]
    [InlineData("bytes=6-5", 100, 200, 0, 100, null)]
    [InlineData("bytes=a-b", 100, 200, 0, 100, null)]
    [InlineData("bytes=-", 100, 200, 0, 100, null)]
    [InlineData("bytes=+1-2", 100, 200, 0, 100, null)]
    [InlineData("bytes", 100, 200, 0, 100, null)]
    [InlineData("frames=1-2", 100, 200, 0, 100, null)]
    [InlineData(null, 100, 200, 0, 100, null)]
    public void One_range_of_bytes_is_answered(string? range, long length, int status, long offset, long bytes, string? contentRange) =>
        Assert.Equal(new ByteRange(status, offset, bytes, contentRange), ByteRange.Read(range, null, Tag, length));

    [Theory]
    [InlineData(Tag, 206)]
    [InlineData("W/\"abc\"", 200)]
    [InlineData("\"other\"", 200)]
    [InlineData("Sun, 29 Nov 2026 10:00:00 GMT", 200)]
    public void A_range_of_another_version_is_not_answered(string ifRange, int status) =>
        Assert.Equal(status, ByteRange.Read("bytes=0-1", ifRange, Tag, 100).Status);

    [Theory]
    [InlineData("\"abc\"", true)]
    [InlineData("W/\"abc\"", true)]
    [InlineData("\"x\", \"abc\"", true)]
    [InlineData("\"a,b\",\"abc\"", true)]
    [InlineData("*", true)]
    [InlineData("abc", true)]
    [InlineData("x, abc", true)]
    [InlineData("\"ab\"", false)]
    [InlineData("\"abc", false)]
    [InlineData(" , ,", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_tag_is_found_among_those_that_the_caller_has(string? header, bool isThere) => Assert.Equal(isThere, EntityTag.IsIn(header, Tag));

    [Fact]
    public void A_tag_differs_by_version_and_by_form()
    {
        string[] tags =
        [
            EntityTag.Of("1", Form), EntityTag.Of("2", Form), EntityTag.Of("1", Form with { Packaging = Packaging.Multipart }), EntityTag.Of("1", Form with { TransferSyntax = "1.2.840.10008.1.2.1" }),
            EntityTag.Of("1", Form, "2"),
        ];

        Assert.Equal(tags.Length, tags.Distinct().Count());
        Assert.Equal(EntityTag.Of("1", Form), tags[0]);
        Assert.Matches("^\"[0-9a-f]{32}\"$", tags[0]);
    }

    [Fact]
    public void What_the_caller_has_is_not_sent_until_it_is_corrected()
    {
        var before = EntityTag.Of("1", Form);
        var (first, again, corrected) = (Get(null), Get(before), Get(before));

        Assert.False(Caching.IsKnown(first, before, Caching.Changing));
        Assert.True(Caching.IsKnown(again, before, Caching.Changing));
        Assert.False(Caching.IsKnown(corrected, EntityTag.Of("2", Form), Caching.Changing));

        Assert.Equal((200, 304, 200), (first.Response.StatusCode, again.Response.StatusCode, corrected.Response.StatusCode));
        Assert.Equal((before, "private, no-cache", "Accept"), (again.Response.Headers.ETag.ToString(), again.Response.Headers.CacheControl.ToString(), again.Response.Headers.Vary.ToString()));
    }

    [Fact]
    public void A_part_is_answered_with_its_headers()
    {
        var http = Get(null);
        http.Request.Headers.Range = "bytes=0-65535";

        var range = Caching.SetRange(http, Tag, 100_000);

        Assert.Equal((206, 65_536L, "bytes 0-65535/100000", "bytes"), (http.Response.StatusCode, http.Response.ContentLength, http.Response.Headers.ContentRange.ToString(), http.Response.Headers.AcceptRanges.ToString()));
        Assert.Equal((0L, 65_536L), (range.Offset, range.Length));
    }

    private static DefaultHttpContext Get(string? ifNoneMatch)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "GET";
        if (ifNoneMatch is not null) http.Request.Headers.IfNoneMatch = ifNoneMatch;
        return http;
    }
}
