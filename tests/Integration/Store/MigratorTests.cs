using System.Text;
using CloudPacs.Store;
using CloudPacs.Store.Cluster;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Messages;
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
    public async Task Rows_of_an_earlier_version_are_found_by_their_keys()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false);
        await Migrator.MigrateAsync(database, TimeZoneInfo.Utc, static name => string.CompareOrdinal(name, "CloudPacs.Store.Migrations.0008") < 0, new IdSource(TimeProvider.System), NullLogger.Instance, Cancel);
        await using var source = NpgsqlDataSource.Create(database + ";Pooling=false");
        await using (var rows = source.CreateCommand(
            """
            INSERT INTO message_journal (id, received_at, direction, status, listener, sender, keys, warnings, raw)
            VALUES ('00000000-0000-7000-8000-000000000001', '2026-03-10T08:00Z', 0, 0, 'main', 'his', '{acc:A1,pid:Ä^1}', '{}', 'MSH'),
                   ('00000000-0000-7000-8000-000000000002', '2026-03-10T08:00Z', 0, 0, 'main', 'his', '{}', '{}', 'MSH');
            INSERT INTO fhir_resource (type, id, version, last_updated, deleted, content, slots)
            VALUES ('Patient', 'a', 1, '2026-03-10T08:00Z', false, '{"resourceType":"Patient"}', '')
            """)) await rows.ExecuteNonQueryAsync(Cancel);

        await MigrateAsync(database);

        var journal = new JournalQueries(source, PostgresFixture.InRows);
        foreach (var key in (string[])["acc:A1", "A1", "Ä^1"]) Assert.Single(await journal.ListAsync(new JournalFilter { Key = key }, 10, Cancel));
        Assert.Equal(2, (await journal.ListAsync(new JournalFilter(), 10, Cancel)).Count);
        Assert.Equal("""{"resourceType":"Patient"}""", Encoding.UTF8.GetString((await new FhirQueries(source).ReadAsync("Patient", "a", Cancel))!.Content.Span));
    }

    [Theory]
    [InlineData("Asia/Kolkata", "2026-03-10T04:00Z")]
    [InlineData("America/New_York", "2026-03-10T13:30Z")]
    public async Task Local_starts_of_an_earlier_version_become_instants_by_the_zone_of_the_site(string zone, string instant)
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false);
        await Migrator.MigrateAsync(database, TimeZoneInfo.Utc, static name => string.CompareOrdinal(name, "CloudPacs.Store.Migrations.0012") < 0, new IdSource(TimeProvider.System), NullLogger.Instance, Cancel);
        await using var source = NpgsqlDataSource.Create(database + ";Pooling=false");
        await using (var rows = source.CreateCommand(
            """
            INSERT INTO scheduled_procedure_step (id, procedure_id, step_id, state, modality, station_aes, start, flags, attributes)
            VALUES (gen_random_uuid(), gen_random_uuid(), 'S1', 1, 'CT', '{}', '2026-03-10 09:30', '{}', '')
            """)) await rows.ExecuteNonQueryAsync(Cancel);

        await Migrator.MigrateAsync(database, TimeZoneInfo.FindSystemTimeZoneById(zone), new IdSource(TimeProvider.System), NullLogger.Instance, Cancel);

        await using var start = source.CreateCommand("SELECT start FROM scheduled_procedure_step");
        Assert.Equal(DateTimeOffset.Parse(instant, null).UtcDateTime, await start.ExecuteScalarAsync(Cancel));
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
        Migrator.MigrateAsync(database, TimeZoneInfo.Utc, new IdSource(TimeProvider.System), NullLogger.Instance, Cancel);

    private static async Task<Guid> NamespaceAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT namespace FROM installation");
        return (Guid)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
