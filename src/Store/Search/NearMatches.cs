namespace CloudPacs.Store.Search;

/// <summary>
/// Writes the matches among the resources that come first in the order of a search, which is followed in an index: of a search that many
/// resources meet they are the page, whatever else there is. The rows come in their order, so the reading ends with the page. Of a search
/// for times from one on, or until one, no others are gone through: they may be few, and all that there are.
/// </summary>
internal static class NearMatches
{
    /// <summary>So many resources are looked at before all matches are.</summary>
    private const int Most = 2000;

    /// <summary>Whether the order can be followed: the newest first, or one time.</summary>
    public static bool CanFollow(IReadOnlyList<SearchOrder> order) => order is [] or [{ By: OrderBy.Date or OrderBy.LastUpdated }];

    public static void Write(SearchStatement statement, SearchRequest request)
    {
        if (request.Order is not [var order])
        {
            statement.Add("SELECT i.type, i.id, i.number FROM (");
            WriteNewest(statement, request);
            statement.Add(") i WHERE true");
            statement.All("i", request.Type, request.Conditions);
            statement.Add(" ORDER BY i.number DESC LIMIT ").Value(request.Limit);
            return;
        }

        statement.Add("SELECT * FROM (SELECT i.type, i.id, i.number, w.v0 FROM (");
        if (order.By == OrderBy.Date) WriteDates(statement, request, order);
        else WriteChanges(statement, request, order);
        statement.Add(") w CROSS JOIN LATERAL (SELECT * FROM fhir_index WHERE type = ").Value(request.Type)
            .Add(order.By == OrderBy.Date ? " AND number = w.number" : " AND id = w.id").Add(" OFFSET 0) i WHERE true");
        statement.All("i", request.Type, request.Conditions);
        if (order.By == OrderBy.Date) WriteIsFirst(statement, order);
        statement.Add(") n");
        if (request.After is { } after) SearchPage.WriteAfter(statement, request.Order, after);
        statement.Add($" ORDER BY v0{Direction(order)}, number DESC LIMIT ").Value(request.Limit);
    }

    /// <summary>Writes whether all resources that may be matches are gone through.</summary>
    public static void WriteHasAll(SearchStatement statement, SearchRequest request)
    {
        var order = request.Order is [var one] ? one : null;
        var bound = order?.By == OrderBy.Date ? BoundOf(request, order) : null;
        if (order?.By == OrderBy.Date && bound is null)
        {
            // Those without a time come last.
            statement.Add("false");
            return;
        }

        statement.Add("((SELECT count(*) FROM (");
        if (order is null) WriteNewest(statement, request);
        else if (order.By == OrderBy.Date) WriteDates(statement, request, order);
        else WriteChanges(statement, request, order);
        statement.Add(") a) < ").Value((long)Most);
        if (bound is { Time: var time, EndOfLong: { } end })
        {
            statement.Add(" AND NOT EXISTS (SELECT 1 FROM fhir_index_date l WHERE l.place = ANY (").Value(order!.Places.ToArray())
                .Add($") AND {SearchStatement.IsLong("l")} AND l.low < ").Instant(time).Add(" AND l.high > ").Instant(end).Add(")");
        }

        statement.Add(")");
    }

    private static void WriteNewest(SearchStatement statement, SearchRequest request)
    {
        statement.Add("SELECT * FROM fhir_index WHERE type = ").Value(request.Type);
        if (request.After is { } last) statement.Add(" AND number < ").Value(last.Number);
        statement.Add(" ORDER BY number DESC LIMIT ").Value(Most);
    }

    /// <summary>By the last change, of which a resource has one: what is searched by it bounds the way at both ends.</summary>
    private static void WriteChanges(SearchStatement statement, SearchRequest request, SearchOrder order)
    {
        statement.Add("SELECT id, last_updated AS v0 FROM fhir_resource WHERE type = ").Value(request.Type);
        foreach (var changed in request.Conditions.OfType<ChangedCondition>())
        {
            if (FromOf(changed) is { } from) statement.Add(" AND last_updated >= ").Instant(from);
            if (UntilOf(changed) is { } until) statement.Add(" AND last_updated < ").Instant(until);
        }

        WriteStart(statement, request, order, "last_updated");
        statement.Add($" ORDER BY last_updated{Direction(order)} LIMIT ").Value(Most);
    }

    /// <summary>Of several times that a resource has the first in the order counts: asked of those alone that are matches.</summary>
    private static void WriteIsFirst(SearchStatement statement, SearchOrder order) =>
        statement.Add(" AND NOT EXISTS (SELECT 1 FROM fhir_index_date o WHERE o.number = i.number AND o.place = ANY (")
            .Value(order.Places.ToArray())
            .Add($") AND (o.low, o.high, o.place) {(order.IsDescending ? ">" : "<")} (w.v0, w.high, w.place) OFFSET 0)");

    private static void WriteDates(SearchStatement statement, SearchRequest request, SearchOrder order)
    {
        var bound = BoundOf(request, order);
        statement.Add("SELECT number, place, low AS v0, high FROM (");
        for (var i = 0; i < order.Places.Count; i++)
        {
            statement.Add(i == 0 ? "" : " UNION ALL ").Add("SELECT * FROM fhir_index_date WHERE place = ").Value(order.Places[i]);
            WriteStart(statement, request, order, "low");
            if (bound is { Time: var time }) statement.Add(order.IsDescending ? " AND low >= " : " AND low < ").Instant(time);
        }

        statement.Add($") a ORDER BY low{Direction(order)} LIMIT ").Value(Most);
    }

    /// <summary>The page begins after a match; what has no value comes last and is not met here.</summary>
    private static void WriteStart(SearchStatement statement, SearchRequest request, SearchOrder order, string column)
    {
        if (request.After is not { } after) return;
        if (after.Values[0] is not { } value) statement.Add(" AND false");
        else statement.Add($" AND {column} {(order.IsDescending ? "<=" : ">=")} ").Value(value).Add($"::{SearchPage.TypeOf(order)}");
    }

    /// <summary>Where the way ends: what begins beyond it does not meet the conditions; null for no such time.</summary>
    private static Bound? BoundOf(SearchRequest request, SearchOrder order)
    {
        var times = request.Conditions.OfType<DateCondition>().Where(time => time.Places.All(order.Places.Contains));
        return order.IsDescending
            ? times.Select(FromOf).Where(static bound => bound is not null).MaxBy(static bound => bound!.Time)
            : times.Select(UntilOf).Where(static bound => bound is not null).MinBy(static bound => bound!.Time);
    }

    private static Bound? FromOf(DateCondition condition) => condition.Comparison switch
    {
        Comparison.Equal => new Bound(condition.Low),
        Comparison.StartsAfter => new Bound(condition.High),
        Comparison.Greater or Comparison.GreaterOrEqual => new Bound(SearchStatement.EarliestOf(condition), condition.High),
        _ => null,
    };

    private static Bound? UntilOf(DateCondition condition) => condition.Comparison switch
    {
        Comparison.Equal or Comparison.LessOrEqual => new Bound(condition.High),
        Comparison.Less or Comparison.EndsBefore => new Bound(condition.Low),
        _ => null,
    };

    private static DateTime? FromOf(ChangedCondition condition) => condition.Comparison switch
    {
        Comparison.Equal or Comparison.GreaterOrEqual or Comparison.Overlaps => condition.Low,
        Comparison.Greater or Comparison.StartsAfter => condition.High,
        _ => null,
    };

    private static DateTime? UntilOf(ChangedCondition condition) => condition.Comparison switch
    {
        Comparison.Equal or Comparison.LessOrEqual or Comparison.Overlaps => condition.High,
        Comparison.Less or Comparison.EndsBefore => condition.Low,
        _ => null,
    };

    private static string Direction(SearchOrder order) => order.IsDescending ? " DESC" : "";

    /// <param name="Time">The time.</param>
    /// <param name="EndOfLong">Long times that begin beyond it meet the conditions all the same, where they end after this one.</param>
    private sealed record Bound(DateTime Time, DateTime? EndOfLong = null);
}
