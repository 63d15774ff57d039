using System.Globalization;
using System.Text;
using CloudPacs.Fhir.Formats;
using CloudPacs.Fhir.Search.Values;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer.History;

/// <summary>What a request for a history asks for (FHIR R4 http.html 3.1.0.10).</summary>
internal sealed record HistoryParameters
{
    private const int UsualCount = 20, MostCount = 1000;

    /// <summary>Length of a page; 0 for the number alone.</summary>
    public int Count { get; private init; } = UsualCount;

    public DateTimeOffset? Since { get; private init; }

    public (DateTimeOffset From, DateTimeOffset To)? At { get; private init; }

    /// <summary>What is shown of each resource; null for all.</summary>
    public ResourceView? View { get; private init; }

    /// <summary>The parameters that say what is in the history, as a query string.</summary>
    public string Applied { get; private init; } = "";

    /// <summary>The parameters, or why they are none.</summary>
    public static (HistoryParameters? Parameters, FhirResult? Refusal) Read(IQueryCollection query)
    {
        var isCount = query[ViewParameters.Summary].ToString() == "count";
        var (view, refusal) = isCount ? (null, null) : ViewParameters.Read(query);
        if (refusal is not null) return (null, refusal);
        var count = UsualCount;
        if (query["_count"].ToString() is { Length: > 0 } given
            && !int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out count))
            return Refused("_count", "_count is a number from 0.");
        DateTimeOffset? since = null;
        if (query["_since"].ToString() is { Length: > 0 } instant)
        {
            if (!TryTime(instant, out var time) || !instant.Contains('T', StringComparison.Ordinal))
                return Refused("_since", "_since is an instant, such as 2026-03-10T08:30:00Z.");
            since = Utc(time.Low);
        }

        (DateTimeOffset, DateTimeOffset)? at = null;
        if (query["_at"].ToString() is { Length: > 0 } date)
        {
            if (!TryTime(date, out var time)) return Refused("_at", "_at is a date or a time, such as 2026-03-10.");
            at = (Utc(time.Low), Utc(time.High));
        }

        string[] applied = ["_count", "_since", "_at", ViewParameters.Summary, ViewParameters.Elements, "_format", "_pretty"];
        return (new HistoryParameters
        {
            Count = isCount ? 0 : Math.Min(count, MostCount),
            Since = since,
            At = at,
            View = view,
            Applied = string.Join('&', applied.SelectMany(
                name => query[name].Select(value => $"{name}={Uri.EscapeDataString(value ?? "")}"))),
        }, null);
    }

    /// <summary>The time that a date stands for, in UTC where it has no zone.</summary>
    private static bool TryTime(string text, out DateInterval time) =>
        DateInterval.TryParse(Encoding.UTF8.GetBytes(text), TimeZoneInfo.Utc, out time);

    private static DateTimeOffset Utc(DateTime time) => new(time.Ticks, TimeSpan.Zero);

    private static (HistoryParameters?, FhirResult?) Refused(string parameter, string text) =>
        (null, FhirResult.Problem(400, new FhirIssue("value", text) { Parameter = parameter }));
}
