using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs token create|list|revoke</c>: keys by which scripts and systems are known over HTTP.</summary>
internal static class TokenCommand
{
    private static readonly string[] Columns = ["name", "roles", "facility", "created", "createdBy", "expires", "id"];

    public static Command Create()
    {
        var url = ApiClient.UrlOption();
        url.Recursive = true;
        var json = JsonOption.Create();
        json.Recursive = true;
        return new Command("token", "Make, list and revoke API keys") { url, json, Make(url, json), List(url, json), Revoke(url, json) };
    }

    private static Command Make(Option<string> url, Option<bool> json)
    {
        var name = new Argument<string>("name") { Description = "What the key is for" };
        var role = new Option<string[]>("--role")
        {
            Description = "viewer, operator, administrator, privacy-officer or system; several times for several",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var facility = new Option<string?>("--facility") { Description = "Facility of its bearer; without it all are seen" };
        var days = new Option<int?>("--days") { Description = "Days until it ends; without it, it does not" };
        var command = new Command("create", "Make a key; it is shown once") { name, role, facility, days };
        command.SetAction(async (result, cancellationToken) =>
        {
            var (what, roles) = (result.GetValue(name)!, string.Join(',', result.GetValue(role)!));
            var query = $"name={Uri.EscapeDataString(what)}&roles={Uri.EscapeDataString(roles)}";
            if (result.GetValue(facility) is { } of) query += "&facility=" + Uri.EscapeDataString(of);
            if (result.GetValue(days) is { } limit) query += $"&days={limit}";
            var made = await ApiClient.CallAsync(HttpMethod.Post, result.GetValue(url)!, "/api/keys?" + query, cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(made.ToJsonString(JsonOption.Format));
            else result.Output().WriteLine((string?)made["key"]);
            return Cli.Done;
        });
        return command;
    }

    private static Command List(Option<string> url, Option<bool> json)
    {
        var command = new Command("list", "List the keys in force");
        command.SetAction(async (result, cancellationToken) =>
        {
            var keys = await ApiClient.CallAsync(HttpMethod.Get, result.GetValue(url)!, "/api/keys", cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(keys.ToJsonString(JsonOption.Format));
            else Print(result.Output(), keys["keys"]!.AsArray());
            return Cli.Done;
        });
        return command;
    }

    private static Command Revoke(Option<string> url, Option<bool> json)
    {
        var id = new Argument<Guid>("id") { Description = "Id of the key" };
        var command = new Command("revoke", "Revoke a key: from then on it is refused") { id };
        command.SetAction(async (result, cancellationToken) =>
        {
            var answer = await ApiClient.CallAsync(
                HttpMethod.Delete, result.GetValue(url)!, $"/api/keys/{result.GetValue(id)}", cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(answer.ToJsonString(JsonOption.Format));
            else result.Output().WriteLine("Revoked.");
            return Cli.Done;
        });
        return command;
    }

    /// <summary>Times to the second; they are UTC in the API.</summary>
    private static string Cell(JsonNode key, string column) =>
        key[column]?.ToString() is not { } text ? ""
            : column is "created" or "expires" && text.Length > 19 ? text[..19].Replace('T', ' ') + "Z" : text;

    private static void Print(TextWriter output, JsonArray keys)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Name", "Roles", "Facility", "Created", "By", "Expires", "Id");
        foreach (var key in keys) table.AddRow([.. Columns.Select(column => Markup.Escape(Cell(key!, column)))]);
        Tables.Print(output, table);
    }
}
