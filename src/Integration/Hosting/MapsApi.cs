using System.Text.Json.Nodes;
using CloudPacs.Mapping;

namespace CloudPacs.Integration.Hosting;

/// <summary><c>/api/maps</c>: the versions of the maps, the findings of the last load, reload and roll back.</summary>
internal static class MapsApi
{
    public static void Map(RouteGroupBuilder api, Engine engine)
    {
        api.MapGet("/maps", () => State(engine.Maps));
        api.MapPost("/maps/reload", (HttpRequest request) => Change(request, engine.Maps, static maps =>
        {
            maps.Reload();
            return true;
        }));
        api.MapPost(
            "/maps/rollback/{version}",
            (string version, HttpRequest request) => Change(request, engine.Maps, maps => maps.Rollback(version)));
    }

    private static IResult Change(HttpRequest request, MapCatalog maps, Func<MapCatalog, bool> change)
    {
        if (ForeignOrigin.Is(request)) return Results.Problem("Maps are not changed by pages of another origin.", statusCode: 403);
        return change(maps)
            ? State(maps)
            : Results.Problem("That version is not kept; 'mapping versions' lists those that are.", statusCode: 404);
    }

    private static JsonObject Sender(SenderMap sender) => new JsonObject { ["name"] = sender.Name, ["version"] = sender.Version };

    private static IResult State(MapCatalog maps) => Results.Json(new JsonObject
    {
        ["version"] = maps.Current.Version,
        ["refused"] = maps.IsRefused,
        ["diagnostics"] = new JsonArray([.. maps.Diagnostics.Select(static diagnostic => (JsonNode)diagnostic.ToString())]),
        ["senders"] = new JsonArray([.. maps.Current.Senders.Select(static JsonNode (sender) => Sender(sender))]),
        ["history"] = new JsonArray([.. maps.History.Select(static set => (JsonNode)set.Version)]),
    });
}
