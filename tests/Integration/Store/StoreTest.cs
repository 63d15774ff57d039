using CloudPacs.Integration.Fhir;
using CloudPacs.Store;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

/// <summary>A test with a database of its own.</summary>
public abstract class StoreTest(PostgresFixture postgres) : IAsyncLifetime
{
    private protected IdSource Ids { get; } = new(TimeProvider.System);

    private protected NpgsqlDataSource Database { get; private set; } = null!;

    private protected WorkspaceStore Store { get; private set; } = null!;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.OpenAsync();
        Store = await WorkspaceStore.OpenAsync(Database, PostgresFixture.InRows, Ids, notifyAs: null, Cancel, static installation => new FhirIndex(installation, null, TimeZoneInfo.Utc));
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<T> InBatchAsync<T>(WorkspaceKeys keys, Func<Workspace, BatchRows, T> work) => StoredOrder.InBatchAsync(Database, Store, keys, work, Cancel);

    private protected Task InBatchAsync(WorkspaceKeys keys, Action<Workspace, BatchRows> work) =>
        InBatchAsync(keys, (workspace, rows) =>
        {
            work(workspace, rows);
            return 0;
        });

    private protected async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
