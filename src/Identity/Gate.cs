using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.Identity;

/// <summary>
/// Lets in who is known and has a role for what is asked: 401 for who is not known, 403 for who may not (RFC 6750 3.1). Every refusal is
/// audited, also one by what is behind it.
/// </summary>
/// <param name="identification">Finds out who somebody is.</param>
/// <param name="trail">Takes refusals.</param>
/// <param name="answer">Writes the body of a refusal in the form of the address: status and a sentence.</param>
public sealed class Gate(Identification identification, RefusalTrail trail, Func<HttpContext, int, string, Task> answer)
{
    /// <summary>What a refusal is told by: no word of the request itself, which may be anything.</summary>
    private static readonly string[] Areas = ["/fhir", "/dicomweb", "/wado", "/api", "/jobs", "/metrics", "/viewer"];

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    private const string Realm = "Bearer realm=\"cloudpacs\"";

    /// <summary>Puts it before everything that is added later.</summary>
    public static void Use(
        IApplicationBuilder application, Identification identification, RefusalTrail trail, Func<HttpContext, int, string, Task> answer)
    {
        ArgumentNullException.ThrowIfNull(identification);
        application.Use(new Gate(identification, trail, answer).PassAsync);
    }

    private async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        var rule = AccessRules.Of(http.Request);
        if (rule.IsOpen)
        {
            await next(http);
            return;
        }

        var (caller, fault) = await identification.FindAsync(http);
        if (caller is null)
        {
            http.Response.Headers.WWWAuthenticate = fault is null
                ? Realm
                : $"{Realm}, error=\"invalid_token\", error_description=\"{fault}\"";
            await RefuseAsync(
                http, 401, "unknown", fault ?? "Nothing says who this is: send Authorization: Bearer with a token or an API key.");
        }
        else if (!rule.Admits(caller))
        {
            http.Response.OnStarting(SayScope, http);
            await RefuseAsync(http, 403, caller.Name, "No role of this caller allows that.");
        }
        else if (!identification.IsOn)
        {
            caller.Enter(http);
            await next(http);
        }
        else
        {
            caller.Enter(http);
            http.Response.OnStarting(SayScope, http);
            await next(http);
            if (http.Response.StatusCode == 403) Note(http, caller.Name, "It is not allowed there.");
        }
    }

    private static Task SayScope(object state)
    {
        var response = ((HttpContext)state).Response;
        if (response.StatusCode == 403) response.Headers.WWWAuthenticate = $"{Realm}, error=\"insufficient_scope\"";
        return Task.CompletedTask;
    }

    private Task RefuseAsync(HttpContext http, int status, string who, string words)
    {
        http.Response.StatusCode = status;
        Note(http, who, words);
        return answer(http, status, words);
    }

    private void Note(HttpContext http, string who, string words)
    {
        var area = Array.Find(Areas, area => http.Request.Path.StartsWithSegments(area)) ?? "elsewhere";
        var method = Array.IndexOf(Methods, http.Request.Method) < 0 ? "another method" : http.Request.Method;
        trail.Note(new Refusal(
            who, http.Connection.RemoteIpAddress?.ToString() ?? "", $"{http.Response.StatusCode} {method} {area}: {words}"));
    }
}
