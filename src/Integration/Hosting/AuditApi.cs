using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Store.Audit;

namespace CloudPacs.Integration.Hosting;

/// <summary><c>/api/audit</c>: entries of the audit trail, and who did what with a patient.</summary>
internal static class AuditApi
{
    private const int MaxPage = 1000;

    public static void Map(RouteGroupBuilder api, AuditQueries audit)
    {
        api.MapGet("/audit", (
            string? patient, string? since, string? until, string? actor, string? action, string? after, int? limit,
            CancellationToken cancellationToken) =>
            ListAsync(audit, new AuditFilter { Actor = actor, Action = action, Count = limit ?? 50 }, patient, since, until, after,
                cancellationToken));
        api.MapGet("/audit/patients/{patient}", (string patient, string? since, string? until, CancellationToken cancellationToken) =>
            SummaryAsync(audit, patient, since, until, cancellationToken));
    }

    private static async Task<IResult> ListAsync(
        AuditQueries audit, AuditFilter filter, string? patient, string? since, string? until, string? after,
        CancellationToken cancellationToken)
    {
        if (!TryReadTime(since, out var first) || !TryReadTime(until, out var end)) return NoTime();
        if (filter.Count is < 1 or > MaxPage) return Results.Problem($"limit must be 1 to {MaxPage}.", statusCode: 400);
        filter = filter with { From = first, To = end };
        if (after is not null)
        {
            var parts = after.Split('_');
            if (parts.Length != 2 || !long.TryParse(parts[0], CultureInfo.InvariantCulture, out var ticks) || ticks < 0
                || ticks > DateTime.MaxValue.Ticks || !Guid.TryParse(parts[1], out var id))
                return Results.Problem("after must be the 'next' of the page before.", statusCode: 400);
            filter = filter with { Before = (new DateTimeOffset(ticks, TimeSpan.Zero), id) };
        }

        if (patient is not null)
        {
            var patients = await audit.PatientsAsync(patient, cancellationToken);
            if (patients.Count == 0) return UnknownPatient();
            filter = filter with { Patients = patients };
        }

        var rows = await audit.ListAsync(filter, cancellationToken);
        return Results.Json(new JsonObject
        {
            ["entries"] = new JsonArray([.. rows.Select(static row => (JsonNode)Json(row))]),
            ["next"] = rows.Count == filter.Count
                ? string.Create(CultureInfo.InvariantCulture, $"{rows[^1].At.UtcTicks}_{rows[^1].Id}")
                : null,
        });
    }

    private static async Task<IResult> SummaryAsync(
        AuditQueries audit, string patient, string? since, string? until, CancellationToken cancellationToken)
    {
        if (!TryReadTime(since, out var first) || !TryReadTime(until, out var end)) return NoTime();
        var patients = await audit.PatientsAsync(patient, cancellationToken);
        if (patients.Count == 0) return UnknownPatient();
        var found = await audit.SummaryAsync(patients, first, end, MaxPage, cancellationToken);
        return Results.Json(new JsonObject
        {
            ["patients"] = new JsonArray([.. patients.Select(static id => (JsonNode)$"Patient/{id}")]),
            ["actors"] = new JsonArray([.. found.Select(static one => (JsonNode)new JsonObject
            {
                ["actor"] = one.Actor, ["source"] = one.Source, ["action"] = one.Action, ["count"] = one.Count, ["first"] = Time(one.First),
                ["last"] = Time(one.Last),
            })]),
        });
    }

    private static JsonObject Json(AuditRow row) => new()
    {
        ["id"] = row.Id.ToString(),
        ["at"] = Time(row.At),
        ["action"] = row.Action,
        ["outcome"] = row.Outcome.ToString(),
        ["actor"] = row.Actor,
        ["source"] = row.Source,
        ["patient"] = row.PatientId is { } patient ? $"Patient/{patient}" : null,
        ["message"] = row.MessageId?.ToString(),
        ["entity"] = row.Entity,
        ["reason"] = row.Detail,
        ["resources"] = new JsonArray([.. (row.Resources?.Split(' ') ?? []).Select(static version => (JsonNode)version)]),
    };

    private static bool TryReadTime(string? text, out DateTimeOffset? time)
    {
        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read);
        time = isTime ? read : null;
        return isTime || text is null;
    }

    private static string Time(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static IResult NoTime() =>
        Results.Problem("since and until must be times such as 2026-11-24T08:00:00Z.", statusCode: 400);

    private static IResult UnknownPatient() =>
        Results.Problem("patient must be the id of a Patient, or one of its identifiers: there is none of this one.", statusCode: 404);
}
