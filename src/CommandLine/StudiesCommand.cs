using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs studies …</c>: stored studies, the orders that they are of, and what a person decides about them.</summary>
internal static class StudiesCommand
{
    public static Command Create()
    {
        var url = ApiClient.UrlOption();
        url.Recursive = true;
        var json = JsonOption.Create();
        json.Recursive = true;
        var command = new Command("studies", "Look at stored studies, and decide which order they were made for")
        {
            url, json, List(url, json), Show(url, json), Expired(url, json),
        };
        foreach (var decision in StudyDecisionCommands.Create(url, json)) command.Add(decision);
        return command;
    }

    private static Command List(Option<string> url, Option<bool> json)
    {
        var all = new Option<bool>("--all") { Description = "All of them; without it, those that wait for a person" };
        var limit = new Option<int>("--limit") { Description = "How many", DefaultValueFactory = _ => 20 }.Within(1, 1000);
        var before = new Option<Guid?>("--before") { Description = "The 'next' of the page before" };
        var command = new Command("list", "List studies that wait for a person, the latest received first") { all, limit, before };
        command.SetAction(async (result, cancellationToken) =>
        {
            var query = $"undecided={(result.GetValue(all) ? "false" : "true")}&limit={result.GetValue(limit)}";
            if (result.GetValue(before) is { } id) query += $"&before={id}";
            var page = await ApiClient.CallAsync(HttpMethod.Get, result.GetValue(url)!, "/api/studies?" + query, cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(page.ToJsonString(JsonOption.Format));
            else Print(result.Output(), page);
            return Cli.Done;
        });
        return command;
    }

    private static Command Show(Option<string> url, Option<bool> json)
    {
        var uid = new Argument<string>("uid") { Description = "Study Instance UID" };
        var command = new Command("show", "Show one study with the orders that it is, or may be, of, and what was decided") { uid };
        command.SetAction(async (result, cancellationToken) =>
        {
            var study = await ApiClient.CallAsync(
                HttpMethod.Get, result.GetValue(url)!, "/api/studies/" + Uri.EscapeDataString(result.GetRequiredValue(uid)),
                cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(study.ToJsonString(JsonOption.Format));
            else PrintOne(result.Output(), study);
            return Cli.Done;
        });
        return command;
    }

    private static Command Expired(Option<string> url, Option<bool> json)
    {
        var command = new Command(
            "expired", "List studies whose time is over; each night they are deleted where Archive:DeleteExpired says so");
        command.SetAction(async (result, cancellationToken) =>
        {
            var page = await ApiClient.CallAsync(HttpMethod.Get, result.GetValue(url)!, "/api/studies/expired", cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(page.ToJsonString(JsonOption.Format));
            foreach (var study in result.GetValue(json) ? [] : page["studies"]!.AsArray())
            {
                result.Output().WriteLine(
                    $"{study!["studyInstanceUid"]}  {Joined(study["modalities"])}  {study["facility"]}  {study["studyDate"]}  "
                        + $"over since {Time(study["expiredAt"])}");
            }

            return Cli.Done;
        });
        return command;
    }

    private static void Print(TextWriter output, JsonNode page)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "Received", "Study Instance UID", "Patient", "Modality", "Images", "State", "Flags", "Order");
        foreach (var study in page["studies"]!.AsArray())
        {
            table.AddRow(
            [
                .. new[]
                {
                    Time(study!["receivedAt"]), $"{study["studyInstanceUid"]}", $"{study["shown"]!["patientId"]}",
                    Joined(study["modalities"]), $"{study["instances"]}", $"{study["state"]}", Joined(study["flags"]), Best(study),
                }.Select(Markup.Escape),
            ]);
        }

        Tables.Print(output, table);
        var since = page["oldestUndecided"] is { } time ? ", the oldest since " + Time(time) : "";
        output.WriteLine($"{page["undecided"]} wait for a person{since}");
        if (page["next"] is { } next) output.WriteLine($"more: --before {next}");
    }

    private static void PrintOne(TextWriter output, JsonNode study)
    {
        var shown = study["shown"]!;
        var waits = (bool)study["undecided"]! ? ", waits for a person" : "";
        output.WriteLine(
            $"{study["studyInstanceUid"]}  {study["state"]}{waits}\n"
                + $"received {Time(study["receivedAt"])} from {study["sender"]}, {Joined(study["modalities"])}, "
                + $"{Images(study["instances"])}  {Joined(study["flags"])}\n"
                + $"images show {shown["patientId"]} {shown["patientName"]} {shown["birthDate"]} {shown["sex"]}, "
                + $"accession number {shown["accessionNumber"]}, {shown["studyDate"]} {shown["description"]}\n"
                + $"{study["patient"] ?? "no patient"}  {study["imagingStudy"]}");
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "State", "Rule", "Confidence", "Placer", "Filler", "Accession", "Procedure", "Start", "Patient", "Name", "By", "Reason");
        foreach (var order in study["orders"]!.AsArray().Concat(study["refused"]!.AsArray()))
        {
            table.AddRow(
            [
                .. new[]
                {
                    $"{order!["state"]}", $"{order["rule"]}", $"{order["confidence"]}", Number(order["placerNumber"]),
                    Number(order["fillerNumber"]), Number(order["accessionNumber"]), $"{order["requestedProcedureId"]}",
                    Time(order["start"]), $"{order["patientId"]}", $"{order["patientName"]}", $"{order["decidedBy"]}", $"{order["reason"]}",
                }.Select(Markup.Escape),
            ]);
        }

        Tables.Print(output, table);
        if (study["hold"] is { } hold) output.WriteLine($"on hold: {hold}");
        if (study["patientHold"] is { } patientHold) output.WriteLine($"the patient is on hold: {patientHold}");
        foreach (var hidden in study["hidden"]!.AsArray())
            output.WriteLine($"hidden: {Images(hidden!["instances"])}, {hidden["state"]} {hidden["rejection"]}".TrimEnd());
        foreach (var act in study["history"]!.AsArray())
            output.WriteLine($"{Time(act!["at"])}  {act["act"]}  {act["actor"]}  {act["reason"]}".TrimEnd());
    }

    private static string Images(JsonNode? count) => (int)count! == 1 ? "1 image" : $"{count} images";

    /// <summary>The order that ranks first.</summary>
    private static string Best(JsonNode study) => study["orders"]!.AsArray() is [{ } first, ..]
        ? $"{first["state"]} {Number(first["accessionNumber"])} ({first["confidence"]})"
        : "";

    private static string Number(JsonNode? number) =>
        number is null ? "" : $"{number["value"]}{((number["namespace"] ?? number["universalId"]) is { } of ? $" ({of})" : "")}";

    private static string Joined(JsonNode? list) => string.Join(' ', list!.AsArray());

    /// <summary>To the second; times are UTC in the API.</summary>
    private static string Time(JsonNode? time) =>
        (string?)time is { Length: > 19 } text ? text[..19].Replace('T', ' ') + "Z" : "";
}
