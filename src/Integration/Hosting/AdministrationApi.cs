using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using CloudPacs.Archive;
using CloudPacs.Integration.Commands;
using CloudPacs.Integration.Messages;
using CloudPacs.Resources;
using CloudPacs.Store.Messages;

namespace CloudPacs.Integration.Hosting;

/// <summary><c>/api</c>: the journal with replay, commands, keys, and the state of the engine; for operators.</summary>
internal static class AdministrationApi
{
    private const int MaxPage = 1000;

    public static void Map(RouteGroupBuilder api, Engine engine, TimeProvider clock)
    {
        KnownParameters.Require(api);
        KeysApi.Map(api, engine.Identity.Identification.Keys, clock);
        api.MapGet("/status", () => Status(engine));
        MapsApi.Map(api, engine);
        CommandsApi.Map(api, engine.Commands);
        WorklistApi.Map(api, engine.WorklistWhy, engine.Worklist);
        WorklistFilesApi.Map(api, engine.Commands);
        DeliveriesApi.Map(api, engine.Deliveries, engine.DeliveryNames);
        StudiesApi.Map(api, engine.Studies.Reviews, engine.Audit.Queries, engine.Studies.Retention, engine.Commands.Zone);
        engine.Studies.Desk(api);
        AuditApi.Map(api, engine.Audit.Queries);
        ArchivesApi.Map(api, engine.Studies.Archives);
        api.MapGet("/messages", (
            string? sender, string? type, string? status, string? key, string? since, string? until, string? after, int? limit,
            CancellationToken cancellationToken) =>
        {
            var filter = new JournalFilter { Sender = sender, MessageType = type, Key = key };
            return ListAsync(engine, filter, status, since, until, after, limit, cancellationToken);
        });
        api.MapGet("/messages/{id:guid}", (Guid id, CancellationToken cancellationToken) => ShowAsync(engine, id, cancellationToken));
        api.MapPost("/messages/{id:guid}/replay", (Guid id, HttpRequest request, CancellationToken cancellationToken) =>
            ForeignOrigin.Is(request)
                ? Task.FromResult(Results.Problem("Replay is not for pages of another origin.", statusCode: 403))
                : ReplayAsync(engine, id, cancellationToken));
    }

    private static IResult Status(Engine engine) => Results.Json(new JsonObject
    {
        ["worklistEntries"] = engine.Worklist.Current.Count,
        ["archive"] = Archive(engine.Studies.Status),
        ["maps"] = new JsonObject
        {
            ["version"] = engine.Maps.Current.Version,
            ["refused"] = engine.Maps.IsRefused,
            ["diagnostics"] = new JsonArray([.. engine.Maps.Diagnostics.Select(static d => (JsonNode)d.ToString())]),
        },
        ["mllp"] = Ports(engine.MllpListeners.Select(static l => (l.EndPoint, l.ConnectionCount)), "connections"),
        ["dicom"] = Ports(engine.DicomServers.Select(static s => (s.EndPoint, s.AssociationCount)), "associations"),
    });

    private static JsonObject Archive(ArchiveStatus status) => new()
    {
        ["freeBytes"] = status.FreeBytes,
        ["reserveBytes"] = status.ReserveBytes,
        ["takesInstances"] = status.HasRoom,
        ["diskFault"] = status.Suspect,
        ["waitingUploads"] = status.WaitingUploads,
        ["objectStoreFault"] = status.ObjectStoreFault,
    };

    private static JsonArray Ports(IEnumerable<(IPEndPoint EndPoint, int Count)> ports, string peers) =>
        new([.. ports.Select(JsonNode (port) => new JsonObject { ["endPoint"] = port.EndPoint.ToString(), [peers] = port.Count })]);

    private static async Task<IResult> ListAsync(
        Engine engine, JournalFilter filter, string? status, string? since, string? until, string? after, int? limit,
        CancellationToken cancellationToken)
    {
        if (status is not null)
        {
            if (!Enum.TryParse<MessageStatus>(status, ignoreCase: true, out var known) || !Enum.IsDefined(known))
                return Results.Problem("status must be applied, rejected, parked, duplicate or part.", statusCode: 400);
            filter = filter with { Status = known };
        }

        if (!TryReadTime(since, out var first) || !TryReadTime(until, out var end))
            return Results.Problem("since and until must be times such as 2026-11-24T08:00:00Z.", statusCode: 400);
        if (limit is < 1 or > MaxPage) return Results.Problem($"limit must be 1 to {MaxPage}.", statusCode: 400);
        filter = filter with { Since = first, Until = end };
        if (after is not null)
        {
            var parts = after.Split('_');
            if (parts.Length != 2 || !long.TryParse(parts[0], CultureInfo.InvariantCulture, out var ticks) || ticks < 0
                || ticks > DateTime.MaxValue.Ticks || !Guid.TryParse(parts[1], out var id))
                return Results.Problem("after must be the 'next' of the page before.", statusCode: 400);
            filter = filter with { After = new JournalCursor(new DateTimeOffset(ticks, TimeSpan.Zero), id) };
        }

        var size = limit ?? 50;
        var rows = await engine.Journal.ListAsync(filter, size, cancellationToken);
        return Results.Json(new JsonObject
        {
            ["messages"] = new JsonArray([.. rows.Select(static row => (JsonNode)Json(row))]),
            ["next"] =
                rows.Count == size ? string.Create(CultureInfo.InvariantCulture, $"{rows[^1].ReceivedAt.UtcTicks}_{rows[^1].Id}") : null,
        });
    }

    private static bool TryReadTime(string? text, out DateTimeOffset? time)
    {
        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read);
        time = isTime ? read : null;
        return isTime || text is null;
    }

    private static async Task<IResult> ShowAsync(Engine engine, Guid id, CancellationToken cancellationToken)
    {
        if (await engine.Journal.GetAsync(id, cancellationToken) is not { } row)
            return Results.Problem("There is no such message.", statusCode: 404);
        var json = Json(row);
        var acts = await engine.Audit.Queries.ActsOfAsync(row.Id, row.ReceivedAt, cancellationToken);
        json["acts"] = new JsonArray([.. acts.Select(static act => (JsonNode)new JsonObject
        {
            ["act"] = act.Action,
            ["resource"] = ResourceTypes.ReferenceOf(act.Action, act.Entity!),
            ["patient"] = act.PatientId is { } patient ? $"Patient/{patient}" : null,
            ["outcome"] = act.Outcome.ToString(),
            ["reason"] = act.Detail,
        })]);
        var patients = acts.Select(static act => act.PatientId).OfType<Guid>().Distinct();
        var merges = await engine.Audit.Queries.MergesOfAsync(row.Id, patients, cancellationToken);
        json["merges"] = new JsonArray([.. merges.Select(static merge => (JsonNode)new JsonObject
        {
            ["kind"] = merge.Kind,
            ["from"] = $"Patient/{merge.PriorPatientId}",
            ["to"] = $"Patient/{merge.SurvivingPatientId}",
            ["before"] = JsonNode.Parse(merge.Before.Span),
            ["after"] = JsonNode.Parse(merge.After.Span),
        })]);
        json["resources"] = new JsonArray(
            [.. acts.SelectMany(static act => act.Resources?.Split(' ') ?? []).Select(static version => (JsonNode)version)]);
        json["raw"] = JournalText.Of(row.Raw);
        json["rawBase64"] = Convert.ToBase64String(row.Raw.Span);
        json["acknowledgment"] = JournalText.Of(row.Acknowledgment);
        return Results.Json(json);
    }

    private static async Task<IResult> ReplayAsync(Engine engine, Guid id, CancellationToken cancellationToken)
    {
        if (await engine.Journal.GetAsync(id, cancellationToken) is not { } row)
            return Results.Problem("There is no such message.", statusCode: 404);
        if (row.Status == MessageStatus.Applied)
            return Results.Problem("The message is applied; replaying it would change nothing.", statusCode: 409);
        var answers = await engine.Messages.AcceptAsync(
            row.Raw, engine.ReplayListener, new MessageOrigin("replay", ReplayOf: id), [], cancellationToken);
        return Results.Json(
            new JsonObject
            {
                ["replayOf"] = id.ToString(), ["ack"] = AnswerBuilder.CodeOf(answers),
                ["acknowledgment"] = answers.Count > 0 ? JournalText.Of(answers[^1]) : null,
            });
    }

    private static JsonObject Json(JournalRow row) => new()
    {
        ["id"] = row.Id.ToString(),
        ["receivedAt"] = row.ReceivedAt.ToString("O", CultureInfo.InvariantCulture),
        ["status"] = row.Status.ToString().ToLowerInvariant(),
        ["listener"] = row.Listener,
        ["remote"] = row.RemoteAddress,
        ["sender"] = row.Sender,
        ["sendingApplication"] = row.SendingApplication,
        ["sendingFacility"] = row.SendingFacility,
        ["type"] = row.TriggerEvent is { Length: > 0 } ? $"{row.MessageType}^{row.TriggerEvent}" : row.MessageType,
        ["controlId"] = row.ControlId,
        ["ack"] = row.AckCode,
        ["keys"] = new JsonArray([.. row.Keys.Select(static key => (JsonNode)key)]),
        ["warnings"] = new JsonArray([.. row.Warnings.Select(static warning => (JsonNode)warning)]),
        ["problems"] = row.Problems is { } problems ? JsonNode.Parse(problems) : null,
        ["mapVersion"] = row.MapVersion,
        ["replayOf"] = row.ReplayOf?.ToString(),
    };
}
