using System.Text;
using CloudPacs.Store;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Workspaces;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public sealed class FhirStoreTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private static readonly WorkspaceKeys Key = new() { Resources = { ("Patient", "a") } };

    [Fact]
    public async Task Older_versions_move_to_the_history_also_within_one_batch()
    {
        await InBatchAsync(Key, (workspace, _) => workspace.PutFhir(Version(1)));
        await InBatchAsync(Key, (workspace, _) =>
        {
            Assert.Equal("slots 1", workspace.FindFhir("Patient", "a")!.Slots);
            workspace.PutFhir(Version(2));
            workspace.PutFhir(Version(3));
        });
        await InBatchAsync(Key, (workspace, _) => workspace.PutFhir(Version(4) with { Deleted = true, Content = default }));
        var queries = new FhirQueries(Database);

        var current = await queries.ReadAsync("Patient", "a", Cancel);
        var older = await queries.ReadVersionAsync("Patient", "a", 2, Cancel);

        Assert.True(current!.Deleted);
        Assert.Equal("{\"version\":2}", Encoding.UTF8.GetString(older!.Content.Span));
        foreach (var version in (int[])[1, 2, 3, 4]) Assert.Equal(version, (await queries.ReadVersionAsync("Patient", "a", version, Cancel))!.Version);
        Assert.Null(await queries.ReadAsync("Patient", "b", Cancel));
        Assert.Null(await queries.ReadVersionAsync("Patient", "a", 5, Cancel));
    }

    [Fact]
    public async Task A_version_that_another_writer_made_meanwhile_is_not_overwritten()
    {
        await InBatchAsync(Key, (workspace, _) => workspace.PutFhir(Version(1)));

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => InBatchAsync(Key, (workspace, _) =>
        {
            // A writer that does not take the lock, such as another program.
            using var command = Database.CreateCommand("UPDATE fhir_resource SET version = 2");
            command.ExecuteNonQuery();
            workspace.PutFhir(Version(2));
        }));

        Assert.True(Transient.IsConflict(refusal), refusal.Message);
        Assert.Equal("{\"version\":1}", Encoding.UTF8.GetString((await new FhirQueries(Database).ReadAsync("Patient", "a", Cancel))!.Content.Span));
    }

    [Fact]
    public async Task The_resources_of_loaded_rows_come_along()
    {
        var order = await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) =>
        {
            var added = StoredOrder.Add(workspace, "1");
            workspace.PutFhir(Version(1) with { Type = "ServiceRequest", Id = added.Id.ToString() });
            workspace.PutFhir(Version(1) with { Type = "Task", Id = added.Procedures[0].Steps[0].Id.ToString() });
            return added;
        });

        await InBatchAsync(new WorkspaceKeys { AccessionNumbers = { "A1" } }, (workspace, _) =>
        {
            Assert.NotNull(workspace.FindFhir("ServiceRequest", order.Id.ToString()));
            Assert.NotNull(workspace.FindFhir("Task", order.Procedures[0].Steps[0].Id.ToString()));
        });
    }

    private static FhirResourceRow Version(int version) => new()
    {
        Type = "Patient",
        Id = "a",
        Version = version,
        LastUpdated = StoredOrder.Now,
        Content = Encoding.UTF8.GetBytes($"{{\"version\":{version}}}"),
        Slots = $"slots {version}",
    };
}
