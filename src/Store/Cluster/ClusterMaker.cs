using System.Globalization;
using Microsoft.Extensions.Logging;

namespace CloudPacs.Store.Cluster;

/// <summary>Makes the files of a new cluster, all or nothing.</summary>
internal static class ClusterMaker
{
    private const string Unfinished = ".new-";

    /// <summary>Removes what interrupted attempts have left.</summary>
    public static void RemoveUnfinished(string folder, ILogger logger)
    {
        var pattern = Path.GetFileName(folder) + Unfinished + "*";
        foreach (var unfinished in Directory.EnumerateDirectories(Path.GetDirectoryName(folder)!, pattern))
        {
            try
            {
                Directory.Delete(unfinished, recursive: true);
            }
            catch (IOException e)
            {
                // An initdb without its engine is still at work there; the next start finds it ended.
                Log.UnfinishedStays(logger, e, unfinished);
            }
        }
    }

    public static async Task MakeAsync(
        PostgresBinaries binaries, PostgresAccount account, string folder, string superuser, ILogger logger,
        CancellationToken cancellationToken)
    {
        Log.MakingCluster(logger, folder);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new StoreUnavailableException(
                $"The folder {folder} is not empty and holds no database.", "Move it away, or restore the missing files.");

        // Made beside and renamed at the end: an interrupted initdb leaves nothing that looks like a cluster. Under a name of this process:
        // after kill -9 of an engine its initdb goes on for a while, and must not meet ours.
        var unfinished = string.Create(CultureInfo.InvariantCulture, $"{folder}{Unfinished}{Environment.ProcessId}");
        Tool.Result result = new(1, "");
        foreach (var locale in (string[])["C.UTF-8", "C"])
        {
            if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
            var reaching = await account.OwnFolderAsync(unfinished, cancellationToken).ConfigureAwait(false);
            result = await Tool.RunAsync(
                reaching.Command(
                    binaries.InitDb, "--pgdata", unfinished, "--username", superuser, "--encoding", "UTF8", "--locale", locale,
                    "--data-checksums", "--auth", "trust"),
                cancellationToken).ConfigureAwait(false);
            if (result.Succeeded || !result.Output.Contains("locale", StringComparison.Ordinal)) break;
        }

        if (!result.Succeeded)
        {
            var fix = result.Output.Contains("No space left", StringComparison.Ordinal)
                ? "Free space on the disk of the data folder."
                : "Read the message of initdb above; the data folder must be on a local disk that can be written.";
            throw new StoreUnavailableException($"The database cluster cannot be made in {folder}: {result.Output}", fix);
        }

        if (Directory.Exists(folder)) Directory.Delete(folder);
        Directory.Move(unfinished, folder);
    }
}
