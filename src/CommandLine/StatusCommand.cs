using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs status</c>: how a running engine stands.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var url = ApiClient.UrlOption();
        var json = JsonOption.Create();
        var command = new Command("status", "Show how a running engine stands: entries, ports, maps, room of the archive") { url, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var status = await ApiClient.CallAsync(HttpMethod.Get, result.GetValue(url)!, "/api/status", cancellationToken);
            if (result.GetValue(json)) result.Output().WriteLine(status.ToJsonString(JsonOption.Format));
            else Print(result.Output(), status);
            return Cli.Done;
        });
        return command;
    }

    private static void Print(TextWriter output, JsonNode status)
    {
        output.WriteLine($"worklist   {status["worklistEntries"]} entries");
        var refused = (bool)status["maps"]!["refused"]! ? ", newer files are refused" : "";
        output.WriteLine($"maps       {status["maps"]!["version"]}{refused}");
        foreach (var port in status["mllp"]!.AsArray())
            output.WriteLine($"mllp       {port!["endPoint"]}, {port["connections"]} connections");
        foreach (var port in status["dicom"]!.AsArray())
            output.WriteLine($"dicom      {port!["endPoint"]}, {port["associations"]} associations");
        var archive = status["archive"]!;
        var takes = (bool)archive["takesInstances"]! ? "" : ": instances are refused, make room";
        output.WriteLine(
            $"archive    {Gigabytes(archive["freeBytes"])} GB free, {Gigabytes(archive["reserveBytes"])} GB kept back{takes}");
        if (archive["diskFault"] is { } fault) output.WriteLine($"disk       {fault}");
        if (archive["objectStoreFault"] is { } far) output.WriteLine($"objects    {archive["waitingUploads"]} packs wait: {far}");
    }

    private static string Gigabytes(JsonNode? bytes) => ((long)bytes! / 1e9).ToString("F1", CultureInfo.InvariantCulture);
}
