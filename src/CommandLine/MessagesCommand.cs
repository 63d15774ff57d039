using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs messages list|show|replay</c>: the journal of the running engine.</summary>
internal static class MessagesCommand
{
    private const string Time = "a time such as 2026-11-24T08:00+05:30";
    private static readonly string[] Columns = ["receivedAt", "type", "sender", "controlId", "status", "ack", "told", "id"];

    public static Command Create()
    {
        var url = ApiClient.UrlOption();
        url.Recursive = true;
        var json = JsonOption.Create();
        json.Recursive = true;
        return new Command("messages", "Look at the journal of messages and replay one")
        {
            url, json, List(url, json), Show(url, json), Replay(url, json),
        };
    }

    private static Command List(Option<string> url, Option<bool> json)
    {
        var sender = new Option<string>("--sender") { Description = "Name of the sender" };
        var type = new Option<string>("--type") { Description = "Message type, such as ORM" };
        var status = new Option<string>("--status") { Description = "applied, rejected, parked, duplicate or part" };
        var key = new Option<string>("--key", "-k")
        {
            Description = "A control id, patient id, accession, placer or filler number, or study UID",
        };
        var since = new Option<string>("--since")
        {
            Description = "Received at or after, such as 2026-11-24 or 2026-11-24T08:00+05:30; without a zone, this machine's",
        }.Checked(IsTime, Time);
        var until = new Option<string>("--until") { Description = "Received before" }.Checked(IsTime, Time);
        var limit = new Option<int>("--limit") { Description = "How many", DefaultValueFactory = _ => 20 }.Within(1, 1000);
        var after = new Option<string>("--after") { Description = "The 'next' of the page before" };
        var command = new Command("list", "List messages, newest first") { sender, type, status, key, since, until, limit, after };
        command.SetAction(async (result, cancellationToken) =>
        {
            var query = new List<string> { $"limit={result.GetValue(limit)}" };
            foreach (var (name, option) in new[] { ("sender", sender), ("type", type), ("status", status), ("key", key), ("after", after) })
                if (result.GetValue(option) is { Length: > 0 } value) query.Add($"{name}={Uri.EscapeDataString(value)}");
            foreach (var (name, option) in new[] { ("since", since), ("until", until) })
            {
                if (result.GetValue(option) is not { } text) continue;
                var time = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToString("O", CultureInfo.InvariantCulture);
                query.Add($"{name}={Uri.EscapeDataString(time)}");
            }

            var page = await ApiClient.CallAsync(
                HttpMethod.Get, result.GetValue(url)!, "/api/messages?" + string.Join('&', query), cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(page.ToJsonString(JsonOption.Format));
            else Print(result.Output(), page);
            return Cli.Done;
        });
        return command;
    }

    private static bool IsTime(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    private static Command Show(Option<string> url, Option<bool> json)
    {
        var id = new Argument<Guid>("id") { Description = "Id of the message" };
        var command = new Command("show", "Show one message with its answer") { id };
        command.SetAction(async (result, cancellationToken) =>
        {
            var message = await ApiClient.CallAsync(
                HttpMethod.Get, result.GetValue(url)!, $"/api/messages/{result.GetValue(id)}", cancellationToken);
            if (result.GetValue(json))
            {
                result.Output().WriteLine(message.ToJsonString(JsonOption.Format));
                return Cli.Done;
            }

            result.Output().WriteLine(
                $"{message["receivedAt"]}  {message["type"]}  {message["status"]}  {message["ack"]}  "
                    + $"from {message["remote"]} ({message["sender"]})");
            foreach (var problem in message["problems"]?.AsArray() ?? [])
                result.Output().WriteLine($"{problem!["severity"]} {problem["code"]} {problem["location"]} {problem["text"]}");
            foreach (var act in message["acts"]?.AsArray() ?? [])
                result.Output().WriteLine($"{act!["act"]}  {act["resource"]}  {act["reason"]}".TrimEnd());
            foreach (var resource in message["resources"]?.AsArray() ?? []) result.Output().WriteLine($"wrote {resource}");
            foreach (var warning in message["warnings"]!.AsArray()) result.Output().WriteLine($"warning: {warning}");
            result.Output().WriteLine($"\n{message["raw"]}\n{message["acknowledgment"]}");
            return Cli.Done;
        });
        return command;
    }

    private static Command Replay(Option<string> url, Option<bool> json)
    {
        var id = new Argument<Guid>("id") { Description = "Id of a rejected or parked message" };
        var command = new Command("replay", "Apply a rejected or parked message again, for example after its map was mended") { id };
        command.SetAction(async (result, cancellationToken) =>
        {
            var answer = await ApiClient.CallAsync(
                HttpMethod.Post, result.GetValue(url)!, $"/api/messages/{result.GetValue(id)}/replay", cancellationToken);
            result.Output().WriteLine(
                result.GetValue(json) ? answer.ToJsonString(JsonOption.Format) : $"{answer["ack"]}\n{answer["acknowledgment"]}");
            return (string?)answer["ack"] is "AA" or "CA" ? Cli.Done : Cli.Failed;
        });
        return command;
    }

    /// <summary>Times to the second; they are UTC in the API.</summary>
    private static string Short(string column, string value) =>
        column == "receivedAt" && value.Length > 19 ? value[..19].Replace('T', ' ') + "Z" : value;

    private static string Cell(JsonNode message, string name) => name == "told" ? Told(message) : Short(name, (string?)message[name] ?? "");

    /// <summary>The first problem that the sender was told of, and how many more there are.</summary>
    private static string Told(JsonNode message)
    {
        if (message["problems"]?.AsArray() is not [{ } first, ..] all) return "";
        var more = all.Count > 1 ? $" +{all.Count - 1}" : "";
        return $"{((string?)first["severity"])?[..1]} {first["code"]} {first["location"]}{more}";
    }

    private static void Print(TextWriter output, JsonNode page)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "Received", "Type", "Sender", "Control id", "Status", "Ack", "Told", "Id");
        foreach (var message in page["messages"]!.AsArray())
        {
            table.AddRow([.. Columns.Select(name => Markup.Escape(Cell(message!, name)))]);
        }

        Tables.Print(output, table);
        if (page["next"] is { } next) output.WriteLine($"more: --after {next}");
    }
}
