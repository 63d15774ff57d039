using System.Globalization;
using CloudPacs.FhirServer.Bundles;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace CloudPacs.FhirServer;

/// <summary>Runs requests that stand inside another one, the entries of a Bundle, by the routes that requests of their own take.</summary>
internal sealed class FhirDispatch
{
    private readonly List<(TemplateMatcher Matcher, int Literals, string[] Methods, Func<FhirCall, Task<FhirResult>> Run)> _routes = [];

    public void Add(string pattern, string[] methods, Func<FhirCall, Task<FhirResult>> run)
    {
        var template = TemplateParser.Parse(pattern.TrimStart('/'));
        var literals = template.Segments.Count(static segment => segment.Parts.All(static part => part.IsLiteral));
        _routes.Add((new TemplateMatcher(template, []), literals, methods, run));
    }

    /// <summary>The answer to an entry, as if it had come alone.</summary>
    public async Task<FhirResult> RunAsync(FhirCall outer, BundleEntry entry)
    {
        if (entry.Method.Length == 0 || entry.Path.Length == 0)
            return FhirResult.Problem(
                400, new FhirIssue("required", "The entry needs a method and a URL.") { Expression = entry.Expression });
        // The routes are not made for it.
        if (entry.Path.Contains('\0', StringComparison.Ordinal) || entry.Path.Contains("%00", StringComparison.Ordinal))
            return entry.Refuse(400, "value", "The URL has a NUL in it.", ".request.url");
        var context = Inside(outer, entry);
        var path = new PathString("/" + entry.Path);
        RouteValueDictionary? values = null;
        var found = _routes.Where(route => route.Methods.Contains(entry.Method)).OrderByDescending(static route => route.Literals)
            .FirstOrDefault(route => route.Matcher.TryMatch(path, values = []));
        context.Request.RouteValues = values ?? [];
        var call = new FhirCall(context, outer.AllPorts) { Hold = outer.Hold };
        return found.Run is null
            ? FhirPaths.Refuse(context.Request)
            : await FhirRoutes.ResultOfAsync(call, found.Run) ?? FhirResult.Problem(503, "transient", "The request was given up.");
    }

    private static DefaultHttpContext Inside(FhirCall outer, BundleEntry entry)
    {
        var context = new DefaultHttpContext { RequestServices = outer.Http.RequestServices, RequestAborted = outer.Aborted };
        var (request, around) = (context.Request, outer.Request);
        context.Connection.RemoteIpAddress = outer.Http.Connection.RemoteIpAddress;
        context.TraceIdentifier = outer.Http.TraceIdentifier;
        // Who asks is the same.
        foreach (var (key, value) in outer.Http.Items) context.Items[key] = value;
        (request.Method, request.Scheme, request.Host, request.PathBase) = (entry.Method, around.Scheme, around.Host, around.PathBase);
        request.Path = FhirCall.Path + "/" + entry.Path;
        request.QueryString = entry.Query is { } query ? new QueryString("?" + query) : default;
        foreach (var (name, value) in around.Headers)
        {
            var isOfBody = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
            if (!isOfBody && !name.StartsWith("If-", StringComparison.OrdinalIgnoreCase)) request.Headers[name] = value;
        }

        request.Headers.Accept = FhirFormat.Json;
        if (entry.IfMatch is not null) request.Headers.IfMatch = entry.IfMatch;
        if (entry.IfNoneMatch is not null) request.Headers.IfNoneMatch = entry.IfNoneMatch;
        if (entry.IfNoneExist is not null) request.Headers["If-None-Exist"] = entry.IfNoneExist;
        if (DateTimeOffset.TryParse(entry.IfModifiedSince, CultureInfo.InvariantCulture, out var since))
            request.Headers.IfModifiedSince = since.ToString("R", CultureInfo.InvariantCulture);
        request.ContentType = FhirFormat.Json;
        request.Body = new MemoryStream(entry.Resource.ToArray());
        request.ContentLength = entry.Resource.Length;
        return context;
    }
}
