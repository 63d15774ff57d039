using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs audit list|who-saw</c>: what the running engine knows of who did what.</summary>
internal static class AuditListing
{
    private const string Time = "a time such as 2026-11-24T08:00+05:30";
    private static readonly string[] Entries = ["at", "action", "outcome", "actor", "source", "patient", "entity", "reason"];
    private static readonly string[] Actors = ["actor", "source", "action", "count", "first", "last"];

    public static Command List(Option<bool> json)
    {
        var url = ApiClient.UrlOption();
        var patient = new Option<string>("--patient") { Description = "Id of a Patient, or one of its identifiers" };
        var actor = new Option<string>("--actor") { Description = "Who did it" };
        var action = new Option<string>("--action") { Description = "What was done, such as order.placed" };
        var (since, until) = Times();
        var limit = new Option<int>("--limit") { Description = "How many", DefaultValueFactory = _ => 20 }.Within(1, 1000);
        var after = new Option<string>("--after") { Description = "The 'next' of the page before" };
        var command = new Command("list", "List entries, newest first") { url, patient, since, until, actor, action, limit, after };
        command.SetAction(async (result, cancellationToken) =>
        {
            var query = new List<string> { $"limit={result.GetValue(limit)}" };
            foreach (var (name, option) in new[] { ("patient", patient), ("actor", actor), ("action", action), ("after", after) })
                if (result.GetValue(option) is { Length: > 0 } value) query.Add($"{name}={Uri.EscapeDataString(value)}");
            AddTimes(query, result, since, until);
            var page = await ApiClient.CallAsync(
                HttpMethod.Get, result.GetValue(url)!, "/api/audit?" + string.Join('&', query), cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(page.ToJsonString(JsonOption.Format));
            else Print(result.Output(), page["entries"]!, Entries);
            if (!result.GetValue(json) && page["next"] is { } next) result.Output().WriteLine($"more: --after {next}");
            return Cli.Done;
        });
        return command;
    }

    public static Command WhoSaw(Option<bool> json)
    {
        var url = ApiClient.UrlOption();
        var patient = new Argument<string>("patient") { Description = "Id of a Patient, or one of its identifiers" };
        var (since, until) = Times();
        var command = new Command("who-saw", "List who did what with a patient, from where and how often") { url, patient, since, until };
        command.SetAction(async (result, cancellationToken) =>
        {
            var query = new List<string>();
            AddTimes(query, result, since, until);
            var path = $"/api/audit/patients/{Uri.EscapeDataString(result.GetRequiredValue(patient))}?{string.Join('&', query)}";
            var page = await ApiClient.CallAsync(HttpMethod.Get, result.GetValue(url)!, path, cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(page.ToJsonString(JsonOption.Format));
            else Print(result.Output(), page["actors"]!, Actors);
            return Cli.Done;
        });
        return command;
    }

    private static (Option<string> Since, Option<string> Until) Times() => (
        new Option<string>("--since")
        {
            Description = "At or after, such as 2026-11-24 or 2026-11-24T08:00+05:30; without a zone, this machine's",
        }.Checked(IsTime, Time),
        new Option<string>("--until") { Description = "At or before" }.Checked(IsTime, Time));

    private static bool IsTime(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    private static void AddTimes(List<string> query, ParseResult result, Option<string> since, Option<string> until)
    {
        foreach (var (name, option) in new[] { ("since", since), ("until", until) })
        {
            if (result.GetValue(option) is not { } text) continue;
            var time = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToString("O", CultureInfo.InvariantCulture);
            query.Add($"{name}={Uri.EscapeDataString(time)}");
        }
    }

    private static void Print(TextWriter output, JsonNode rows, string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(columns);
        foreach (var row in rows.AsArray()) table.AddRow([.. columns.Select(column => Markup.Escape($"{row![column]}"))]);
        Tables.Print(output, table);
    }
}
