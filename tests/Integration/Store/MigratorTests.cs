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
