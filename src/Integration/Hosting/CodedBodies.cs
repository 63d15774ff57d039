namespace CloudPacs.Integration.Hosting;

/// <summary>
/// Bodies are taken as they are: one that is compressed is refused, and not stored as if it were what it says (RFC 9110 8.4, 15.5.16).
/// </summary>
internal static class CodedBodies
{
    public static Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        var coding = context.Request.Headers.ContentEncoding.ToString();
        if (coding.Length == 0 || coding.Equals("identity", StringComparison.OrdinalIgnoreCase)) return next(context);
        context.Response.Headers.AcceptEncoding = "identity";
        return Results.Problem("The body must not be compressed.", statusCode: StatusCodes.Status415UnsupportedMediaType)
            .ExecuteAsync(context);
    }
}
