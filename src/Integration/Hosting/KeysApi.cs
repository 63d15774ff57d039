using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Identity;
using CloudPacs.Store.Access;

namespace CloudPacs.Integration.Hosting;

/// <summary><c>/api/keys</c>: keys by which scripts and systems are known; one is shown when it is made, and never again.</summary>
internal static class KeysApi
{
    private const int LongestName = 64, MostDays = 3660;

    public static void Map(RouteGroupBuilder api, ApiKeys keys, TimeProvider clock)
    {
        api.MapGet("/keys", async (CancellationToken cancellationToken) => Results.Json(new JsonObject
        {
            ["keys"] = new JsonArray([.. (await keys.ListAsync(cancellationToken)).Select(static key => (JsonNode)Json(key))]),
        }));
        api.MapPost("/keys", (
            string? name, string? roles, string? facility, int? days, HttpRequest request, CancellationToken cancellationToken) =>
            ForeignOrigin.Is(request)
                ? Task.FromResult(Results.Problem("Keys are not made for pages of another origin.", statusCode: 403))
                : CreateAsync(keys, name, roles, facility, days, request.HttpContext, clock, cancellationToken));
        api.MapDelete("/keys/{id:guid}", async (Guid id, HttpContext http, CancellationToken cancellationToken) =>
            ForeignOrigin.Is(http.Request) ? Results.Problem("Keys are not revoked for pages of another origin.", statusCode: 403)
            : await keys.RevokeAsync(id, Caller.Of(http).Name, SourceOf(http), cancellationToken)
            ? Results.Json(new JsonObject { ["id"] = id.ToString(), ["state"] = "revoked" })
            : Results.Problem("There is no such key in force.", statusCode: 404));
    }

    private static async Task<IResult> CreateAsync(
        ApiKeys keys, string? name, string? roles, string? facility, int? days, HttpContext http, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (name is not { Length: > 0 and <= LongestName } || name.Any(char.IsControl) || name.Trim() != name)
            return Results.Problem($"name must be 1 to {LongestName} characters that say what the key is for.", statusCode: 400);
        var given = Roles.None;
        foreach (var role in (roles ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (RoleNames.Find(role) is not (not Roles.None and var one))
                return Results.Problem($"'{role}' is no role: use some of {string.Join(", ", RoleNames.Names)}.", statusCode: 400);
            given |= one;
        }

        if (given == Roles.None)
            return Results.Problem($"roles must be some of {string.Join(", ", RoleNames.Names)}.", statusCode: 400);
        if (facility is { Length: > LongestName } or "") return Results.Problem("facility must be a name, or left out.", statusCode: 400);
        if (days is < 1 or > MostDays) return Results.Problem($"days must be 1 to {MostDays}, or left out.", statusCode: 400);
        var expires = days is { } limit ? clock.GetUtcNow().AddDays(limit) : (DateTimeOffset?)null;
        var made = await keys.CreateAsync(name, given, facility, expires, Caller.Of(http).Name, SourceOf(http), cancellationToken);
        if (made is not var (id, key)) return Results.Problem($"A key '{name}' is in force: revoke it first.", statusCode: 409);
        // It is nothing to be kept by what stands between.
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new JsonObject { ["id"] = id.ToString(), ["name"] = name, ["key"] = key }, statusCode: 201);
    }

    private static string? SourceOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString();

    private static JsonObject Json(ApiKeyRow key) => new()
    {
        ["id"] = key.Id.ToString(),
        ["name"] = key.Name,
        ["roles"] = string.Join(", ", RoleNames.Of((Roles)key.Roles)),
        ["facility"] = key.Facility,
        ["created"] = Time(key.CreatedAt),
        ["createdBy"] = key.CreatedBy,
        ["expires"] = key.ExpiresAt is { } end ? Time(end) : null,
    };

    private static string Time(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);
}
