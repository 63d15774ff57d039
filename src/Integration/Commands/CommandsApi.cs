using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;

namespace CloudPacs.Integration.Commands;

/// <summary>
/// <c>POST /api/commands</c>: commands to the domain as JSON, without a message of another system. For operators.
/// </summary>
internal static class CommandsApi
{
    private const int MaxBytes = 4 * 1024 * 1024;

    public static void Map(RouteGroupBuilder api, CommandDoor door) =>
        api.MapPost(
            "/commands", (HttpRequest request, CancellationToken cancellationToken) => AcceptAsync(request, door, cancellationToken));

    private static async Task<IResult> AcceptAsync(HttpRequest http, CommandDoor door, CancellationToken cancellationToken)
    {
        if (ForeignOrigin.Is(http)) return Results.Problem("Commands are not taken from pages of another origin.", statusCode: 403);
        if (!http.HasJsonContentType()) return Results.Problem("The body must be application/json.", statusCode: 415);
        if (http.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { } limit) limit.MaxRequestBodySize = MaxBytes;
        using var body = new MemoryStream();
        await http.Body.CopyToAsync(body, cancellationToken);
        var text = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (!Utf8.IsValid(text.Span)) return Refuse([new RequestFault("", "The body is not UTF-8.")]);
        CommandRequest? request;
        try
        {
            request = JsonSerializer.Deserialize<CommandRequest>(text.Span, CommandJson.Options);
        }
        catch (JsonException e)
        {
            return Refuse([new RequestFault(PathOf(e), CommandJson.ReasonOf(e))]);
        }

        if (request is null) return Refuse([new RequestFault("", "A JSON object is needed.")]);
        request = request with { Actor = RequestActor.Of(http.HttpContext, request.Actor) };
        if (CommandChecks.Check(request, door.Now, door.IsModality) is { Count: > 0 } faults) return Refuse(faults);
        if (door.Read(request, http.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "") is not { } change)
            return Refuse([new RequestFault("sender", "There is no sender of this name in the maps.")]);
        if (await door.ApplyAsync(change, cancellationToken) is not { } outcome)
            return Results.Problem("The database is not available: send the commands again later.", statusCode: 503);
        var status = outcome.IsKept ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        return Results.Json(CommandResponse.Of(outcome, request), CommandJson.Options, statusCode: status);
    }

    private static IResult Refuse(IReadOnlyList<RequestFault> faults) => Results.Problem(
        string.Join(' ', faults.Select(static fault => fault.Path.Length == 0 ? fault.Text : $"{fault.Path}: {fault.Text}")),
        title: "The commands cannot be read.",
        statusCode: 400,
        extensions: [new("faults", faults)]);

    /// <summary>The path without the sign for the whole document.</summary>
    private static string PathOf(JsonException e) => e.Path is { Length: > 1 } path ? path[1..].TrimStart('.') : "";
}
