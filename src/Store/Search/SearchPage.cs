using System.Globalization;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Studies;

namespace CloudPacs.Store.Search;

/// <summary>
/// Writes the statement of one page: first the matches in order, no more than the page, then their content. A page begins after the last
/// match of the one before, so that nothing is given twice or left out, whatever was added since. <c>OFFSET 0</c> keeps the planner from
/// going through all resources until a page is full, when it does not know how few match.
/// </summary>
internal static class SearchPage
{
    /// <summary>
    /// The first matches among the resources that come first in the order, and whether there can be no others: each row says so, or the
    /// only one, which has no match.
    /// </summary>
    /// <param name="statement">Gets the statement.</param>
    /// <param name="request">A search with an order that <see cref="NearMatches"/> can follow.</param>
    public static void WriteNear(SearchStatement statement, SearchRequest request)
    {
        statement.Add("WITH near AS MATERIALIZED (");
        NearMatches.Write(statement, request);
        statement.Add(") ");
        WriteColumns(statement, request.Type, request.Order.Count, ", c.complete");
        statement.Add("SELECT (SELECT count(*) FROM near) = ").Value((long)request.Limit).Add(" OR ");
        NearMatches.WriteHasAll(statement, request);
        statement.Add(" AS complete) c LEFT JOIN (near m JOIN fhir_resource r ON r.type = m.type AND r.id = m.id) ON true");
        WriteShown(statement, request.Type);
        WriteOrder(statement, request.Order, "m.");
    }

    /// <summary>The first matches of all, which are looked up.</summary>
    /// <param name="statement">Gets the statement.</param>
    /// <param name="request">What is searched.</param>
    /// <param name="areFew">Its values are rare.</param>
    public static void WriteAll(SearchStatement statement, SearchRequest request, bool areFew)
    {
        WriteColumns(statement, request.Type, request.Order.Count);
        statement.Add("SELECT * FROM ");
        WriteMatches(statement, request, areFew);
        statement.Add(" OFFSET 0) s");
        WritePage(statement, request);
    }

    /// <summary>Writes the statement that follows references: the key of one is that of its target and that of its place.</summary>
    public static void WriteStep(SearchStatement statement, IReadOnlyList<long> from, ReferenceStep step, int limit)
    {
        var type = step.IsReverse ? step.SourceType : step.TargetType;
        WriteColumns(statement, type);
        statement.Add("SELECT DISTINCT ");
        statement.Add(step.IsReverse
            ? "s.type, s.id, s.number FROM fhir_index t, unnest("
            : "t.type, t.id, t.number FROM fhir_index s CROSS JOIN LATERAL unnest(s.keys) AS k (key), unnest(");
        statement.Value(step.Places.ToArray()).Add(step.IsReverse
            ? ") AS p (place) CROSS JOIN LATERAL (SELECT * FROM fhir_index WHERE keys @> ARRAY[t.self # p.place] OFFSET 0) s WHERE t.number"
            : ") AS p (place) CROSS JOIN LATERAL (SELECT * FROM fhir_index WHERE self = k.key # p.place OFFSET 0) t WHERE s.number");
        statement.Add(" = ANY (").Value(from.ToArray()).Add(") AND s.type = ").Value(step.SourceType);
        if (step.TargetType is { } target) statement.Add(" AND t.type = ").Value(target);
        statement.AllVisible(step.IsReverse ? "s" : "t");
        statement.Add(" LIMIT ").Value(limit);
        WriteJoin(statement, type);
        statement.Add(" ORDER BY m.number DESC");
    }

    /// <summary>Begins with what is read of each match: resource, number, what it is ordered by, and what it is shown with.</summary>
    private static void WriteColumns(SearchStatement statement, string? type, int orders = 0, string more = "")
    {
        statement.Add($"SELECT {FhirQueries.Columns}, m.number");
        for (var i = 0; i < orders; i++) statement.Add(Inv($", m.v{i}::text"));
        statement.Add(more);
        if (MayHaveInstances(type)) statement.Add($", {InstancesOfStudy.Columns}");
        statement.Add(" FROM (");
    }

    /// <summary>Goes from the matches, a page of them, to their resources.</summary>
    private static void WriteJoin(SearchStatement statement, string? type)
    {
        statement.Add(") m JOIN fhir_resource r ON r.type = m.type AND r.id = m.id");
        WriteShown(statement, type);
    }

    /// <summary>Goes to what resources are shown with.</summary>
    private static void WriteShown(SearchStatement statement, string? type)
    {
        if (MayHaveInstances(type)) statement.Add(InstancesOfStudy.Join);
    }

    private static bool MayHaveInstances(string? type) => type is null or StudyOfResource.Type;

    /// <summary>Of the matches those of the page, and with them their resources.</summary>
    private static void WritePage(SearchStatement statement, SearchRequest request)
    {
        if (request.Order.Count > 0 && request.After is { } after) WriteAfter(statement, request.Order, after);
        WriteOrder(statement, request.Order, "");
        statement.Add(" LIMIT ").Value(request.Limit);
        WriteJoin(statement, request.Type);
        WriteOrder(statement, request.Order, "m.");
    }

    private static void WriteMatches(SearchStatement statement, SearchRequest request, bool areFew)
    {
        statement.Add("(SELECT i.type, i.id, i.number");
        for (var i = 0; i < request.Order.Count; i++)
        {
            statement.Add(", ");
            WriteValue(statement, request.Order[i]);
            statement.Add(Inv($" AS v{i}"));
        }

        statement.Add(" FROM fhir_index i WHERE ").OfType("i", request.Type, areFew);
        statement.All("i", request.Type, request.Conditions);
        if (request.Order.Count == 0 && request.After is { } last) statement.Add(" AND i.number < ").Value(last.Number);
    }

    private static void WriteOrder(SearchStatement statement, IReadOnlyList<SearchOrder> order, string row)
    {
        statement.Add(" ORDER BY ");
        for (var i = 0; i < order.Count; i++)
            statement.Add(Inv($"{row}v{i} {(order[i].IsDescending ? "DESC" : "ASC")} NULLS LAST, "));
        statement.Add($"{row}number DESC");
    }

    private static void WriteValue(SearchStatement statement, SearchOrder order)
    {
        var (table, column) = order.By switch
        {
            OrderBy.Date => ("fhir_index_date", order.IsDescending ? "max(v.low)" : "min(v.low)"),
            OrderBy.Text => ("fhir_index_text", order.IsDescending ? "max(v.text)" : "min(v.text)"),
            OrderBy.Quantity => ("fhir_index_quantity", order.IsDescending ? "max(v.high)" : "min(v.low)"),
            _ => ("", ""),
        };
        switch (order.By)
        {
            case OrderBy.Id:
                statement.Add("i.id");
                break;
            case OrderBy.LastUpdated:
                statement.Add("(SELECT v.last_updated FROM fhir_resource v WHERE v.type = i.type AND v.id = i.id)");
                break;
            case OrderBy.Text:
                statement.Add($"(SELECT {column} FROM {table} v WHERE v.key = ANY (i.keys) AND v.place = ANY (")
                    .Value(order.Places.ToArray()).Add("))");
                break;
            default:
                statement.Add($"(SELECT {column} FROM {table} v WHERE v.number = i.number AND v.place = ANY (")
                    .Value(order.Places.ToArray()).Add("))");
                break;
        }
    }

    /// <summary>What comes after a match: greater in the first order, or equal there and greater in the next, and so on.</summary>
    public static void WriteAfter(SearchStatement statement, IReadOnlyList<SearchOrder> order, SearchPosition after)
    {
        statement.Add(" WHERE (");
        for (var i = 0; i < order.Count; i++)
        {
            WriteEqual(statement, order, after, i);
            if (after.Values[i] is { } value)
            {
                var sign = order[i].IsDescending ? "<" : ">";
                statement.Add(Inv($"(v{i} IS NULL OR v{i} {sign} ")).Value(value).Add($"::{TypeOf(order[i])}) OR ");
            }
            else
            {
                statement.Add("false OR ");
            }
        }

        WriteEqual(statement, order, after, order.Count);
        statement.Add("number < ").Value(after.Number).Add(")");
    }

    private static void WriteEqual(SearchStatement statement, IReadOnlyList<SearchOrder> order, SearchPosition after, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (after.Values[i] is { } value) statement.Add(Inv($"v{i} = ")).Value(value).Add($"::{TypeOf(order[i])} AND ");
            else statement.Add(Inv($"v{i} IS NULL AND "));
        }
    }

    public static string TypeOf(SearchOrder order) => order.By switch
    {
        OrderBy.Date or OrderBy.LastUpdated => "timestamptz",
        OrderBy.Quantity => "numeric",
        _ => "text COLLATE \"C\"",
    };

    private static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
