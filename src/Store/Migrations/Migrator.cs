using System.Net.Sockets;
using CloudPacs.Store.Cluster;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudPacs.Store.Migrations;

/// <summary>
/// Brings the schema up to this version: numbered scripts, forward only, each once; several engines may start at the same time.
/// </summary>
public static class Migrator
{
    /// <summary>The oldest version that the tests run on (Debian 12).</summary>
    private const int OldestVersion = 15;
    private const long Lock = 0x436C6F7564506163; // "CloudPac"

    /// <summary>Runs what is missing and makes the installation's namespace at the first time.</summary>
    /// <param name="connectionString">Of the owner of the database.</param>
    /// <param name="zone">Zone of the site: former versions kept local times, which become instants.</param>
    /// <param name="ids">Makes the namespace.</param>
    /// <param name="logger">Hears of each script.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Names of the scripts that were run.</returns>
    /// <exception cref="StoreUnavailableException">The database does not answer, or a script failed (nothing of it remains).</exception>
    public static Task<IReadOnlyList<string>> MigrateAsync(
        string connectionString, TimeZoneInfo zone, IdSource ids, ILogger logger, CancellationToken cancellationToken) =>
        MigrateAsync(connectionString, zone, static _ => true, ids, logger, cancellationToken);

    /// <summary>The same with some of the scripts: the schema of an earlier version.</summary>
    internal static async Task<IReadOnlyList<string>> MigrateAsync(
        string connectionString, TimeZoneInfo zone, Func<string, bool> isWanted, IdSource ids, ILogger logger,
        CancellationToken cancellationToken)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(connectionString);
            await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            RequireVersion(connection.PostgreSqlVersion);
            // Held by the session until all is done: an engine that starts at the same time waits here and then finds nothing to do.
            await ExecuteAsync(connection, "SELECT pg_advisory_lock($1)", Lock, cancellationToken).ConfigureAwait(false);
            var result = DeployChanges.To.PostgresqlDatabase(WithZone(connectionString, zone))
                .WithScriptsEmbeddedInAssembly(
                    typeof(Migrator).Assembly, name => name.EndsWith(".sql", StringComparison.Ordinal) && isWanted(name))
                .WithTransactionPerScript()
                .WithVariablesDisabled()
                .WithExecutionTimeout(TimeSpan.FromHours(1))
                .LogTo(new Upgrade(logger))
                .Build()
                .PerformUpgrade();
            if (!result.Successful)
            {
                var fix = result.Error is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege }
                    ? "Make the account of Database:ConnectionString the owner of its database."
                    : "Restore the backup or report this message.";
                var reason = result.Error.Message.ReplaceLineEndings(" ");
                throw new StoreUnavailableException(
                    $"The database cannot be brought to this version, script {result.ErrorScript?.Name}: {reason}.", fix, result.Error);
            }

            await ExecuteAsync(
                connection, "INSERT INTO installation (namespace) VALUES ($1) ON CONFLICT DO NOTHING", ids.Next(),
                cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, "SELECT pg_advisory_unlock($1)", Lock, cancellationToken).ConfigureAwait(false);
            return [.. result.Scripts.Select(static script => script.Name)];
        }
        // A host name that does not resolve comes as it is.
        catch (Exception e) when (e is NpgsqlException or SocketException)
        {
            var target = new NpgsqlConnectionStringBuilder(connectionString);
            throw new StoreUnavailableException(
                $"The database {target.Database ?? target.Username} at {target.Host}:{target.Port} does not answer: "
                    + $"{e.Message.TrimEnd('.')}.",
                "Check Database:ConnectionString and that the server runs.", e);
        }
    }

    /// <summary>The scripts read it as the setting <c>cloudpacs.zone</c> of their session.</summary>
    private static string WithZone(string connectionString, TimeZoneInfo zone)
    {
        var name = zone.HasIanaId || !TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out var iana) ? zone.Id : iana;
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"{builder.Options} -c cloudpacs.zone={name}".TrimStart();
        return builder.ConnectionString;
    }

    internal static void RequireVersion(Version version)
    {
        if (version.Major < OldestVersion)
            throw new StoreUnavailableException(
                $"The database server is PostgreSQL {version}, the engine needs {OldestVersion} or newer.",
                "Upgrade the server, or name another one in Database:ConnectionString.");
    }

    private static async Task ExecuteAsync<T>(NpgsqlConnection connection, string sql, T value, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters = { new NpgsqlParameter<T> { TypedValue = value } }, CommandTimeout = 0,
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private sealed class Upgrade(ILogger logger) : IUpgradeLog
    {
        public void LogTrace(string format, params object[] args) => Write(LogLevel.Trace, format, args);

        public void LogDebug(string format, params object[] args) => Write(LogLevel.Debug, format, args);

        public void LogInformation(string format, params object[] args) => Write(LogLevel.Debug, format, args);

        public void LogWarning(string format, params object[] args) => Write(LogLevel.Warning, format, args);

        // The exception of MigrateAsync tells it once.
        public void LogError(string format, params object[] args) => Write(LogLevel.Debug, format, args);

        public void LogError(Exception ex, string format, params object[] args) => Write(LogLevel.Debug, format, args);

        private void Write(LogLevel level, string format, object[] args) =>
            Log.Migration(
                logger, level, args.Length == 0 ? format : string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args));
    }
}
