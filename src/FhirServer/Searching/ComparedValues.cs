using System.Text;
using CloudPacs.Fhir.Search.Indexing;
using CloudPacs.Fhir.Search.Values;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>
/// Dates, numbers and quantities as searches write them, with their prefixes (FHIR R4 search.html 3.1.1.4.5 to 3.1.1.4.13).
/// </summary>
/// <param name="keys">Names units.</param>
/// <param name="zone">Where a time without an offset, or a date, is meant.</param>
/// <param name="clock">What is approximately now.</param>
internal sealed class ComparedValues(IndexKeys keys, TimeZoneInfo zone, TimeProvider clock)
{
    public ChangedCondition Changed(string value, string name)
    {
        var (comparison, time) = Time(value, name);
        return new ChangedCondition(comparison, time.Low, time.High);
    }

    public DateCondition Date(IReadOnlyList<long> places, string value, string name)
    {
        var (comparison, time) = Time(value, name);
        return new DateCondition(places, comparison, time.Low, time.High);
    }

    public static QuantityCondition Number(IReadOnlyList<long> places, string value, string name) =>
        Compared(places, EscapedText.Plain(value, name), name);

    public QuantityCondition Quantity(IReadOnlyList<long> places, string value, string name)
    {
        var parts = EscapedText.Split(value, '|').ConvertAll(part => EscapedText.Plain(part, name));
        if (parts.Count is not (1 or 3))
            throw new SearchException("value", name, "A quantity is written [number] or [number]|[system]|[code].");
        if (parts.Count == 1 || parts[2].Length == 0) return Compared(places, parts[0], name);
        var unit = parts[1].Length > 0 ? keys.CodeOf(parts[1], parts[2]) : keys.Code(parts[2]);
        return Compared([.. places.Select(place => keys.Beside(place, unit))], parts[0], name);
    }

    private static QuantityCondition Compared(IReadOnlyList<long> places, string value, string name)
    {
        var (comparison, text) = Prefixes.Take(value);
        if (!NumberInterval.TryParse(Encoding.UTF8.GetBytes(text), out var number))
            throw new SearchException("value", name, "Give a number as 5, 5.40 or 5.4e-3, after a prefix or none.");
        if (comparison != Comparison.Overlaps) return new QuantityCondition(places, comparison, number.Value, number.Low, number.High);
        var tenth = Math.Abs(number.Value) / 10;
        return new QuantityCondition(places, comparison, number.Value, number.Value - tenth, number.Value + tenth);
    }

    private (Comparison Comparison, DateInterval Time) Time(string value, string name)
    {
        var (comparison, text) = Prefixes.Take(EscapedText.Plain(value, name));
        if (!DateInterval.TryParse(Encoding.UTF8.GetBytes(text), zone, out var time))
            throw new SearchException(
                "value", name, "Give a date as 2026, 2026-03, 2026-03-10 or 2026-03-10T08:30:00+01:00, after a prefix or none.");
        return (comparison, comparison == Comparison.Overlaps ? Widened(time) : time);
    }

    /// <summary>About a time: a tenth of what lies between it and now, a day at least.</summary>
    private DateInterval Widened(DateInterval time)
    {
        var gap = (clock.GetUtcNow().UtcDateTime - time.Low).Duration() / 10;
        if (gap < TimeSpan.FromDays(1)) gap = TimeSpan.FromDays(1);
        return new DateInterval(
            time.Low < DateTime.MinValue + gap ? DateTime.MinValue : time.Low - gap,
            time.High > DateTime.MaxValue - gap ? DateTime.MaxValue : time.High + gap);
    }
}
