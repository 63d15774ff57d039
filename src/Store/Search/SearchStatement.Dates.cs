using NpgsqlTypes;

namespace CloudPacs.Store.Search;

/// <summary>Conditions on times.</summary>
internal sealed partial class SearchStatement
{
    private const string WideAfter = "interval '400 days'";

    /// <summary>What is not longer ends near to its beginning; the longer ones are found by their ends.</summary>
    public static readonly TimeSpan LongAfter = TimeSpan.FromMinutes(1);

    /// <summary>Whether a row of times is longer than that, as the index says it that has these alone.</summary>
    public static string IsLong(string date) => $"CASE WHEN {date}.wide THEN true ELSE {date}.high - {date}.low > interval '1 minute' END";

    private void WriteDate(string row, DateCondition condition)
    {
        var date = Alias();
        Add($"EXISTS (SELECT 1 FROM fhir_index_date {date} WHERE {date}.number = {row}.number AND {date}.place = ANY (")
            .Value(condition.Places.ToArray()).Add(") AND ");
        WriteReach(date, condition);
        Compare($"{date}.low", $"{date}.high", condition.Comparison, condition.Low, condition.High);
        Add(_end);
    }

    /// <summary>Says what follows from the comparison of the beginning alone, by which the times are looked up.</summary>
    private void WriteReach(string date, DateCondition condition)
    {
        switch (condition.Comparison)
        {
            case Comparison.Greater or Comparison.GreaterOrEqual:
                Add($"({date}.low >= ").Instant(EarliestOf(condition)).Add($" OR ({IsLong(date)} AND {date}.high > ")
                    .Instant(condition.High).Add(")) AND ");
                break;
            case Comparison.Overlaps:
                Add($"({date}.wide OR {date}.low >= ").Instant(condition.Low).Add($" - {WideAfter}) AND ");
                break;
            case Comparison.Equal or Comparison.LessOrEqual:
                Add($"{date}.low < ").Instant(condition.High).Add(" AND ");
                break;
            case Comparison.EndsBefore:
                Add($"{date}.low < ").Instant(condition.Low).Add(" AND ");
                break;
        }
    }

    /// <summary>Of times that are not long none that compares so begins before.</summary>
    /// <param name="condition">Something is later than a time.</param>
    public static DateTime EarliestOf(DateCondition condition)
    {
        var time = condition.Comparison == Comparison.GreaterOrEqual ? condition.Low : condition.High;
        return time - DateTime.MinValue < LongAfter ? DateTime.MinValue : time - LongAfter;
    }

    private void WriteChanged(string row, ChangedCondition condition)
    {
        var resource = Alias();
        Add($"EXISTS (SELECT 1 FROM fhir_resource {resource} WHERE {resource}.type = {row}.type AND {resource}.id = {row}.id AND ");
        // An instant is a millisecond long, as it is written.
        Compare(
            $"{resource}.last_updated", $"({resource}.last_updated + interval '1 microsecond')", condition.Comparison, condition.Low,
            condition.High);
        Add(_end);
    }

    private void Compare(string low, string high, Comparison comparison, DateTime from, DateTime until)
    {
        switch (comparison)
        {
            case Comparison.Equal:
                Add($"{low} >= ").Instant(from).Add($" AND {high} <= ").Instant(until);
                break;
            case Comparison.NotEqual:
                Add($"({low} < ").Instant(from).Add($" OR {high} > ").Instant(until).Add(")");
                break;
            case Comparison.Greater:
                Add($"{high} > ").Instant(until);
                break;
            case Comparison.Less:
                Add($"{low} < ").Instant(from);
                break;
            case Comparison.GreaterOrEqual:
                Add($"({low} >= ").Instant(from).Add($" OR {high} > ").Instant(until).Add(")");
                break;
            case Comparison.LessOrEqual:
                Add($"({low} < ").Instant(from).Add($" OR {high} <= ").Instant(until).Add(")");
                break;
            case Comparison.StartsAfter:
                Add($"{low} >= ").Instant(until);
                break;
            case Comparison.EndsBefore:
                Add($"{high} <= ").Instant(from);
                break;
            case Comparison.Overlaps:
                Add($"{low} < ").Instant(until).Add($" AND {high} > ").Instant(from);
                break;
        }
    }

    /// <summary>Writes a time in UTC as a parameter.</summary>
    public SearchStatement Instant(DateTime time) => Value(DateTime.SpecifyKind(time, DateTimeKind.Utc), NpgsqlDbType.TimestampTz);
}
