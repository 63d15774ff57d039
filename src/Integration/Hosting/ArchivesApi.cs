using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Archives;

namespace CloudPacs.Integration.Hosting;

/// <summary><c>/api/archives</c>: how the archives beside this one stand; they can be asked at once.</summary>
internal static class ArchivesApi
{
    public static void Map(RouteGroupBuilder api, ArchiveHost host)
    {
        api.MapGet("/archives", async (CancellationToken cancellationToken) =>
        {
            var all = new JsonArray();
            foreach (var poller in host.Polling?.Pollers ?? []) all.Add(await JsonAsync(host, poller, cancellationToken));
            return Results.Json(new JsonObject { ["archives"] = all });
        });
        api.MapPost("/archives/{name}/poll", async (string name, bool? whole, HttpRequest request, CancellationToken cancellationToken) =>
        {
            if (ForeignOrigin.Is(request)) return Results.Problem("This is not for pages of another origin.", statusCode: 403);
            if (host.Polling?.Pollers.FirstOrDefault(poller => poller.Name == name) is not { } asked)
                return Results.Problem("There is no such archive in the settings.", statusCode: 404);
            return await asked.PollAsync(whole ?? false, cancellationToken)
                ? Results.Json(await JsonAsync(host, asked, cancellationToken))
                : Results.Problem("The archive is being asked already.", statusCode: 409);
        });
    }

    private static async Task<JsonObject> JsonAsync(ArchiveHost host, ArchivePoller poller, CancellationToken cancellationToken)
    {
        var poll = await host.Polls.ReadAsync(poller.Name, cancellationToken);
        var (studies, missing) = await host.Studies.CountAsync(poller.Name, cancellationToken);
        return new JsonObject
        {
            ["name"] = poller.Name,
            ["studies"] = studies,
            ["missing"] = missing,
            ["answeredAt"] = Text(poll.AnsweredAt),
            ["failingSince"] = Text(poll.FailingSince),
            ["fault"] = poll.Fault,
            ["change"] = poll.ChangeNumber,
            ["comparedBackTo"] = poll.WalkDay?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["comparedAt"] = Text(poll.WalkedAt),
        };
    }

    private static string? Text(DateTimeOffset? time) => time?.ToString("O", CultureInfo.InvariantCulture);
}
