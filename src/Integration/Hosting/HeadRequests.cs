namespace CloudPacs.Integration.Hosting;

/// <summary>
/// HEAD is GET without a body (RFC 9110 9.3.2), for every route: the server sends no body to a request that came as HEAD, whatever is
/// written.
/// </summary>
internal static class HeadRequests
{
    public static Task ServeAsGetAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsHead(context.Request.Method)) context.Request.Method = HttpMethods.Get;
        return next(context);
    }
}
