using System.CommandLine;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Hosting;
using CloudPacs.Store;
using CloudPacs.Store.Sealing;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs audit export</c>: the audit trail as a file that can be verified elsewhere.</summary>
internal static class AuditExport
{
    public static Command Create(Option<bool> json)
    {
        var set = SettingsOption.Create();
        var file = new Argument<string>("file") { Description = "File to write; must not exist" };
        var command = new Command(
            "export", "Write all rows of the audit trail with their blocks to a file of JSON lines, for 'audit verify --file'")
        {
            file, set,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = SettingsOption.Load(result, set);
            using var loggers = EngineLog.ToConsole();
            await using var access = await DatabaseAccess.OpenAsync(settings, mayShare: true, loggers, cancellationToken);
            await using var database = StoreConnection.CreateDataSource(access.ConnectionString);
            await using var trail = await StoredTrail.OpenAsync(database, cancellationToken);
            var path = Path.GetFullPath(result.GetRequiredValue(file));
            var count = await TrailFile.WriteAsync(trail, path, cancellationToken);
            result.Output().WriteLine(result.GetValue(json)
                ? new JsonObject { ["file"] = path, ["rows"] = count }.ToJsonString(JsonOption.Format)
                : $"Wrote {count} rows to {path}.");
            return Cli.Done;
        });
        return command;
    }
}
