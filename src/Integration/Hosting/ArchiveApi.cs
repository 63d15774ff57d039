using System.Text.Json.Nodes;
using CloudPacs.Integration.Studies;

namespace CloudPacs.Integration.Hosting;

/// <summary><c>/api/archive</c>: whether rows and bytes agree, page by page and pack by pack, and what is done where they do not.</summary>
internal static class ArchiveApi
{
    private const int MaxPage = 10_000;

    public static void Map(RouteGroupBuilder api, ArchiveCheck check)
    {
        api.MapPost("/archive/check", (
            Guid? after, int? limit, bool? through, bool? hide, HttpRequest request, CancellationToken cancellationToken) =>
            ForeignOrigin.Is(request)
                ? Task.FromResult(Foreign())
                : CheckAsync(check, after ?? Guid.Empty, limit ?? 1000, through ?? false, hide ?? false, cancellationToken));
        api.MapGet("/archive/packs", async (CancellationToken cancellationToken) => Results.Json(new JsonObject
        {
            ["packs"] = new JsonArray([.. (await check.Archive.ListPacksAsync(cancellationToken)).Select(static pack =>
                (JsonNode)new JsonObject
                {
                    ["id"] = pack.Id.ToString(), ["bytes"] = pack.Length, ["deadBytes"] = pack.DeadBytes, ["here"] = pack.IsHere,
                })]),
        }));
        api.MapPost("/archive/packs/{id:guid}/check", async (
            Guid id, bool? adopt, HttpRequest request, CancellationToken cancellationToken) =>
        {
            if (ForeignOrigin.Is(request)) return Foreign();
            var found = await check.CheckPackAsync(id, adopt ?? false, cancellationToken);
            return Results.Json(new JsonObject
            {
                ["unknown"] = found.Unknown, ["adopted"] = found.Adopted, ["known"] = found.Known, ["refused"] = found.Refused,
            });
        });
        api.MapPost("/archive/sweep", async (HttpRequest request, CancellationToken cancellationToken) =>
        {
            if (ForeignOrigin.Is(request)) return Foreign();
            var (orphans, packs) = await check.SweepAsync(cancellationToken);
            return Results.Json(new JsonObject { ["orphans"] = orphans, ["packs"] = packs });
        });
    }

    private static async Task<IResult> CheckAsync(
        ArchiveCheck check, Guid after, int limit, bool readThrough, bool hides, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxPage) return Results.Problem($"limit must be 1 to {MaxPage}.", statusCode: 400);
        var (count, found, last) = await check.CheckAsync(after, limit, readThrough, hides, cancellationToken);
        return Results.Json(new JsonObject
        {
            ["checked"] = count,
            ["found"] = new JsonArray([.. found.Select(static one => (JsonNode)new JsonObject
            {
                ["studyInstanceUid"] = one.Instance.StudyInstanceUid, ["sopInstanceUid"] = one.Instance.SopInstanceUid,
                ["bytes"] = one.State.ToString().ToLowerInvariant(), ["state"] = one.Instance.State.ToString().ToLowerInvariant(),
                ["pack"] = one.Instance.Pack.ToString("N"), ["offset"] = one.Instance.Offset,
            })]),
            ["next"] = last?.ToString(),
        });
    }

    private static IResult Foreign() => Results.Problem("This is not for pages of another origin.", statusCode: 403);
}
