using CloudPacs.FhirServer.Searching;
using CloudPacs.Resources;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.Integration.Fhir;

/// <summary>
/// The audit trail as AuditEvents, which are made when somebody asks for them: to index them as they are written would cost every message
/// more than all else that is written of it. The database chooses by time and by a resource that is named; the rest is told in memory.
/// </summary>
internal sealed class AuditEvents(AuditQueries rows, IResourceIndex index)
{
    /// <summary>So many entries are read at a time, and looked through for one page.</summary>
    private const int AtATime = 500, MostRead = 20_000;

    /// <summary>Entries of one time have a place each.</summary>
    private const int Places = 1024;

    public const string Type = AuditEventResource.Name;

    /// <summary>One entry; null when there is none.</summary>
    public async Task<FhirResourceRow?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (AuditEventResource.RowOf(id) is not var (at, row)) return null;
        var found = await rows.ListAsync(new AuditFilter { From = at, To = at, Count = Places }, cancellationToken).ConfigureAwait(false);
        return found.FirstOrDefault(one => one.Id == row) is { } entry ? ResourceOf(entry) : null;
    }

    /// <summary>Entries that meet the conditions, the latest first.</summary>
    /// <exception cref="SearchException">It would take too long, or asks for what is not known of entries.</exception>
    public async Task<IReadOnlyList<SearchMatch>> FindAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        if (request.Order is not ([] or [{ IsDescending: true, By: OrderBy.Date or OrderBy.LastUpdated }]))
            throw new SearchException("not-supported", "_sort", "AuditEvents are sorted by -date alone.");
        if (!request.Conditions.All(ConditionMatch.CanTell))
            throw new SearchException("not-supported", Type, "AuditEvents are searched by what they have themselves.");
        string[] values = [.. request.Order.Select(static _ => "")];
        if (request.About is { } about && about.StartsWith(Type + "/", StringComparison.Ordinal))
        {
            var one = await ReadAsync(about[(Type.Length + 1)..], cancellationToken).ConfigureAwait(false);
            return one is not null && request.After is null && Meets(one, request)
                ? [new SearchMatch(one, new SearchPosition(values, 0))]
                : [];
        }

        var matches = new List<SearchMatch>();
        var filter = FilterOf(request);
        var (at, place) = request.After is { Number: var after }
            ? (AuditEventResource.TimeOf(after / Places), (int)(after % Places))
            : (default, -1);
        for (var read = 0; ;)
        {
            var page = await rows.ListAsync(
                place < 0 ? filter : filter with { To = at, Skip = place + 1 }, cancellationToken).ConfigureAwait(false);
            foreach (var row in page)
            {
                (place, at) = (row.At == at ? place + 1 : 0, row.At);
                var resource = ResourceOf(row);
                if (!Meets(resource, request)) continue;
                matches.Add(new SearchMatch(
                    resource, new SearchPosition(values, (AuditEventResource.MicrosecondsOf(at) * Places) + place)));
                if (matches.Count == request.Limit) return matches;
            }

            read += page.Count;
            if (page.Count < AtATime) return matches;
            if (read >= MostRead)
                throw new SearchException(
                    "too-costly", Type, $"{MostRead} entries were looked through. Name a patient, a resource (entity) or a time (date).");
        }
    }

    /// <summary>What the database can choose by.</summary>
    private static AuditFilter FilterOf(SearchRequest request)
    {
        var filter = new AuditFilter { Count = AtATime };
        if (request.About?.Split('/') is [var type, var id, ..])
            filter = type == "Patient" && Guid.TryParse(id, out var patient)
                ? filter with { PatientId = patient }
                : filter with { Resource = (type, id) };
        foreach (var date in request.Conditions.OfType<DateCondition>())
        {
            if (date.Comparison is Comparison.Equal or Comparison.Greater or Comparison.GreaterOrEqual or Comparison.StartsAfter)
                filter = filter with { From = Max(filter.From, date.Low) };
            if (date.Comparison is Comparison.Equal or Comparison.Less or Comparison.LessOrEqual or Comparison.EndsBefore)
                filter = filter with { To = Min(filter.To, date.High) };
        }

        return filter;
    }

    private static DateTimeOffset Max(DateTimeOffset? one, DateTime other) => Utc(other) is var time && one > time ? one.Value : time;

    private static DateTimeOffset Min(DateTimeOffset? one, DateTime other) => Utc(other) is var time && one < time ? one.Value : time;

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private bool Meets(FhirResourceRow resource, SearchRequest request) =>
        request.Conditions.Count == 0 || (index.Of(resource) is { } found
            && request.Conditions.All(condition => ConditionMatch.Meets(found, resource.LastUpdated, condition)));

    private static FhirResourceRow ResourceOf(AuditRow row) => new()
    {
        Type = Type, Id = AuditEventResource.IdOf(row), Version = 1, LastUpdated = row.At, Content = AuditEventResource.Write(row),
    };
}
