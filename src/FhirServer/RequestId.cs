using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary><c>X-Request-Id</c>: the client's when it is 1 to 64 harmless characters, else the connection's own.</summary>
internal static class RequestId
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    public static string Of(HttpContext context)
    {
        var given = context.Request.Headers["X-Request-Id"].ToString();
        return given.Length is > 0 and <= 64 && given.AsSpan().IndexOfAnyExcept(Allowed) < 0
            ? given
            : context.TraceIdentifier.Replace(':', '-');
    }
}
