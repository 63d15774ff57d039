namespace CloudPacs.Store.Search;

/// <summary>Tells in memory whether a resource meets conditions, as <see cref="SearchStatement"/> asks the database.</summary>
public static class ConditionMatch
{
    /// <summary>Whether a condition is about the resource alone: about no other one, and no rows that are no resources.</summary>
    public static bool CanTell(SearchCondition condition) => condition switch
    {
        NotCondition not => CanTell(not.Condition),
        EitherCondition either => either.AnyOf.All(CanTell),
        RefersToCondition or ReferredByCondition or InstanceCondition => false,
        _ => true,
    };

    /// <param name="row">All that the resource is found by (<see cref="IResourceIndex.WholeOf"/>).</param>
    /// <param name="changed">meta.lastUpdated of the resource.</param>
    /// <param name="condition">What it must be.</param>
    public static bool Meets(IndexRow row, DateTimeOffset changed, SearchCondition condition)
    {
        ArgumentNullException.ThrowIfNull(row);
        return condition switch
        {
            KeyCondition keys => keys.AnyOf.Any(key => Array.BinarySearch(row.Keys, key) >= 0),
            SelfCondition self => self.AnyOf.Contains(row.Self),
            PresenceCondition places => places.AnyOf.Any(place => Array.BinarySearch(row.Present, place) >= 0),
            NotCondition not => !Meets(row, changed, not.Condition),
            EitherCondition either => either.AnyOf.Any(one => Meets(row, changed, one)),
            DateCondition date => row.Dates.Any(
                time => date.Places.Contains(time.Place) && Compares(date.Comparison, time.Low, time.High, date.Low, date.High)),
            // An instant is as long as the database can tell times apart.
            ChangedCondition time => Compares(
                time.Comparison, changed.UtcDateTime, changed.UtcDateTime.AddMicroseconds(1), time.Low, time.High),
            QuantityCondition quantity => row.Quantities.Any(
                number => quantity.Places.Contains(number.Place) && Compares(quantity, number.Low, number.High)),
            TextCondition text => row.Texts.Any(one => text.Places.Contains(one.Place) && Compares(text, one.Text)),
            _ => throw new ArgumentException($"{condition.GetType().Name} cannot be told from the resource alone.", nameof(condition)),
        };
    }

    private static bool Compares(TextCondition condition, string text) => condition.Anywhere
        ? text.Contains(condition.Text, StringComparison.Ordinal)
        : text.StartsWith(condition.Text, StringComparison.Ordinal);

    private static bool Compares(Comparison comparison, DateTime low, DateTime high, DateTime from, DateTime until) => comparison switch
    {
        Comparison.Equal => low >= from && high <= until,
        Comparison.NotEqual => low < from || high > until,
        Comparison.Greater => high > until,
        Comparison.Less => low < from,
        Comparison.GreaterOrEqual => low >= from || high > until,
        Comparison.LessOrEqual => low < from || high <= until,
        Comparison.StartsAfter => low >= until,
        Comparison.EndsBefore => high <= from,
        _ => low < until && high > from,
    };

    private static bool Compares(QuantityCondition asked, decimal low, decimal high) => asked.Comparison switch
    {
        Comparison.Equal => low >= asked.Low && high < asked.High,
        Comparison.NotEqual => low < asked.Low || high >= asked.High,
        Comparison.Greater => high > asked.Value,
        Comparison.Less => low < asked.Value,
        Comparison.GreaterOrEqual => high >= asked.Value,
        Comparison.LessOrEqual => low <= asked.Value,
        Comparison.StartsAfter => low > asked.Value,
        Comparison.EndsBefore => high < asked.Value,
        _ => low <= asked.High && high >= asked.Low,
    };
}
