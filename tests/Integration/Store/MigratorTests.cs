using CloudPacs.Store;
using CloudPacs.Store.Cluster;
using CloudPacs.Store.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public sealed class MigratorTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_engines_may_migrate_at_once_and_the_namespace_is_made_once()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false);

        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => MigrateAsync(database)));
        var before = await NamespaceAsync(database);
        var again = await MigrateAsync(database);

        Assert.Single(runs, static scripts => scripts.Count > 0);
        Assert.Empty(again);
        Assert.Equal(before, await NamespaceAsync(database));
    }

    [Theory]
    [InlineData("14.11", true)]
    [InlineData("15.0", false)]
    [InlineData("18.1", false)]
    public void A_server_that_is_too_old_is_refused(string version, bool isRefused)
    {
        var refusal = Record.Exception(() => Migrator.RequireVersion(Version.Parse(version)));

        Assert.Equal(isRefused ? $"The database server is PostgreSQL {version}, the engine needs 15 or newer. Upgrade the server, or name another one in Database:ConnectionString." : null, refusal?.Message);
    }

    [Fact]
    public async Task An_account_that_may_not_make_tables_is_told_what_it_needs()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false);
        await using var source = NpgsqlDataSource.Create(database);
        await using (var role = source.CreateCommand("CREATE ROLE stranger LOGIN")) await role.ExecuteNonQueryAsync(Cancel);

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => MigrateAsync(new NpgsqlConnectionStringBuilder(database) { Username = "stranger" }.ConnectionString));

        Assert.Contains("permission denied", refusal.Problem, StringComparison.Ordinal);
        Assert.Equal("Make the account of Database:ConnectionString the owner of its database.", refusal.Fix);
    }

    [Fact]
    public async Task A_backup_brings_everything_back_into_an_empty_database()
    {
        var database = await postgres.CreateDatabaseAsync();
        var empty = await postgres.CreateDatabaseAsync(migrated: false);
        var file = Path.Combine(PostgresFixture.NewFolder(), "backup.dump");

        await new Backup(database, binaryDirectory: null).SaveAsync(file, Cancel);
        await new Backup(empty, binaryDirectory: null).RestoreAsync(file, Cancel);

        Assert.Equal(await NamespaceAsync(database), await NamespaceAsync(empty));
        Assert.Empty(await MigrateAsync(empty));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => new Backup(database, null).SaveAsync(file, Cancel));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static Task<IReadOnlyList<string>> MigrateAsync(string database) =>
        Migrator.MigrateAsync(database, new IdSource(TimeProvider.System), NullLogger.Instance, Cancel);

    private static async Task<Guid> NamespaceAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT namespace FROM installation");
        return (Guid)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
