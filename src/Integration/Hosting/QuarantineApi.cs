using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Integration.Studies;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Intake;

namespace CloudPacs.Integration.Hosting;

/// <summary><c>/api/quarantine</c>: what was received and is not shown, and what a person decides about it.</summary>
internal static class QuarantineApi
{
    private const int MaxPage = 1000, MaxHeaderBytes = 4 * 1024 * 1024;

    public static void Map(RouteGroupBuilder api, Quarantine quarantine, QuarantineDoor door, IArchive archive)
    {
        api.MapGet("/quarantine", (string? state, Guid? before, int? limit, CancellationToken cancellationToken) =>
            ListAsync(quarantine, state, before, limit ?? 50, cancellationToken));
        api.MapGet("/quarantine/{id:guid}", async (Guid id, CancellationToken cancellationToken) =>
            await quarantine.GetAsync(id, cancellationToken) is { } row
                ? Results.Json(await WholeAsync(row, quarantine, archive, cancellationToken))
                : Unknown());
        api.MapGet("/quarantine/{id:guid}/file", async (Guid id, CancellationToken cancellationToken) =>
            await quarantine.GetAsync(id, cancellationToken) is { QuarantineState: QuarantineState.Held } row
                ? Results.Stream(await archive.OpenAsync(QuarantineDoor.PlaceOf(row), cancellationToken), "application/dicom")
                : Unknown());
        api.MapPost("/quarantine/{id:guid}/release", (
            Guid id, string? actor, string? reason, bool? replace, HttpRequest request, CancellationToken cancellationToken) =>
            DecideAsync(request, quarantine, id, actor, reason, (row, who, why, source) =>
                door.ReleaseAsync(row, replace ?? false, who, why, source, cancellationToken)));
        api.MapPost("/quarantine/{id:guid}/drop", (
            Guid id, string? actor, string? reason, HttpRequest request, CancellationToken cancellationToken) =>
            DecideAsync(request, quarantine, id, actor, reason, (row, who, why, source) =>
                door.DropAsync(row, who, why, source, cancellationToken)));
    }

    private static async Task<IResult> ListAsync(
        Quarantine quarantine, string? state, Guid? before, int limit, CancellationToken cancellationToken)
    {
        QuarantineState? known = null;
        if (state is not null)
        {
            if (!Enum.TryParse<QuarantineState>(state, ignoreCase: true, out var read) || !Enum.IsDefined(read))
                return Results.Problem("state must be held, released or dropped.", statusCode: 400);
            known = read;
        }

        if (limit is < 1 or > MaxPage) return Results.Problem($"limit must be 1 to {MaxPage}.", statusCode: 400);
        var rows = await quarantine.ListAsync(known, before, limit, cancellationToken);
        var (count, bytes) = await quarantine.CountHeldAsync(cancellationToken);
        return Results.Json(new JsonObject
        {
            ["instances"] = new JsonArray([.. rows.Select(static row => (JsonNode)Json(row))]),
            ["held"] = count,
            ["heldBytes"] = bytes,
            ["next"] = rows.Count == limit ? rows[^1].Id.ToString() : null,
        });
    }

    private static async Task<IResult> DecideAsync(
        HttpRequest request, Quarantine quarantine, Guid id, string? actor, string? reason,
        Func<QuarantinedRow, string, string, string, Task<Outcome?>> decide)
    {
        if (ForeignOrigin.Is(request)) return Results.Problem("This is not for pages of another origin.", statusCode: 403);
        if (string.IsNullOrWhiteSpace(reason)) return Results.Problem("A reason is needed, for the audit trail.", statusCode: 400);
        if (await quarantine.GetAsync(id, request.HttpContext.RequestAborted) is not { } row) return Unknown();
        Outcome? outcome;
        try
        {
            outcome = await decide(
                row, RequestActor.Of(request.HttpContext, actor), reason, request.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "");
        }
        catch (ArchiveException e)
        {
            return Results.Problem($"Its bytes cannot be read: {e.Message}", statusCode: 409);
        }

        if (outcome is null) return Results.Problem("The database is not available: decide again later.", statusCode: 503);
        if (!outcome.IsKept)
            return Results.Problem(string.Join(' ', outcome.Problems.Select(static one => $"{one.Code} {one.Text}")), statusCode: 422);
        return Results.Json(Json((await quarantine.GetAsync(id, CancellationToken.None))!));
    }

    private static JsonObject Json(QuarantinedRow row) => new()
    {
        ["id"] = row.Id.ToString(),
        ["receivedAt"] = Time(row.ReceivedAt),
        ["sender"] = row.Sender,
        ["facility"] = row.Facility,
        ["sopInstanceUid"] = row.SopInstanceUid,
        ["code"] = row.Code,
        ["problem"] = row.Reason,
        ["bytes"] = row.Length,
        ["state"] = row.QuarantineState.ToString().ToLowerInvariant(),
        ["decidedBy"] = row.DecidedBy,
        ["decidedAt"] = Time(row.DecidedAt),
        ["reason"] = row.Decision,
    };

    /// <summary>With what it says of itself, and where that differs from what is stored under its name.</summary>
    private static async Task<JsonObject> WholeAsync(
        QuarantinedRow row, Quarantine quarantine, IArchive archive, CancellationToken cancellationToken)
    {
        var json = Json(row);
        if (row.QuarantineState != QuarantineState.Held) return json;
        var own = await HeaderAsync(archive, QuarantineDoor.PlaceOf(row), cancellationToken);
        foreach (var tag in (ReadOnlySpan<Tag>)
            [Tags.PatientId, Tags.PatientName, Tags.AccessionNumber, Tags.StudyInstanceUid, Tags.SeriesInstanceUid, Tags.SopClassUid])
            json[DicomDictionary.NameOf(tag)] = own?.GetString(tag);
        if (own is null || row.SopInstanceUid is not { } uid) return json;
        if (await quarantine.FindStoredAsync(uid, cancellationToken) is not { } stored) return json;
        if (await HeaderAsync(archive, new Place(stored.Pack, stored.Offset, stored.Length), cancellationToken) is { } known)
            json["differences"] = Differences(known, own);
        return json;
    }

    /// <summary>All before the pixels, as far as it can be read; null when its bytes are not there.</summary>
    private static async Task<DataSet?> HeaderAsync(IArchive archive, Place place, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = await archive.OpenAsync(place, cancellationToken);
            return (await Part10.ReadAsync(file, options: null, MaxHeaderBytes, cancellationToken)).DataSet;
        }
        catch (ArchiveException)
        {
            return null;
        }
    }

    private static JsonArray Differences(DataSet stored, DataSet received) =>
    [
        .. HeaderDifferences.Between(stored, received).Select(static one => (JsonNode)new JsonObject
        {
            ["tag"] = one.Tag.ToString(), ["name"] = DicomDictionary.NameOf(one.Tag), ["stored"] = one.Stored, ["received"] = one.Received,
        })
    ];

    private static string? Time(DateTimeOffset? time) => time?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    private static IResult Unknown() => Results.Problem("There is no such instance in quarantine.", statusCode: 404);
}
