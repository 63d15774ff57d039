using System.Globalization;

namespace CloudPacs.Store.Cluster;

/// <summary>
/// The account that PostgreSQL runs as. It refuses to run as root, so an engine started by root hands the cluster to an unprivileged
/// account and starts every program of PostgreSQL through <c>setpriv</c>; any other engine runs it under its own account.
/// </summary>
internal sealed class PostgresAccount
{
    private readonly string[] _prefix;

    private PostgresAccount(string? owner, string[] prefix)
    {
        Owner = owner;
        _prefix = prefix;
    }

    /// <summary><c>uid:gid</c> that the cluster's folders must belong to; null = those of this process.</summary>
    private string? Owner { get; }

    /// <summary>Finds the account; an existing cluster goes on under the account that owns it.</summary>
    public static async Task<PostgresAccount> FindAsync(string? runAs, string clusterFolder, CancellationToken cancellationToken)
    {
        var existing = Directory.Exists(clusterFolder) ? await OwnerOfAsync(clusterFolder, cancellationToken).ConfigureAwait(false) : null;
        if (!Environment.IsPrivilegedProcess)
        {
            var self = (await Tool.RunAsync(["id", "-u"], cancellationToken).ConfigureAwait(false)).Output;
            if (existing is not null && existing.Split(':')[0] != self)
            {
                throw new StoreUnavailableException(
                    $"The database in {clusterFolder} belongs to account {existing.Split(':')[0]}, the engine runs as {self}.",
                    $"Start the engine as before, or give the folder to this account: chown -R {self} {clusterFolder}");
            }

            return new PostgresAccount(null, []);
        }

        var owner = existing is not null && !existing.StartsWith("0:", StringComparison.Ordinal) ? existing : Lookup(runAs);
        var ids = owner.Split(':');
        return new PostgresAccount(owner, ["setpriv", $"--reuid={ids[0]}", $"--regid={ids[1]}", "--clear-groups", "--"]);
    }

    /// <summary>The command line that runs <paramref name="command"/> under the account.</summary>
    public string[] Command(params string[] command) => [.. _prefix, .. command];

    /// <summary>
    /// Makes a private folder (mode 0700) that belongs to the account. Its parents must let the account through; when root's own do not
    /// (a clone under /root), the account is given the one capability that passes directories, and nothing else.
    /// </summary>
    public async Task<PostgresAccount> OwnFolderAsync(string folder, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            throw new StoreUnavailableException(
                "There is no embedded database on Windows.", "Set Database:ConnectionString to a PostgreSQL server.");
        try
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"The folder {folder} cannot be made: {e.Message}", "Free space or change the owner of the data folder.", e);
        }

        if (Owner is null) return this;
        if (await OwnerOfAsync(folder, cancellationToken).ConfigureAwait(false) != Owner)
        {
            var changed = await Tool.RunAsync(["chown", "-R", Owner, folder], cancellationToken).ConfigureAwait(false);
            if (!changed.Succeeded)
                throw new StoreUnavailableException(
                    $"The folder {folder} cannot be given to account {Owner}: {changed.Output}", "Use a local disk for the data folder.");
        }

        foreach (var account in (PostgresAccount[])[this, WithCapability("dac_read_search"), WithCapability("dac_override")])
        {
            // Opens the folder, as PostgreSQL does; "test" would ask access(2), which leaves capabilities out.
            if ((await Tool.RunAsync(account.Command("ls", folder), cancellationToken).ConfigureAwait(false)).Succeeded) return account;
        }

        throw new StoreUnavailableException(
            $"Account {Owner}, which PostgreSQL runs as, cannot reach {folder}.",
            "Set CLOUDPACS_DATA to a folder such as /var/lib/cloudpacs, or start the engine as an ordinary user.");
    }

    private PostgresAccount WithCapability(string name) =>
        _prefix.Length == 5 ? new PostgresAccount(Owner, [.. _prefix[..^1], $"--inh-caps=+{name}", $"--ambient-caps=+{name}", "--"]) : this;

    private static string Lookup(string? runAs)
    {
        var accounts = File.ReadLines("/etc/passwd")
            .Select(static line => line.Split(':'))
            .Where(static fields => fields.Length > 3)
            .ToList();
        foreach (var name in runAs is null ? (string[])["postgres", "nobody"] : [runAs])
        {
            if (accounts.Find(fields => fields[0] == name) is not { } account) continue;
            if (int.Parse(account[2], CultureInfo.InvariantCulture) != 0) return $"{account[2]}:{account[3]}";
        }

        throw new StoreUnavailableException(
            $"PostgreSQL refuses to run as root, and there is no account {runAs ?? "postgres"}.",
            "Start the engine as an ordinary user, or make that account.");
    }

    private static async Task<string?> OwnerOfAsync(string path, CancellationToken cancellationToken)
    {
        var result = await Tool.RunAsync(
            OperatingSystem.IsMacOS()
                ? ["stat", "-f", "%u:%g", path]
                : ["stat", "-c", "%u:%g", path], cancellationToken).ConfigureAwait(false);
        return result.Succeeded ? result.Output : null;
    }
}
