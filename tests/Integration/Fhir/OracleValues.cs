using System.Globalization;
using Hl7.Fhir.ElementModel;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Times as the standard compares them, by exact arithmetic on what is written.</summary>
internal static class OracleTimes
{
    public static (DateTimeOffset Low, DateTimeOffset High)? Of(ITypedElement element) => element.InstanceType switch
    {
        "Period" => (Text(element, "start") is { } start ? Parse(start).Low : DateTimeOffset.MinValue, Text(element, "end") is { } end ? Parse(end).High : DateTimeOffset.MaxValue),
        "Timing" => Timing(element),
        "date" or "dateTime" or "instant" => Parse(element.Value!.ToString()!),
        _ => null,
    };

    public static bool Matches((DateTimeOffset Low, DateTimeOffset High) target, string value)
    {
        var prefix = char.IsAsciiLetter(value[0]) ? value[..2] : "eq";
        var search = Parse(char.IsAsciiLetter(value[0]) ? value[2..] : value);
        bool Equal() => search.Low <= target.Low && target.High <= search.High;
        return prefix switch
        {
            "eq" => Equal(),
            "ne" => !Equal(),
            "gt" => target.High > search.High,
            "lt" => target.Low < search.Low,
            "ge" => target.High > search.High || Equal(),
            "le" => target.Low < search.Low || Equal(),
            "sa" => target.Low >= search.High,
            "eb" => target.High <= search.Low,
            _ => throw new ArgumentException(value),
        };
    }

    public static (DateTimeOffset Low, DateTimeOffset High) Parse(string text)
    {
        string[] formats = ["yyyy", "yyyy-MM", "yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.fK", "yyyy-MM-ddTHH:mm:ss.ffK", "yyyy-MM-ddTHH:mm:ss.fffK"];
        foreach (var format in formats)
        {
            if (!DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var low)) continue;
            return (low, format.Length switch
            {
                4 => low.AddYears(1),
                7 => low.AddMonths(1),
                10 => low.AddDays(1),
                17 => low.AddMinutes(1),
                20 => low.AddSeconds(1),
                22 => low.AddMilliseconds(100),
                23 => low.AddMilliseconds(10),
                _ => low.AddMilliseconds(1),
            });
        }

        throw new FormatException(text);
    }

    private static (DateTimeOffset Low, DateTimeOffset High)? Timing(ITypedElement element)
    {
        List<(DateTimeOffset Low, DateTimeOffset High)> times =
        [
            .. element.Children("event").Select(static one => Parse(one.Value!.ToString()!)),
            .. element.Children("repeat").Children("bounds").Where(static bounds => bounds.InstanceType == "Period").Select(static period => Of(period)!.Value),
        ];
        return times.Count == 0 ? null : (times.Min(static time => time.Low), times.Max(static time => time.High));
    }

    private static string? Text(ITypedElement element, string name) => element.Children(name).FirstOrDefault()?.Value?.ToString();
}

/// <summary>Numbers and quantities as the standard compares them.</summary>
internal static class OracleNumbers
{
    public static bool Matches(ITypedElement element, string value)
    {
        var parts = SearchOracle.SplitOn(value, '|');
        var prefix = char.IsAsciiLetter(parts[0][0]) ? parts[0][..2] : "eq";
        var text = char.IsAsciiLetter(parts[0][0]) ? parts[0][2..] : parts[0];
        var number = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return RangeOf(element) is var (low, high, unit) && HasUnit(unit, parts) && prefix switch
        {
            "eq" => Inside(),
            "ne" => !Inside(),
            "gt" => high > number,
            "lt" => low < number,
            "ge" => high >= number,
            "le" => low <= number,
            "sa" => low > number,
            "eb" => high < number,
            _ => throw new ArgumentException(value),
        };

        bool Inside() => low >= number - Half(text) && high < number + Half(text);
    }

    /// <summary>Half of the last place that is written.</summary>
    private static decimal Half(string text)
    {
        var mantissa = text.Split('e', 'E')[0];
        var exponent = text.Split('e', 'E') is [_, var power] ? int.Parse(power, CultureInfo.InvariantCulture) : 0;
        var places = mantissa.Contains('.', StringComparison.Ordinal) ? mantissa.Length - mantissa.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        return (decimal)Math.Pow(10, exponent - places) / 2;
    }

    private static bool HasUnit(ITypedElement unit, List<string> parts) => parts.Count == 1 || parts[2].Length == 0
        || (parts[1].Length > 0
            ? Text(unit, "system") == parts[1] && Text(unit, "code") == parts[2]
            : Text(unit, "code") == parts[2] || Text(unit, "unit") == parts[2]);

    private static (decimal Low, decimal High, ITypedElement Unit)? RangeOf(ITypedElement element)
    {
        switch (element.InstanceType)
        {
            case "Range":
                var (low, high) = (element.Children("low").FirstOrDefault(), element.Children("high").FirstOrDefault());
                var (least, most) = (low is null ? null : RangeOf(low), high is null ? null : RangeOf(high));
                if (least is null && most is null) return null;
                return (least?.Low ?? decimal.MinValue, most?.High ?? decimal.MaxValue, least is null ? high! : low!);
            case "Quantity" or "Duration" or "Age" or "SimpleQuantity":
                if (element.Children("value").FirstOrDefault()?.Value is not decimal value) return null;
                var sign = Text(element, "comparator");
                return (sign is "<" or "<=" ? decimal.MinValue : value, sign is ">" or ">=" ? decimal.MaxValue : value, element);
            case "decimal" or "integer" or "positiveInt" or "unsignedInt":
                var number = Convert.ToDecimal(element.Value, CultureInfo.InvariantCulture);
                return (number, number, element);
            case "SampledData":
                return Data(element);
            default:
                return null;
        }
    }

    /// <summary>From the least to the greatest of the data, which are multiples of the factor above the origin.</summary>
    private static (decimal Low, decimal High, ITypedElement Unit)? Data(ITypedElement element)
    {
        if (element.Children("origin").FirstOrDefault() is not { } origin || origin.Children("value").FirstOrDefault()?.Value is not decimal zero) return null;
        var factor = element.Children("factor").FirstOrDefault()?.Value as decimal? ?? 1;
        var data = (Text(element, "data") ?? "").Split(' ')
            .Select(static one => decimal.TryParse(one, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : (decimal?)null)
            .OfType<decimal>().Select(number => zero + (number * factor)).ToList();
        return data.Count == 0 ? (zero, zero, origin) : (data.Min(), data.Max(), origin);
    }

    private static string? Text(ITypedElement element, string name) => element.Children(name).FirstOrDefault()?.Value?.ToString();
}
