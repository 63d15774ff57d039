using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPacs.DicomWeb;

/// <summary>
/// The address under which callers reach the service. Behind a proxy with another host or path it is configured: addresses made from the
/// request would lead nowhere.
/// </summary>
public sealed class PublicAddress
{
    /// <summary>Where the service is below the server's own address.</summary>
    public const string Path = "/dicomweb";

    private readonly string _root;

    private PublicAddress(string root) => _root = root;

    /// <param name="text">Address of the service's root, such as <c>https://images.hospital.test/pacs/dicomweb</c>.</param>
    /// <param name="address">The address without a final slash.</param>
    /// <param name="problem">Why it is none, in few words.</param>
    public static bool TryCreate(
        string text, [NotNullWhen(true)] out PublicAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        problem = !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            ? "must begin with http:// or https:// and a host"
            : uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length > 0 ? "must have no query, no fragment, no user" : null;
        if (problem is null) address = new(uri!.AbsoluteUri.TrimEnd('/'));
        return problem is null;
    }

    /// <summary>Root of the service as the caller reaches it: the configured one (a registered service), else the request's.</summary>
    public static string RootOf(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.RequestServices?.GetService<PublicAddress>()?._root
            ?? $"{http.Request.Scheme}://{http.Request.Host.ToUriComponent()}{http.Request.PathBase.ToUriComponent()}{Path}";
    }

    public override string ToString() => _root;
}
