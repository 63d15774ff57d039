using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace CloudPacs.DicomWeb.Retrieving;

/// <summary>How long answers may be kept, and the answer that nothing has changed (RFC 9111, RFC 9110 13).</summary>
public static class Caching
{
    /// <summary>For what corrections change: metadata, lists. Kept by the caller only, and asked for again each time.</summary>
    public const string Changing = "private, no-cache";

    /// <summary>For frames, bulk data and what is rendered from them: kept by the caller only, for an hour.</summary>
    public const string Lasting = "private, max-age=3600";

    /// <summary>Sets ETag, Cache-Control and Vary; the answer is 304 without a body when the caller has it already.</summary>
    /// <returns>Whether the answer is complete.</returns>
    public static bool IsKnown(HttpContext http, string entityTag, string cacheControl)
    {
        ArgumentNullException.ThrowIfNull(http);
        var headers = http.Response.Headers;
        headers.ETag = entityTag;
        headers.CacheControl = cacheControl;
        headers.Vary = StringValues.Concat(headers.Vary, "Accept");
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (!isRead || !EntityTag.IsIn(http.Request.Headers.IfNoneMatch.ToString(), entityTag)) return false;
        http.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    /// <summary>Sets status and headers of an answer in bytes of known length, in part where the caller asks for a part.</summary>
    /// <param name="entityTag">Of the whole, as <see cref="IsKnown"/> has set it.</param>
    /// <param name="length">Bytes of the whole.</param>
    public static ByteRange SetRange(HttpContext http, string entityTag, long length)
    {
        ArgumentNullException.ThrowIfNull(http);
        var request = http.Request.Headers;
        // Range has a meaning for GET only (RFC 9110 14.2).
        var asked = HttpMethods.IsGet(http.Request.Method) ? request.Range.ToString() : null;
        var range = ByteRange.Read(asked, request.IfRange.ToString(), entityTag, length);
        var response = http.Response;
        response.StatusCode = range.Status;
        response.Headers.AcceptRanges = "bytes";
        response.ContentLength = range.Length;
        if (range.ContentRange is { } written) response.Headers.ContentRange = written;
        return range;
    }
}
