using System.CommandLine;
using CloudPacs.Integration.Hosting;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Cluster;
using CloudPacs.Store.Migrations;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs db migrate|backup|restore</c>.</summary>
internal static class DbCommand
{
    public static Command Create()
    {
        var set = SettingsOption.Create();
        set.Recursive = true;
        return new Command("db", "Migrate, back up and restore the database") { set, Migrate(set), Save(set), Restore(set) };
    }

    private static Command Migrate(Option<string[]> set)
    {
        var command = new Command("migrate", "Bring the database to the schema of this version");
        command.SetAction(async (result, cancellationToken) =>
        {
            using var loggers = EngineLog.ToConsole();
            var settings = SettingsOption.Load(result, set);
            await using var access = await DatabaseAccess.OpenAsync(settings, mayShare: false, loggers, cancellationToken);
            var log = loggers.CreateLogger("CloudPacs.Store");
            var done = await Migrator.MigrateAsync(
                access.ConnectionString, settings.Site.FindZone(), new IdSource(TimeProvider.System), log, cancellationToken);
            result.Output().WriteLine(done.Count == 0 ? "The database is up to date." : $"Ran {string.Join(", ", done)}.");
            return Cli.Done;
        });
        return command;
    }

    private static Command Save(Option<string[]> set)
    {
        var file = new Argument<string>("file") { Description = "File to write; must not exist" };
        var command = new Command("backup", "Write a consistent copy of the database to a file; the engine may run") { file };
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = SettingsOption.Load(result, set);
            using var loggers = EngineLog.ToConsole();
            await using var access = await DatabaseAccess.OpenAsync(settings, mayShare: true, loggers, cancellationToken);
            await new Backup(access.ConnectionString, Binaries(settings)).SaveAsync(result.GetValue(file)!, cancellationToken);
            result.Output().WriteLine($"Wrote {Path.GetFullPath(result.GetValue(file)!)}.");
            return Cli.Done;
        });
        return command;
    }

    private static Command Restore(Option<string[]> set)
    {
        var file = new Argument<string>("file") { Description = "File that backup has written" };
        var command = new Command("restore", "Replace the database by a backup; the engine must not run") { file };
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = SettingsOption.Load(result, set);
            using var loggers = EngineLog.ToConsole();
            await using var access = await DatabaseAccess.OpenAsync(settings, mayShare: false, loggers, cancellationToken);
            await new Backup(access.ConnectionString, Binaries(settings)).RestoreAsync(result.GetValue(file)!, cancellationToken);
            AuditHost.HeadOf(settings).NoteRestore();
            result.Output().WriteLine($"Restored {result.GetValue(file)}.");
            return Cli.Done;
        });
        return command;
    }

    private static string? Binaries(EngineSettings settings) =>
        settings.Database.BinDirectory.Length > 0 ? settings.Database.BinDirectory : null;
}
