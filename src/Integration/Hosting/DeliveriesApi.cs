using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Integration.Hosting;

/// <summary><c>/api/deliveries</c>, <c>/api/destinations</c>: what is told to other systems, and what a person decides about it.</summary>
internal static class DeliveriesApi
{
    private const int MaxPage = 1000;

    public static void Map(RouteGroupBuilder api, DeliveryQueries deliveries, IReadOnlyList<string> names)
    {
        api.MapGet("/deliveries", (string? destination, string? state, long? before, int? limit, CancellationToken cancellationToken) =>
            ListAsync(deliveries, destination, state, before, limit ?? 50, cancellationToken));
        api.MapGet("/deliveries/{id:long}", async (long id, CancellationToken cancellationToken) =>
            await deliveries.GetAsync(id, cancellationToken) is { } row ? Results.Json(Whole(row)) : Unknown());
        api.MapPost("/deliveries/{id:long}/retry", (long id, HttpRequest request, CancellationToken cancellationToken) =>
            RetryAsync(request, deliveries, id, cancellationToken));
        api.MapPost("/deliveries/{id:long}/skip", (long id, HttpRequest request, CancellationToken cancellationToken) =>
            DecideAsync(request, deliveries, id, () => deliveries.SkipAsync(id, cancellationToken)));
        api.MapGet("/destinations", async (CancellationToken cancellationToken) =>
            Results.Json(Status(names, await deliveries.StatusAsync(cancellationToken))));
        foreach (var (path, isPaused) in (ReadOnlySpan<(string, bool)>)[("pause", true), ("resume", false)])
        {
            api.MapPost("/destinations/{name}/" + path, async (string name, HttpRequest request, CancellationToken cancellationToken) =>
            {
                if (ForeignOrigin.Is(request)) return Foreign();
                if (!names.Contains(name, StringComparer.Ordinal))
                    return Results.Problem($"There is no destination {name} below Outbound and Dicom:Destinations.", statusCode: 404);
                await deliveries.PauseAsync(name, isPaused, cancellationToken);
                return Results.Json(Status(names, await deliveries.StatusAsync(cancellationToken)));
            });
        }
    }

    private static async Task<IResult> ListAsync(
        DeliveryQueries deliveries, string? destination, string? state, long? before, int limit, CancellationToken cancellationToken)
    {
        DeliveryState? known = null;
        if (state is not null)
        {
            if (!Enum.TryParse<DeliveryState>(state, ignoreCase: true, out var read) || !Enum.IsDefined(read))
                return Results.Problem("state must be waiting, sent, parked or skipped.", statusCode: 400);
            known = read;
        }

        if (limit is < 1 or > MaxPage) return Results.Problem($"limit must be 1 to {MaxPage}.", statusCode: 400);
        var rows = await deliveries.ListAsync(destination, known, before, limit, cancellationToken);
        return Results.Json(new JsonObject
        {
            ["deliveries"] = new JsonArray([.. rows.Select(static row => (JsonNode)Json(row))]),
            ["next"] = rows.Count == limit ? rows[^1].Id : null,
        });
    }

    private static async Task<IResult> RetryAsync(
        HttpRequest request, DeliveryQueries deliveries, long id, CancellationToken cancellationToken)
    {
        if (ForeignOrigin.Is(request)) return Foreign();
        if (await BodyAsync(request) is not { } body)
            return await DecideAsync(request, deliveries, id, () => deliveries.RetryAsync(id, null, cancellationToken));
        if (await deliveries.GetAsync(id, cancellationToken) is not { } row) return Unknown();
        if (Read(row, body, out var corrected) is { } fault) return Results.Problem(fault, statusCode: 400);
        return await DecideAsync(request, deliveries, id, () => deliveries.RetryAsync(id, corrected, cancellationToken));
    }

    /// <returns>What is wrong with content in place of that of a delivery; null when nothing is.</returns>
    private static string? Read(DeliveryRow row, byte[] body, out ReadOnlyMemory<byte> corrected)
    {
        corrected = default;
        return row.Kind switch
        {
            StatusWriter.Kind => CorrectedMessage.Read(body, row.ControlId, out corrected),
            PerformedWriter.Copies => CorrectedReport.Read(body, out corrected),
            _ => "It has no content that could be corrected.",
        };
    }

    private static async Task<IResult> DecideAsync(HttpRequest request, DeliveryQueries deliveries, long id, Func<Task<bool>> decide)
    {
        if (ForeignOrigin.Is(request)) return Foreign();
        var done = await decide();
        if (await deliveries.GetAsync(id, request.HttpContext.RequestAborted) is not { } row) return Unknown();
        return done
            ? Results.Json(Json(row))
            : Results.Problem($"The delivery is {row.State.ToString().ToLowerInvariant()}: nothing was changed.", statusCode: 409);
    }

    private static async Task<byte[]?> BodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.Length > 0 ? body.ToArray() : null;
    }

    private static JsonObject Status(IReadOnlyList<string> names, IReadOnlyList<DestinationStatus> known) => new()
    {
        ["destinations"] = new JsonArray(
        [
            .. names.Concat(known.Select(static status => status.Name)).Distinct().Order(StringComparer.Ordinal)
                .Select(JsonNode (name) => Status(name, known.FirstOrDefault(status => status.Name == name)))
        ]),
    };

    private static JsonObject Status(string name, DestinationStatus? status) => new()
    {
        ["name"] = name,
        ["waiting"] = status?.Waiting ?? 0,
        ["parked"] = status?.Parked ?? 0,
        ["oldest"] = Time(status?.Oldest),
        ["lastError"] = status?.LastError,
        ["paused"] = status?.IsPaused ?? false,
    };

    private static JsonObject Json(DeliveryRow row) => new()
    {
        ["id"] = row.Id,
        ["destination"] = row.Destination,
        ["state"] = row.State.ToString().ToLowerInvariant(),
        ["event"] = row.Event,
        ["controlId"] = row.ControlId,
        ["order"] = row.OrderKey,
        ["createdAt"] = Time(row.CreatedAt),
        ["sentAt"] = Time(row.SentAt),
        ["attempts"] = row.Attempts,
        ["nextAttemptAt"] = Time(row.NextAttemptAt),
        ["lastError"] = row.LastError,
    };

    private static JsonObject Whole(DeliveryRow row)
    {
        var json = Json(row);
        json["kind"] = row.Kind;
        json["payload"] = row.Kind == StatusWriter.Kind ? JournalText.Of(row.Payload) : DataSetOf(row.Payload);
        json["answer"] = row.Answer.IsEmpty ? null : JournalText.Of(row.Answer);
        return json;
    }

    private static JsonNode? DataSetOf(ReadOnlyMemory<byte> wire) =>
        wire.IsEmpty ? null : JsonNode.Parse(DicomJson.ToUtf8Bytes(Attributes.Decode(wire)));

    private static string? Time(DateTimeOffset? time) => time?.ToString("O", CultureInfo.InvariantCulture);

    private static IResult Unknown() => Results.Problem("There is no such delivery.", statusCode: 404);

    private static IResult Foreign() => Results.Problem("This is not for pages of another origin.", statusCode: 403);
}
