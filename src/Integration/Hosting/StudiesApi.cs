using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Studies;
using CloudPacs.Integration.Jobs;
using CloudPacs.Store;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Studies;

namespace CloudPacs.Integration.Hosting;

/// <summary>
/// <c>/api/studies</c>: stored studies with the orders that they are, or may be, of. What a person decides about them is a command
/// (<see cref="Commands.CommandsApi"/>).
/// </summary>
internal static class StudiesApi
{
    private const int MaxPage = 1000, MostActs = 50;

    public static void Map(RouteGroupBuilder api, StudyReviews studies, AuditQueries audit, StudyRetention retention, TimeZoneInfo zone)
    {
        api.MapGet("/studies", (bool? undecided, Guid? before, int? limit, CancellationToken cancellationToken) =>
            ListAsync(studies, undecided ?? false, before, limit ?? 50, cancellationToken));
        api.MapGet("/studies/expired", (int? limit, CancellationToken cancellationToken) =>
            ListExpiredAsync(retention, limit ?? 1000, cancellationToken));
        api.MapGet("/studies/{uid}", (string uid, CancellationToken cancellationToken) =>
            ShowAsync(studies, audit, zone, uid, cancellationToken));
    }

    /// <summary>What the nightly deletion would take, or takes.</summary>
    private static async Task<IResult> ListExpiredAsync(StudyRetention retention, int limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxPage) return Results.Problem($"limit must be 1 to {MaxPage}.", statusCode: 400);
        var found = new JsonArray();
        await foreach (var (study, since) in retention.ListExpiredAsync(cancellationToken).Take(limit))
        {
            found.Add((JsonNode)new JsonObject
            {
                ["studyInstanceUid"] = study.StudyInstanceUid, ["facility"] = study.Facility,
                ["modalities"] = new JsonArray([.. study.Modalities.Select(static modality => (JsonNode)modality)]),
                ["studyDate"] = study.StudyDate?.ToString("O", CultureInfo.InvariantCulture), ["receivedAt"] = Time(study.ReceivedAt),
                ["expiredAt"] = Time(since),
            });
        }

        return Results.Json(new JsonObject { ["studies"] = found });
    }

    private static async Task<IResult> ListAsync(
        StudyReviews studies, bool onlyUndecided, Guid? before, int limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxPage) return Results.Problem($"limit must be 1 to {MaxPage}.", statusCode: 400);
        var page = await studies.ListAsync(onlyUndecided, before, limit, cancellationToken);
        var orders = (await studies.ListLinkedAsync(page.Select(static study => study.Id), cancellationToken))
            .ToLookup(static order => order.StudyId);
        var (undecided, oldest) = await studies.CountUndecidedAsync(cancellationToken);
        return Results.Json(new JsonObject
        {
            ["studies"] = new JsonArray(
                [.. page.Select(study => (JsonNode)Json(study, CandidateRanking.Rank(study, orders[study.Id], [])))]),
            ["undecided"] = undecided,
            ["oldestUndecided"] = Time(oldest),
            ["next"] = page.Count == limit ? page[^1].Id.ToString() : null,
        });
    }

    private static async Task<IResult> ShowAsync(
        StudyReviews studies, AuditQueries audit, TimeZoneInfo zone, string uid, CancellationToken cancellationToken)
    {
        if (await studies.GetAsync(uid, cancellationToken) is not { } study)
            return Results.Problem("There is no such study.", statusCode: 404);
        var linked = await studies.ListLinkedAsync([study.Id], cancellationToken);
        var made = StudyTimes.Instant(Attributes.Read(study.Attributes), Tags.StudyDate, Tags.StudyTime, zone, out _) ?? study.ReceivedAt;
        var nearby = await studies.ListNearbyAsync(
            study, made - CandidateRanking.Near, made + CandidateRanking.Near, cancellationToken);
        var json = Json(study, CandidateRanking.Rank(study, linked, nearby));
        json["refused"] = new JsonArray(
        [
            .. linked.Where(static order => order.Link?.State == LinkState.Rejected)
                .Select(static order => (JsonNode)Json(new Candidate(order, LinkRule.Person, 0)))
        ]);
        json["hidden"] = new JsonArray([.. (await studies.ListHiddenAsync(study.Id, cancellationToken)).Select(static one =>
            (JsonNode)new JsonObject
            {
                ["state"] = Name(one.State), ["rejection"] = one.Rejection is { } why ? Name(why) : null, ["instances"] = one.Count,
            })]);
        json["history"] = new JsonArray([.. (await audit.ActsOnStudyAsync(study.Id, MostActs, cancellationToken)).Select(static act =>
            (JsonNode)new JsonObject { ["at"] = Time(act.At), ["act"] = act.Action, ["actor"] = act.Actor, ["reason"] = act.Detail })]);
        return Results.Json(json);
    }

    private static JsonObject Json(ReviewedStudy study, IReadOnlyList<Candidate> orders)
    {
        var attributes = Attributes.Read(study.Attributes);
        return new JsonObject
        {
            ["studyInstanceUid"] = study.StudyInstanceUid,
            ["state"] = Name(study.State),
            ["undecided"] = study.IsUndecided,
            ["receivedAt"] = Time(study.ReceivedAt),
            ["sender"] = study.Sender,
            ["facility"] = study.Facility,
            ["patient"] = study.PatientId is { } patient ? $"Patient/{patient}" : null,
            ["imagingStudy"] = $"ImagingStudy/{study.Id}",
            ["shown"] = new JsonObject
            {
                ["patientId"] = study.ShownPatientId?.ToString(),
                ["patientName"] = attributes.GetString(Tags.PatientName),
                ["birthDate"] = attributes.GetString(Tags.PatientBirthDate),
                ["sex"] = attributes.GetString(Tags.PatientSex),
                ["accessionNumber"] =
                    ShownNumbers.Number(attributes, Tags.AccessionNumber, Tags.IssuerOfAccessionNumberSequence)?.ToString(),
                ["studyDate"] = attributes.GetString(Tags.StudyDate),
                ["description"] = attributes.GetString(Tags.StudyDescription),
            },
            ["modalities"] = new JsonArray([.. study.Modalities.Select(static modality => (JsonNode)modality)]),
            ["instances"] = study.Instances,
            ["hold"] = study.Hold,
            ["patientHold"] = study.PatientHold,
            ["flags"] = new JsonArray([.. study.Flags.Order(StringComparer.Ordinal).Select(static flag => (JsonNode)flag)]),
            ["orders"] = new JsonArray([.. orders.Select(static candidate => (JsonNode)Json(candidate))]),
        };
    }

    /// <summary>An order with what it takes to name it in a command.</summary>
    private static JsonObject Json(Candidate candidate)
    {
        var (order, rule, confidence) = candidate;
        return new JsonObject
        {
            ["state"] = order.Link is { } link ? Name(link.State) : Name(LinkState.Suggested),
            ["rule"] = Name(rule),
            ["confidence"] = confidence,
            ["placerNumber"] = Json(order.PlacerNumber),
            ["fillerNumber"] = Json(order.FillerNumber),
            ["accessionNumber"] = Json(order.AccessionNumber),
            ["requestedProcedureId"] = order.RequestedProcedureId,
            ["scheduledUid"] = order.StudyInstanceUid,
            ["modality"] = order.Modality,
            ["start"] = Time(order.Start),
            ["patient"] = $"Patient/{order.PatientId}",
            ["patientId"] = order.PatientIdentifier?.ToString(),
            ["patientName"] = Attributes.Read(order.PatientAttributes).GetString(Tags.PatientName),
            ["decidedBy"] = order.Link?.DecidedBy,
            ["decidedAt"] = Time(order.Link?.DecidedAt),
            ["reason"] = order.Link?.Reason,
        };
    }

    private static JsonNode? Json(Identifier? number) =>
        number is { } known ? JsonSerializer.SerializeToNode(known, Commands.CommandJson.Options) : null;

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string? Time(DateTimeOffset? time) => time?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
}
