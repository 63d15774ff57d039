using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>
/// <c>X-Request-Id</c> (FHIR R4 http.html 3.1.0.18): the client's when it is 1 to 64 harmless characters, else the connection's own, with
/// the client's as <c>X-Correlation-Id</c>.
/// </summary>
internal static class RequestId
{
    private const string Header = "X-Request-Id", Correlation = "X-Correlation-Id";

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    public static string Of(HttpContext context)
    {
        var given = context.Request.Headers[Header].ToString();
        return given.Length is > 0 and <= 64 && given.AsSpan().IndexOfAnyExcept(Allowed) < 0
            ? given
            : context.TraceIdentifier.Replace(':', '-');
    }

    /// <summary>Puts the headers into the answer.</summary>
    public static void Say(HttpContext context)
    {
        var (request, response) = (context.Request.Headers, context.Response.Headers);
        var id = Of(context);
        response[Header] = id;
        var given = request[Header].ToString();
        var correlation = given.Length > 0 && given != id ? given : request[Correlation].ToString();
        // What it may hold is not said anywhere; what a header may hold is.
        if (correlation.Length is > 0 and <= 200 && !correlation.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            response[Correlation] = correlation;
    }
}
