using System.Globalization;
using CloudPacs.Store.Fhir;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CloudPacs.FhirServer.Writing;

/// <summary>
/// The version that must be the current one for a write (FHIR R4 http.html 3.1.0.5, RFC 9110 13.1): a number from 1, or what is said
/// without one. A write without a condition has null.
/// </summary>
public static class ExpectedVersion
{
    /// <summary><c>If-None-Match: *</c>: there must be none.</summary>
    public const int NoneYet = 0;

    /// <summary><c>If-Match: *</c>: whatever it is, there must be one.</summary>
    public const int Whichever = -1;

    /// <summary>An If-Match that no version has.</summary>
    private const int Unreadable = -2;

    internal static int? Of(HttpRequest request) => request.Headers[HeaderNames.IfMatch].ToString() is { Length: > 0 } header
        ? Of(header)
        : request.Headers[HeaderNames.IfNoneMatch].ToString().Trim() == "*" ? NoneYet : null;

    /// <param name="etag">An ETag that is weak or not.</param>
    internal static int Of(string etag)
    {
        var tag = etag.Trim();
        if (tag == "*") return Whichever;
        if (tag.StartsWith("W/", StringComparison.OrdinalIgnoreCase)) tag = tag[2..];
        return int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
            ? version
            : Unreadable;
    }

    /// <summary>Why a write is not for what is stored; null when it is.</summary>
    internal static string? WhyNot(int? expected, FhirResourceRow? current, string type)
    {
        var isThere = current is { Deleted: false };
        return expected switch
        {
            null => null,
            NoneYet => isThere ? $"There is a {type} with this id, and If-None-Match asks that there is none." : null,
            Unreadable => "If-Match names no version: it is an ETag such as W/\"3\".",
            _ when !isThere => $"There is no {type} with this id, so no version of it can be matched.",
            Whichever => null,
            _ => current!.Version == expected
                ? null
                : $"The current version of this {type} is {current.Version}, not {expected}. Read it again.",
        };
    }
}
