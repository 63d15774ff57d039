using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs deliveries list|show|retry|skip|status|pause|resume</c>: what the running engine tells other systems.</summary>
internal static class DeliveriesCommand
{
    private static readonly string[] Columns = ["id", "createdAt", "destination", "event", "state", "attempts", "lastError", "controlId"];

    public static Command Create()
    {
        var url = ApiClient.UrlOption();
        url.Recursive = true;
        var json = JsonOption.Create();
        json.Recursive = true;
        return new Command("deliveries", "Look at what other systems are told, send again or skip, pause and resume a destination")
        {
            url, json, List(url, json), Show(url, json), Retry(url, json), Skip(url, json),
            Destinations("status", "Show how each destination stands", HttpMethod.Get, url, json),
            Destinations("pause", "Send nothing to a destination until it is resumed", HttpMethod.Post, url, json),
            Destinations("resume", "Send to a destination again", HttpMethod.Post, url, json),
        };
    }

    private static Command List(Option<string> url, Option<bool> json)
    {
        var destination = new Option<string>("--destination") { Description = "Name of the destination" };
        var state = new Option<string>("--state") { Description = "waiting, sent, parked or skipped" };
        var limit = new Option<int>("--limit") { Description = "How many", DefaultValueFactory = _ => 20 }.Within(1, 1000);
        var before = new Option<long?>("--before") { Description = "Older than this id" };
        var command = new Command("list", "List deliveries, newest first") { destination, state, limit, before };
        command.SetAction(async (result, cancellationToken) =>
        {
            var query = new List<string> { $"limit={result.GetValue(limit)}" };
            if (result.GetValue(destination) is { } name) query.Add("destination=" + Uri.EscapeDataString(name));
            if (result.GetValue(state) is { } wanted) query.Add("state=" + Uri.EscapeDataString(wanted));
            if (result.GetValue(before) is { } id) query.Add(string.Create(CultureInfo.InvariantCulture, $"before={id}"));
            var page = await ApiClient.CallAsync(
                HttpMethod.Get, result.GetValue(url)!, "/api/deliveries?" + string.Join('&', query), cancellationToken);
            var standing = await ApiClient.CallAsync(HttpMethod.Get, result.GetValue(url)!, "/api/destinations", cancellationToken);
            page["destinations"] = standing["destinations"]!.DeepClone();
            if (result.GetValue(json)) result.Output().WriteLine(page.ToJsonString(JsonOption.Format));
            else Print(result.Output(), page);
            return Cli.Done;
        });
        return command;
    }

    private static Command Show(Option<string> url, Option<bool> json)
    {
        var id = new Argument<long>("id") { Description = "Id of the delivery" };
        var command = new Command("show", "Show one delivery with its message and the last answer") { id };
        command.SetAction(async (result, cancellationToken) =>
        {
            var row = await ApiClient.CallAsync(
                HttpMethod.Get, result.GetValue(url)!, $"/api/deliveries/{result.GetValue(id)}", cancellationToken);
            result.Output().WriteLine(result.GetValue(json)
                ? row.ToJsonString(JsonOption.Format)
                : $"{row["destination"]}  {row["event"]}  {row["state"]}  since {Cell(row, "createdAt")}  attempts {row["attempts"]}  "
                    + $"{row["lastError"]}\n\n"
                    + $"{row["payload"]}\n{row["answer"]}");
            return Cli.Done;
        });
        return command;
    }

    private static Command Retry(Option<string> url, Option<bool> json)
    {
        var id = new Argument<long>("id") { Description = "Id of a delivery that was refused, skipped, or waits for its next attempt" };
        var file = new Option<FileInfo>("--file")
        {
            Description = "What to send in its place: HL7 with the same MSH-10, or a data set in DICOM JSON",
        };
        file.AcceptExistingOnly();
        var command = new Command("retry", "Send a delivery as soon as it can be sent") { id, file };
        command.SetAction(async (result, cancellationToken) =>
        {
            var body = result.GetValue(file) is { } corrected ? await File.ReadAllBytesAsync(corrected.FullName, cancellationToken) : null;
            var row = await ApiClient.CallAsync(
                HttpMethod.Post, result.GetValue(url)!, $"/api/deliveries/{result.GetValue(id)}/retry", cancellationToken, body);
            Print(result.Output(), row, result.GetValue(json));
            return Cli.Done;
        });
        return command;
    }

    private static Command Skip(Option<string> url, Option<bool> json)
    {
        var id = new Argument<long>("id") { Description = "Id of a delivery that waits or was refused" };
        var command = new Command("skip", "Do not send a delivery; what follows about the same order goes on") { id };
        command.SetAction(async (result, cancellationToken) =>
        {
            var row = await ApiClient.CallAsync(
                HttpMethod.Post, result.GetValue(url)!, $"/api/deliveries/{result.GetValue(id)}/skip", cancellationToken);
            Print(result.Output(), row, result.GetValue(json));
            return Cli.Done;
        });
        return command;
    }

    /// <summary>What a decision came to; the error is that of the last attempt.</summary>
    private static void Print(TextWriter output, JsonNode row, bool isJson) =>
        output.WriteLine(isJson ? row.ToJsonString(JsonOption.Format) : $"{row["id"]} {row["state"]}  {row["lastError"]}".TrimEnd());

    private static Command Destinations(string verb, string help, HttpMethod method, Option<string> url, Option<bool> json)
    {
        var name = new Argument<string>("destination") { Description = "Name of the destination" };
        var command = new Command(verb, help);
        if (method == HttpMethod.Post) command.Add(name);
        command.SetAction(async (result, cancellationToken) =>
        {
            var path = method == HttpMethod.Post
                ? $"/api/destinations/{Uri.EscapeDataString(result.GetRequiredValue(name))}/{verb}"
                : "/api/destinations";
            var all = await ApiClient.CallAsync(method, result.GetValue(url)!, path, cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(all.ToJsonString(JsonOption.Format));
            else PrintDestinations(result.Output(), all);
            return Cli.Done;
        });
        return command;
    }

    private static void Print(TextWriter output, JsonNode page)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "Id", "Created", "Destination", "Event", "State", "Attempts", "Last error", "Control id");
        foreach (var row in page["deliveries"]!.AsArray())
            table.AddRow([.. Columns.Select(column => Markup.Escape(Cell(row!, column)))]);
        Tables.Print(output, table);
        if (page["next"] is { } next) output.WriteLine($"more: --before {next}");
        PrintDestinations(output, page);
    }

    private static void PrintDestinations(TextWriter output, JsonNode all)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Destination", "Waiting", "Parked", "Oldest", "Paused", "Last error");
        string[] columns = ["name", "waiting", "parked", "oldest", "paused", "lastError"];
        foreach (var row in all["destinations"]!.AsArray())
            table.AddRow([.. columns.Select(column => Markup.Escape(Cell(row!, column)))]);
        Tables.Print(output, table);
    }

    /// <summary>Times to the second; they are UTC in the API.</summary>
    private static string Cell(JsonNode row, string column) =>
        row[column]?.ToString() is not { } text ? ""
            : column is "createdAt" or "oldest" && text.Length > 19 ? text[..19].Replace('T', ' ') + "Z" : text;
}
