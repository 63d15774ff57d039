using System.Text.Json;
using CloudPacs.Fhir.Search.Values;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>The time that a Period or a Timing takes, from its first moment to its last (FHIR R4 search.html 3.1.1.4.6).</summary>
internal static class TimeValues
{
    /// <summary>A Period, whose missing end is open.</summary>
    public static DateInterval Period(ref Utf8JsonReader reader, ValueCollector to)
    {
        var period = DateInterval.Always;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isStart = reader.ValueTextEquals("start"u8);
            var isEnd = reader.ValueTextEquals("end"u8);
            reader.Read();
            if ((isStart || isEnd) && DateInterval.TryParse(to[to.Text(ref reader)], to.Zone, out var time))
                period = isStart ? period with { Low = time.Low } : period with { High = time.High };
            else
                reader.Skip();
        }

        return period;
    }

    /// <summary>A Timing: from the first of its events, or the beginning of its bounds, to the last; null when it says neither.</summary>
    public static DateInterval? Timing(ref Utf8JsonReader reader, ValueCollector to)
    {
        DateInterval? bounds = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("event"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartArray) continue;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (DateInterval.TryParse(to[to.Text(ref reader)], to.Zone, out var time)) bounds = Around(bounds, time);
                }
            }
            else if (reader.ValueTextEquals("repeat"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject) bounds = Repeat(ref reader, to, bounds);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return bounds;
    }

    private static DateInterval? Repeat(ref Utf8JsonReader reader, ValueCollector to, DateInterval? bounds)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isPeriod = reader.ValueTextEquals("boundsPeriod"u8);
            reader.Read();
            if (isPeriod && reader.TokenType == JsonTokenType.StartObject) bounds = Around(bounds, Period(ref reader, to));
            else reader.Skip();
        }

        return bounds;
    }

    private static DateInterval Around(DateInterval? first, DateInterval second) => first is not { } known
        ? second
        : new DateInterval(known.Low < second.Low ? known.Low : second.Low, known.High > second.High ? known.High : second.High);
}
