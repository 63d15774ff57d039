using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs quarantine list|show|release|drop</c>: what was received and is not shown, and what is decided about it.</summary>
internal static class QuarantineCommand
{
    private static readonly string[] Columns = ["receivedAt", "sender", "code", "problem", "state", "bytes", "sopInstanceUid", "id"];

    public static Command Create()
    {
        var url = ApiClient.UrlOption();
        url.Recursive = true;
        var json = JsonOption.Create();
        json.Recursive = true;
        var replace = new Option<bool>("--replace")
        {
            Description = "It takes the place of what is stored under its name, which goes to quarantine",
        };
        return new Command("quarantine", "Look at instances that were received and are not shown, release or drop them")
        {
            url, json, List(url, json), Show(url, json),
            Decide("release", "Take an instance in", url, json, replace), Decide("drop", "Give an instance up, with its bytes", url, json),
        };
    }

    private static Command List(Option<string> url, Option<bool> json)
    {
        var state = new Option<string>("--state")
        {
            Description = "held, released, dropped or all", DefaultValueFactory = static _ => "held",
        };
        var limit = new Option<int>("--limit") { Description = "How many", DefaultValueFactory = _ => 20 }.Within(1, 1000);
        var before = new Option<Guid?>("--before") { Description = "The 'next' of the page before" };
        var command = new Command("list", "List instances in quarantine, newest first") { state, limit, before };
        command.SetAction(async (result, cancellationToken) =>
        {
            var query = $"limit={result.GetValue(limit)}";
            if (result.GetValue(state) is { } wanted and not "all") query += "&state=" + Uri.EscapeDataString(wanted);
            if (result.GetValue(before) is { } id) query += $"&before={id}";
            var page = await ApiClient.CallAsync(HttpMethod.Get, result.GetValue(url)!, "/api/quarantine?" + query, cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(page.ToJsonString(JsonOption.Format));
            else Print(result.Output(), page);
            return Cli.Done;
        });
        return command;
    }

    private static Command Show(Option<string> url, Option<bool> json)
    {
        var id = new Argument<Guid>("id") { Description = "Id of the instance in quarantine" };
        var command = new Command("show", "Show one instance, and where it differs from what is stored under its name") { id };
        command.SetAction(async (result, cancellationToken) =>
        {
            var row = await ApiClient.CallAsync(
                HttpMethod.Get, result.GetValue(url)!, $"/api/quarantine/{result.GetValue(id)}", cancellationToken);
            if (result.GetValue(json))
            {
                result.Output().WriteLine(row.ToJsonString(JsonOption.Format));
                return Cli.Done;
            }

            foreach (var (name, value) in row.AsObject())
                if (value is JsonValue) result.Output().WriteLine($"{name}: {value}");
            foreach (var one in row["differences"]?.AsArray() ?? [])
                result.Output().WriteLine($"{one!["tag"]} {one["name"]}: stored '{one["stored"]}', received '{one["received"]}'");
            return Cli.Done;
        });
        return command;
    }

    private static Command Decide(string verb, string help, Option<string> url, Option<bool> json, Option<bool>? replace = null)
    {
        var id = new Argument<Guid>("id") { Description = "Id of the instance in quarantine" };
        var reason = new Option<string>("--reason") { Description = "Why, for the audit trail", Required = true };
        var actor = new Option<string>("--actor")
        {
            Description = "Who decides, for the audit trail", DefaultValueFactory = static _ => Environment.UserName,
        };
        var command = new Command(verb, help) { id, reason, actor };
        if (replace is not null) command.Add(replace);
        command.SetAction(async (result, cancellationToken) =>
        {
            var (who, why) = (result.GetRequiredValue(actor), result.GetRequiredValue(reason));
            var query = $"actor={Uri.EscapeDataString(who)}&reason={Uri.EscapeDataString(why)}";
            if (replace is not null && result.GetValue(replace)) query += "&replace=true";
            var row = await ApiClient.CallAsync(
                HttpMethod.Post, result.GetValue(url)!, $"/api/quarantine/{result.GetValue(id)}/{verb}?{query}", cancellationToken);
            result.Output().WriteLine(result.GetValue(json) ? row.ToJsonString(JsonOption.Format) : $"{row["id"]} {row["state"]}");
            return Cli.Done;
        });
        return command;
    }

    private static void Print(TextWriter output, JsonNode page)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "Received", "Sender", "Code", "Problem", "State", "Bytes", "SOP Instance UID", "Id");
        foreach (var row in page["instances"]!.AsArray()) table.AddRow([.. Columns.Select(column => Markup.Escape(Cell(row!, column)))]);
        Tables.Print(output, table);
        output.WriteLine($"{page["held"]} are held, {page["heldBytes"]} bytes");
        if (page["next"] is { } next) output.WriteLine($"more: --before {next}");
    }

    /// <summary>Times to the second; they are UTC in the API.</summary>
    private static string Cell(JsonNode row, string column) =>
        row[column]?.ToString() is not { } text ? ""
            : column == "receivedAt" && text.Length > 19 ? text[..19].Replace('T', ' ') + "Z" : text;
}
