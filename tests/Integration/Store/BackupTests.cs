using CloudPacs.Store.Cluster;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

/// <summary>What a restore refuses; that it brings everything back is shown end to end.</summary>
public sealed class BackupTests(PostgresFixture postgres) : StoreTest(postgres), IDisposable
{
    private readonly PostgresFixture _postgres = postgres;
    private readonly string _folder = PostgresFixture.NewFolder();

    private string File => Path.Combine(_folder, "some.backup");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_that_is_no_archive_is_refused()
    {
        await System.IO.File.WriteAllTextAsync(File, "not a backup", Cancel);

        await RefusedAsync(Database.ConnectionString, "is not a backup of CloudPacs");
    }

    [Fact]
    public async Task The_archive_of_another_database_is_refused_and_changes_nothing()
    {
        await new Backup(await _postgres.CreateDatabaseAsync(migrated: false), null).SaveAsync(File, Cancel);

        await RefusedAsync(await _postgres.CreateDatabaseAsync(), "is not a backup of CloudPacs");
    }

    [Fact]
    public async Task A_database_that_an_engine_uses_is_refused()
    {
        await new Backup(Database.ConnectionString, null).SaveAsync(File, Cancel);
        await using var engine = await Database.OpenConnectionAsync(Cancel);

        await RefusedAsync(Database.ConnectionString, "An engine uses the database");
    }

    [Fact]
    public async Task A_backup_goes_into_a_database_that_has_more_months_than_it()
    {
        await new Backup(Database.ConnectionString, null).SaveAsync(File, Cancel);
        var target = await _postgres.CreateDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create(target + ";Pooling=false")) await new CloudPacs.Store.Messages.Partitions(source, TimeProvider.System).EnsureAsync(2, Cancel);

        await new Backup(target, null).RestoreAsync(File, Cancel);

        await using var restored = NpgsqlDataSource.Create(target + ";Pooling=false");
        await using var count = restored.CreateCommand("SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind = 'r'");
        Assert.Equal(2L, await count.ExecuteScalarAsync(Cancel));
        await using var installation = restored.CreateCommand("SELECT namespace FROM installation");
        Assert.Equal(Store.InstallationNamespace, await installation.ExecuteScalarAsync(Cancel));
    }

    [Fact]
    public async Task A_file_is_named_from_where_its_caller_stands()
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), File);

        await new Backup(Database.ConnectionString, null).SaveAsync(relative, Cancel);
        await new Backup(await _postgres.CreateDatabaseAsync(), null).RestoreAsync(relative, Cancel);

        Assert.True(System.IO.File.Exists(File));
    }

    private async Task RefusedAsync(string target, string problem)
    {
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => new Backup(target, null).RestoreAsync(File, Cancel));

        Assert.Contains(problem, refusal.Problem, StringComparison.Ordinal);
    }
}
