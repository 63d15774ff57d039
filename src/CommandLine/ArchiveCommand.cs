using System.CommandLine;
using System.Text.Json.Nodes;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs archive check|sweep</c>: whether rows and bytes of instances agree, and what is done where they do not.</summary>
internal static class ArchiveCommand
{
    public static Command Create()
    {
        var url = ApiClient.UrlOption();
        url.Recursive = true;
        var json = JsonOption.Create();
        json.Recursive = true;
        return new Command("archive", "Compare the rows of instances with their bytes") { url, json, Check(url, json), Sweep(url, json) };
    }

    private static Command Check(Option<string> url, Option<bool> json)
    {
        var through = new Option<bool>("--through") { Description = "Read all bytes and compare them with their checksums" };
        var hide = new Option<bool>("--hide")
        {
            Description = "Do not show instances whose bytes are lost, until they are stored again or found again",
        };
        var adopt = new Option<bool>("--adopt") { Description = "Take in instances that lie in packs and that no row names" };
        var command = new Command("check", "Look for instances without bytes, and for bytes without an instance") { through, hide, adopt };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var session = new ApiSession(result.GetValue(url)!);
            var found = await CheckRowsAsync(
                session, $"through={Word(result.GetValue(through))}&hide={Word(result.GetValue(hide))}", cancellationToken);
            await CheckPacksAsync(session, result.GetValue(adopt), found, cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(found.ToJsonString(JsonOption.Format));
            else Print(result.Output(), found, result.GetValue(adopt));
            return found["found"]!.AsArray().Count > 0 ? Cli.Failed : Cli.Done;
        });
        return command;
    }

    private static Command Sweep(Option<string> url, Option<bool> json)
    {
        var command = new Command("sweep", "Give up bytes in packs that no row names, and the room of what was deleted");
        command.SetAction(async (result, cancellationToken) =>
        {
            var done = await ApiClient.CallAsync(HttpMethod.Post, result.GetValue(url)!, "/api/archive/sweep", cancellationToken);
            result.Output().WriteLine(result.GetValue(json)
                ? done.ToJsonString(JsonOption.Format)
                : $"{done["orphans"]} records without an instance given up, {done["packs"]} packs written anew");
            return Cli.Done;
        });
        return command;
    }

    private static async Task<JsonObject> CheckRowsAsync(ApiSession session, string options, CancellationToken cancellationToken)
    {
        var (count, found) = (0, new JsonArray());
        for (string? next = Guid.Empty.ToString(); next is not null;)
        {
            var page = await session.CallAsync(HttpMethod.Post, $"/api/archive/check?{options}&after={next}", null, cancellationToken);
            count += (int)page["checked"]!;
            foreach (var one in page["found"]!.AsArray()) found.Add(one!.DeepClone());
            next = (string?)page["next"];
        }

        return new JsonObject { ["checked"] = count, ["found"] = found };
    }

    private static async Task CheckPacksAsync(ApiSession session, bool adopts, JsonObject found, CancellationToken cancellationToken)
    {
        string[] counts = ["unknown", "adopted", "known", "refused"];
        foreach (var name in counts) found[name] = 0;
        foreach (var pack in (await session.GetAsync("/api/archive/packs", cancellationToken))["packs"]!.AsArray())
        {
            var checkedPack = await session.CallAsync(
                HttpMethod.Post, $"/api/archive/packs/{pack!["id"]}/check?adopt={Word(adopts)}", null, cancellationToken);
            foreach (var name in counts) found[name] = (int)found[name]! + (int)checkedPack[name]!;
        }
    }

    private static void Print(TextWriter output, JsonObject found, bool adopts)
    {
        foreach (var one in found["found"]!.AsArray())
        {
            output.WriteLine(
                $"{one!["bytes"]}  {one["studyInstanceUid"]}  {one["sopInstanceUid"]}  pack {one["pack"]} at {one["offset"]}");
        }

        output.WriteLine($"{found["checked"]} instances checked, {found["found"]!.AsArray().Count} without whole bytes");
        output.WriteLine(adopts
            ? $"{found["unknown"]} records that no row names: {found["adopted"]} adopted, {found["known"]} known, "
                + $"{found["refused"]} refused"
            : $"{found["unknown"]} records that no row names; --adopt takes them in, 'archive sweep' gives them up");
    }

    private static string Word(bool value) => value ? "true" : "false";
}
