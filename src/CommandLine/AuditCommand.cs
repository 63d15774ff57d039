using System.CommandLine;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Hosting;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Sealing;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs audit …</c>; here <c>verify</c>: whether the audit trail is what was sealed.</summary>
internal static class AuditCommand
{
    /// <summary>So many faults are named, the others counted.</summary>
    private const int MostNamed = 1000;

    public static Command Create()
    {
        var json = JsonOption.Create();
        json.Recursive = true;
        return new Command("audit", "Look at the audit trail, and prove that nobody has changed it")
        {
            json, Verify(json), AuditListing.List(json), AuditListing.WhoSaw(json), AuditExport.Create(json),
        };
    }

    private static Command Verify(Option<bool> json)
    {
        var set = SettingsOption.Create();
        var file = new Option<FileInfo>("--file") { Description = "A file that 'audit export' has written, in place of the database" };
        file.AcceptExistingOnly();
        var command = new Command(
            "verify", "Compare all rows of the audit trail with the signed chain of their hashes; the engine may run or not") { file, set };
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = SettingsOption.Load(result, set);
            var named = new List<TrailFault>();
            var report = result.GetValue(file) is { } exported
                ? await VerifyAsync(settings, exported, Hear, cancellationToken)
                : await VerifyAsync(settings, Hear, cancellationToken);
            result.Output().WriteLine(result.GetValue(json) ? Json(report, named).ToJsonString(JsonOption.Format) : Text(report));
            return report.Faults > 0 ? Cli.Failed : Cli.Done;

            void Hear(TrailFault fault)
            {
                if (named.Count == MostNamed) return;
                named.Add(fault);
                if (!result.GetValue(json)) result.Output().WriteLine(fault.Words);
            }
        });
        return command;
    }

    private static async Task<TrailReport> VerifyAsync(
        EngineSettings settings, Action<TrailFault> hear, CancellationToken cancellationToken)
    {
        using var loggers = EngineLog.ToConsole();
        await using var access = await DatabaseAccess.OpenAsync(settings, mayShare: true, loggers, cancellationToken);
        await using var database = StoreConnection.CreateDataSource(access.ConnectionString);
        await using var trail = await StoredTrail.OpenAsync(database, cancellationToken);
        return await AuditHost.VerifyAsync(settings, trail, withHead: true, hear, cancellationToken);
    }

    private static async Task<TrailReport> VerifyAsync(
        EngineSettings settings, FileInfo file, Action<TrailFault> hear, CancellationToken cancellationToken)
    {
        try
        {
            using var trail = await TrailFile.OpenAsync(file.FullName, cancellationToken);
            return await AuditHost.VerifyAsync(settings, trail, withHead: false, hear, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new StartException(e.Message, e);
        }
    }

    private static string Text(TrailReport report)
    {
        var lines = new List<string>(report.Notices)
        {
            report.SealedAt is { } time
                ? $"{report.Rows} rows, {report.Waiting} of them not sealed yet; {report.Blocks} blocks, the last one "
                    + $"{report.LastBlock} of {time:u} with the hash {Convert.ToHexStringLower(report.LastHash)}"
                : $"{report.Rows} rows; nothing is sealed yet",
        };
        if (report.Faults > MostNamed) lines.Add($"The first {MostNamed} faults are named.");
        lines.Add(report.Faults == 0 ? "Nothing was changed since it was sealed." : $"{report.Faults} faults.");
        return string.Join(Environment.NewLine, lines);
    }

    private static JsonObject Json(TrailReport report, List<TrailFault> faults) => new()
    {
        ["rows"] = report.Rows,
        ["waiting"] = report.Waiting,
        ["dropped"] = report.Dropped,
        ["blocks"] = report.Blocks,
        ["lastBlock"] = report.LastBlock,
        ["lastHash"] = Convert.ToHexStringLower(report.LastHash),
        ["sealedAt"] = report.SealedAt?.ToString("O"),
        ["notices"] = new JsonArray([.. report.Notices.Select(static notice => (JsonNode)notice)]),
        ["faultCount"] = report.Faults,
        ["faults"] = new JsonArray([.. faults.Select(static fault => (JsonNode)new JsonObject
        {
            ["kind"] = fault.Kind.ToString(),
            ["block"] = fault.Block,
            ["row"] = fault.Row?.ToString(),
            ["at"] = fault.At?.ToString("O"),
            ["words"] = fault.Words,
        })]),
    };
}
