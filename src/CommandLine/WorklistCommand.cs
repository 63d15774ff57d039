using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace CloudPacs.CommandLine;

/// <summary>
/// <c>cloudpacs worklist why|import|export</c>: why an entry is not in the answer that a station gets, and entries from and to files.
/// </summary>
internal static class WorklistCommand
{
    private static readonly string[] Columns = ["accessionNumber", "stepId", "start", "stations", "modality", "state", "reason"];

    public static Command Create() => new("worklist", "Look into the worklist of the running engine, fill it from other servers")
    {
        Why(), WorklistImport.Create(), WorklistExport.Create(),
    };

    private static Command Why()
    {
        var url = ApiClient.UrlOption();
        var json = JsonOption.Create();
        var station = new Option<string>("--aet") { Description = "AE title of the station that asks", Required = true };
        var accession = new Option<string>("--accession") { Description = "Accession number of the entry that is missed" };
        var patient = new Option<string>("--patient") { Description = "Patient ID of the entries that are missed" };
        var keys = new Option<string[]>("--key", "-k")
        {
            Description = "What is asked for, as KEYWORD=VALUE with dots into sequences; without any, what the station asked for last",
        };
        var command = new Command("why", "Tell which key, rule or state keeps an entry out of the answer of a station")
        {
            url, json, station, accession, patient, keys,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var query = new List<string> { "aet=" + Uri.EscapeDataString(result.GetRequiredValue(station)) };
            if (result.GetValue(accession) is { } number) query.Add("accession=" + Uri.EscapeDataString(number));
            if (result.GetValue(patient) is { } id) query.Add("patient=" + Uri.EscapeDataString(id));
            foreach (var key in result.GetValue(keys) ?? [])
            {
                var parts = key.Split('=', 2);
                query.Add($"{Uri.EscapeDataString(parts[0])}={Uri.EscapeDataString(parts.Length > 1 ? parts[1] : "")}");
            }

            var answer = await ApiClient.CallAsync(
                HttpMethod.Get, result.GetValue(url)!, "/api/worklist/why?" + string.Join('&', query), cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(answer.ToJsonString(JsonOption.Format));
            else Print(result.Output(), answer, hasKeys: result.GetValue(keys) is { Length: > 0 });
            return Cli.Done;
        });
        return command;
    }

    private static void Print(TextWriter output, JsonNode answer, bool hasKeys)
    {
        if (answer["unconfigured"] is { } unknown) output.WriteLine(unknown);
        if (answer["askedAt"] is { } at) output.WriteLine($"The station asked last at {at}.");
        else if (!hasKeys) output.WriteLine("The station has not asked since the engine started: looked at without any key.");
        if (answer["fault"] is { } fault) output.WriteLine($"The query itself is refused: {fault}");
        var candidates = answer["candidates"]!.AsArray();
        if (candidates.Count == 0)
        {
            output.WriteLine("The worklist holds no such entry: see 'messages list --key' for the message that should have made it.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("Accession", "Step", "Start", "Stations", "Mod", "State", "Why not");
        foreach (var candidate in candidates)
        {
            table.AddRow([.. Columns.Select(column => Markup.Escape(
                column == "reason" && candidate!["reason"] is null ? "it is in the answer" : candidate![column]?.ToString() ?? ""))]);
        }

        Tables.Print(output, table);
    }
}
