using System.Globalization;
using System.Text;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Search;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

/// <summary>The index of resources that were there before it, made while others write.</summary>
public sealed class IndexFillingTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task What_was_there_before_the_index_is_found_once_as_it_is_now()
    {
        var former = await WorkspaceStore.OpenAsync(Database, PostgresFixture.InRows, Ids, notifyAs: null, Cancel);
        var present = await WorkspaceStore.OpenAsync(Database, PostgresFixture.InRows, Ids, notifyAs: null, Cancel, static _ => new ByValue("1"));
        for (var i = 0; i < 1200; i += 300) await PutAsync(former, 1, Enumerable.Range(i, 300));

        // Every second one is changed while the index is made, some are new.
        var filling = new IndexFilling(Database, new ByValue("1"));
        await Task.WhenAll(
            filling.RunAsync(Cancel),
            Task.Run(async () =>
            {
                for (var i = 0; i < 1200; i += 40) await PutAsync(present, 2, Enumerable.Range(i, 40).Where(static one => one % 2 == 0));
                await PutAsync(present, 1, Enumerable.Range(1200, 50));
            }, Cancel));

        Assert.True(filling.IsComplete);
        Assert.Equal(1250, await ScalarAsync<long>("SELECT count(*) FROM fhir_index"));
        Assert.Equal(1250, await ScalarAsync<long>("SELECT count(DISTINCT self) FROM fhir_index"));
        var search = new ResourceSearch(Database, Database);
        Assert.Equal(600, await search.CountAsync(Having(2), 10_000, Cancel));
        Assert.Equal(650, await search.CountAsync(Having(1), 10_000, Cancel));
        // Two texts, whoever has them.
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM fhir_index_text"));
        Assert.Equal(650, await search.CountAsync(new SearchRequest { Type = "Basic", Conditions = [new TextCondition([1], "1")], Limit = 1 }, 10_000, Cancel));
    }

    [Fact]
    public async Task What_was_made_in_another_way_is_made_anew_and_is_not_made_twice()
    {
        var store = await WorkspaceStore.OpenAsync(Database, PostgresFixture.InRows, Ids, notifyAs: null, Cancel, static _ => new ByValue("1"));
        await PutAsync(store, 1, Enumerable.Range(0, 10));
        await new IndexFilling(Database, new ByValue("1")).RunAsync(Cancel);
        await using (var mark = Database.CreateCommand("UPDATE fhir_index SET present = ARRAY[77]")) await mark.ExecuteNonQueryAsync(Cancel);

        await new IndexFilling(Database, new ByValue("1")).RunAsync(Cancel);
        Assert.Equal(10, await ScalarAsync<long>("SELECT count(*) FROM fhir_index WHERE present = ARRAY[77]"));
        await new IndexFilling(Database, new ByValue("2")).RunAsync(Cancel);
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM fhir_index WHERE present = ARRAY[77]"));
        Assert.Equal(10, await ScalarAsync<long>("SELECT count(*) FROM fhir_index"));
    }

    private static SearchRequest Having(long value) => new() { Type = "Basic", Conditions = [new KeyCondition(value)], Limit = 1 };

    private Task<int> PutAsync(WorkspaceStore store, int version, IEnumerable<int> numbers)
    {
        List<string> ids = [.. numbers.Select(static number => number.ToString(CultureInfo.InvariantCulture))];
        var keys = new WorkspaceKeys();
        foreach (var id in ids) keys.Resources.Add(("Basic", id));
        return StoredOrder.InBatchAsync(Database, store, keys, (workspace, _) =>
        {
            foreach (var id in ids)
            {
                workspace.PutFhir(new FhirResourceRow
                {
                    Type = "Basic", Id = id, Version = version, LastUpdated = DateTimeOffset.UnixEpoch, Content = Encoding.UTF8.GetBytes(version.ToString(CultureInfo.InvariantCulture)),
                });
            }

            return 0;
        }, Cancel);
    }

    /// <summary>Finds a resource by its content, which is a number.</summary>
    private sealed class ByValue(string way) : IResourceIndex
    {
        public string Way => way;

        public long Revision => 0;

        public void Take(ParametersInForce parameters)
        {
        }

        public bool Defines(string type) => false;

        public IndexRow? Of(FhirResourceRow version)
        {
            var value = Encoding.UTF8.GetString(version.Content.Span);
            return new IndexRow { Self = long.Parse(version.Id, CultureInfo.InvariantCulture), Keys = [long.Parse(value, CultureInfo.InvariantCulture)], Present = [1], Texts = [(long.Parse(value, CultureInfo.InvariantCulture), 1, value)] };
        }

        public IndexRow? WholeOf(FhirResourceRow version) => Of(version);

        public void Remember(IEnumerable<long> texts)
        {
        }
    }
}
