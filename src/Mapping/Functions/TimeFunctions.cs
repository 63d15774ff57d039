using System.Globalization;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions;

/// <summary>Functions on times.</summary>
internal static class TimeFunctions
{
    /// <summary>A century; larger steps are mistakes.</summary>
    private const int MinutesLimit = 100 * 366 * 24 * 60;

    public static readonly MapFunction[] All =
    [
        new("time", [MapType.Text], MapType.Time, (context, arguments) => Read(context, arguments[0], null))
        {
            Help = "time(): an HL7 time with its offset, else that of MSH-7, else the sender's zone",
        },
        new("zone", [MapType.Text, MapType.Text], MapType.Time, (context, arguments) =>
        {
            if (arguments[1].AsText() is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
                return Read(context, arguments[0], zone);
            context.Warn("zone-unknown", arguments[1].AsText());
            return MapValue.Absent;
        })
        {
            Check = static (arguments, _) => arguments[1].AsText() is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out var _)
                ? (1, $"There is no time zone {name}.", "Write an IANA name such as Asia/Kolkata.")
                : null,
            Help = "zone(z): an HL7 time whose zone, when it gives no offset, is this IANA zone",
        },
        new("date", [MapType.Text], MapType.Time, (context, arguments) =>
        {
            if (context.ReadDate(arguments[0].AsText()) is not { } date) return Unreadable(context, arguments[0]);
            if (MapTimes.IsUnlikely(context, date.Value.DateTime)) context.Warn("unlikely-date", null, arguments[0]);
            return MapValue.Time(date);
        })
        {
            Help = "date(): the calendar date of an HL7 time, as precise as given, never shifted between zones",
        },
        new("fhirDateTime", [MapType.Text], MapType.Text,
            (context, arguments) => MapValue.Text(context.ReadTime(arguments[0].AsText())?.FhirDateTime()))
        {
            Help = "fhirDateTime(): an HL7 time as FHIR dateTime, with the offset that was found",
        },
        new("hasDay", [MapType.Text], MapType.Bool, (context, arguments) =>
            MapValue.Bool(context.ReadDate(arguments[0].AsText()) is { Precision: >= TimePrecision.Day }))
        {
            Help = "hasDay(): whether a date or time can be read and is given to the day",
        },
        new("isBefore", [MapType.Time, MapType.Time], MapType.Bool, (_, arguments) =>
            MapValue.Bool(arguments[0].AsTime() is { } first && arguments[1].AsTime() is { } second && first.IsBefore(second)))
        {
            Help = "isBefore(time): whether it is before another time, as far as both are given: a day is not before a time on it",
        },
        new("addMinutes", [MapType.Time, MapType.Number], MapType.Time, (_, arguments) =>
            arguments[0].AsTime() is { HasTime: true } time && arguments[1].AsNumber() is { } minutes
                ? Add(time, minutes)
                : MapValue.Absent)
        {
            Help = "addMinutes(n): n minutes later",
        },
        new("minutes", [MapType.Text, MapType.Text], MapType.Number, (context, arguments) =>
        {
            if (Minutes(arguments[0].AsText()!, arguments[1].AsText()) is { } minutes) return MapValue.Number(minutes);
            context.Warn("bad-number", "minutes", arguments[0]);
            return MapValue.Absent;
        })
        {
            Optional = 1,
            Help = "minutes([unit]): a duration such as M30 or H1 (TQ.3), or a number of the unit (minutes without one)",
        },
    ];

    private static MapValue Read(EvalContext context, in MapValue text, TimeZoneInfo? zone) =>
        context.ReadTime(text.AsText(), zone) is { } time ? MapValue.Time(time) : Unreadable(context, text);

    private static MapValue Unreadable(EvalContext context, in MapValue text)
    {
        if (text.HasValue) context.Warn("bad-time", null, text);
        return MapValue.Absent;
    }

    private static MapValue Add(MapTime time, decimal minutes)
    {
        if (Math.Abs(minutes) > MinutesLimit) return MapValue.Absent;
        var years = TimeSpan.FromMinutes((double)Math.Abs(minutes)).TotalDays / 365;
        // A day of margin at both ends of the calendar, because the offset moves the local time.
        if (time.Value.Year + years > 9998 || time.Value.Year - years < 2) return MapValue.Absent;
        return MapValue.Time(time with { Value = time.Value.AddMinutes((double)minutes) });
    }

    private static decimal? Minutes(string text, string? unit)
    {
        var duration = text.AsSpan().Trim();
        if (!duration.IsEmpty && char.IsAsciiLetter(duration[0]))
        {
            unit = duration[..1].ToString();
            duration = duration[1..];
        }
        if (!decimal.TryParse(duration, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > MinutesLimit) return null;
        return unit?.Trim().ToUpperInvariant() switch
        {
            "S" or "SEC" => number / 60,
            null or "" or "M" or "MIN" => number,
            "H" or "HR" => number * 60,
            "D" => number * 24 * 60,
            _ => null,
        };
    }
}
