namespace CloudPacs.Store.Search;

/// <summary>
/// Writes the matches among the resources that come first in the order of a search, which is followed in an index: of a search that many
/// resources meet they are the page, whatever else there is. The rows come in their order, so the reading ends with the page.
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
            WriteNewest(statement, request);
            return;
        }

        statement.Add("SELECT * FROM (SELECT i.type, i.id, i.number, w.v0 FROM (");
        if (order.By == OrderBy.Date) WriteDates(statement, request, order);
        else WriteChanges(statement, request, order);
        statement.Add(" OFFSET 0) i WHERE true");
        statement.All("i", request.Type, request.Conditions);
        statement.Add(") n");
        if (request.After is { } after) SearchPage.WriteAfter(statement, request.Order, after);
        statement.Add($" ORDER BY v0{Direction(order)}, number DESC LIMIT ").Value(request.Limit);
    }

    private static void WriteNewest(SearchStatement statement, SearchRequest request)
    {
        statement.Add("SELECT i.type, i.id, i.number FROM (SELECT * FROM fhir_index WHERE type = ").Value(request.Type);
        if (request.After is { } last) statement.Add(" AND number < ").Value(last.Number);
        statement.Add(" ORDER BY number DESC LIMIT ").Value(Most).Add(") i WHERE true");
        statement.All("i", request.Type, request.Conditions);
        statement.Add(" ORDER BY i.number DESC LIMIT ").Value(request.Limit);
    }

    /// <summary>By the last change.</summary>
    private static void WriteChanges(SearchStatement statement, SearchRequest request, SearchOrder order)
    {
        statement.Add("SELECT id, last_updated AS v0 FROM fhir_resource WHERE type = ").Value(request.Type);
        WriteStart(statement, request, order, "last_updated");
        statement.Add($" ORDER BY last_updated{Direction(order)} LIMIT ").Value(Most);
        statement.Add(") w CROSS JOIN LATERAL (SELECT * FROM fhir_index WHERE type = ").Value(request.Type).Add(" AND id = w.id");
    }

    /// <summary>By a time: of several that a resource has the first in the order counts.</summary>
    private static void WriteDates(SearchStatement statement, SearchRequest request, SearchOrder order)
    {
        var sign = order.IsDescending ? ">" : "<";
        statement.Add("SELECT * FROM (SELECT number, place, low AS v0, high FROM (");
        for (var i = 0; i < order.Places.Count; i++)
        {
            statement.Add(i == 0 ? "" : " UNION ALL ").Add("SELECT * FROM fhir_index_date WHERE place = ").Value(order.Places[i]);
            WriteStart(statement, request, order, "low");
            if (BoundOf(request, order) is { } bound) statement.Add(order.IsDescending ? " AND low >= " : " AND low <= ").Instant(bound);
        }

        statement.Add($") a ORDER BY low{Direction(order)} LIMIT ").Value(Most).Add(") d WHERE NOT EXISTS (")
            .Add("SELECT 1 FROM fhir_index_date o WHERE o.number = d.number AND o.place = ANY (").Value(order.Places.ToArray())
            .Add($") AND (o.low, o.high, o.place) {sign} (d.v0, d.high, d.place) OFFSET 0)")
            .Add(") w CROSS JOIN LATERAL (SELECT * FROM fhir_index WHERE type = ").Value(request.Type).Add(" AND number = w.number");
    }

    /// <summary>The page begins after a match; what has no value comes last and is not met here.</summary>
    private static void WriteStart(SearchStatement statement, SearchRequest request, SearchOrder order, string column)
    {
        if (request.After is not { } after) return;
        if (after.Values[0] is not { } value) statement.Add(" AND false");
        else statement.Add($" AND {column} {(order.IsDescending ? "<=" : ">=")} ").Value(value).Add($"::{SearchPage.TypeOf(order)}");
    }

    /// <summary>
    /// Beyond this time nothing that begins there meets the conditions, or little does: it is not gone through; null for no such time.
    /// </summary>
    private static DateTime? BoundOf(SearchRequest request, SearchOrder order)
    {
        var times = request.Conditions.OfType<DateCondition>().Where(time => time.Places.Intersect(order.Places).Any());
        return order.IsDescending
            ? times.Where(static time => IsFrom(time.Comparison)).Max(static time => (DateTime?)time.Low)
            : times.Where(static time => IsUntil(time.Comparison)).Min(static time => (DateTime?)time.High);
    }

    private static bool IsFrom(Comparison comparison) =>
        comparison is Comparison.Equal or Comparison.Greater or Comparison.GreaterOrEqual or Comparison.StartsAfter;

    private static bool IsUntil(Comparison comparison) =>
        comparison is Comparison.Equal or Comparison.Less or Comparison.LessOrEqual or Comparison.EndsBefore;

    private static string Direction(SearchOrder order) => order.IsDescending ? " DESC" : "";
}
