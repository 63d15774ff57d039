using NpgsqlTypes;

namespace CloudPacs.Store.Search;

/// <summary>Conditions on times.</summary>
internal sealed partial class SearchStatement
{
    private const string WideAfter = "interval '400 days'";

    private void WriteDate(string row, DateCondition condition)
    {
        var date = Alias();
        Add($"EXISTS (SELECT 1 FROM fhir_index_date {date} WHERE {date}.number = {row}.number AND {date}.place = ANY (")
            .Value(condition.Places.ToArray()).Add(") AND ");
        if (condition.Comparison is Comparison.Greater or Comparison.Overlaps)
            Add($"({date}.wide OR {date}.low >= ").Instant(condition.Comparison == Comparison.Greater ? condition.High : condition.Low)
                .Add($" - {WideAfter}) AND ");
        if (condition.Comparison == Comparison.Equal) Add($"{date}.low < ").Instant(condition.High).Add(" AND ");
        Compare($"{date}.low", $"{date}.high", condition.Comparison, condition.Low, condition.High);
        Add(")");
    }

    private void WriteChanged(string row, ChangedCondition condition)
    {
        var resource = Alias();
        Add($"EXISTS (SELECT 1 FROM fhir_resource {resource} WHERE {resource}.type = {row}.type AND {resource}.id = {row}.id AND ");
        // An instant is a millisecond long, as it is written.
        Compare(
            $"{resource}.last_updated", $"({resource}.last_updated + interval '1 microsecond')", condition.Comparison, condition.Low,
            condition.High);
        Add(")");
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
