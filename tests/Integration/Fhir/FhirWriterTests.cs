using System.Net;
using System.Text;
using CloudPacs.Domain;
using CloudPacs.Fhir.Editing;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Integration.Fhir;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Store.Fhir;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Writes through FHIR on a real database: versions, history, audit, and many writers at once.</summary>
public sealed class FhirWriterTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task A_write_is_durable_with_its_history_and_its_audit_when_it_is_answered()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);

        using var created = await SendAsync(site, HttpMethod.Put, "Organization/o1", Named("o1", "A"));
        using var updated = await SendAsync(site, HttpMethod.Put, "Organization/o1", Named("o1", "B"));
        using var deleted = await SendAsync(site, HttpMethod.Delete, "Organization/o1", null);
        using var revived = await SendAsync(site, HttpMethod.Put, "Organization/o1", Named("o1", "C"));

        Assert.Equal(
            [HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.Created],
            new[] { created, updated, deleted, revived }.Select(static response => response.StatusCode));
        Assert.Contains("\"name\":\"A\"", await site.Client.GetStringAsync(new Uri("Organization/o1/_history/1", UriKind.Relative), Cancel), StringComparison.Ordinal);
        Assert.Contains("\"versionId\":\"4\"", await site.Client.GetStringAsync(new Uri("Organization/o1", UriKind.Relative), Cancel), StringComparison.Ordinal);
        Assert.Equal(
            $"{AuditVerbs.ResourceCreated} {AuditVerbs.ResourceUpdated} {AuditVerbs.ResourceDeleted} {AuditVerbs.ResourceUpdated}",
            await ScalarAsync<string>("SELECT string_agg(action, ' ' ORDER BY id) FROM audit_event WHERE entity = 'Organization/o1' AND resources LIKE '%/_history/%'"));
    }

    [Fact]
    public async Task Of_many_updates_of_one_version_one_wins()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        (await SendAsync(site, HttpMethod.Put, "Organization/o1", Named("o1", "A"))).Dispose();

        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => SendAsync(site, HttpMethod.Put, "Organization/o1", Named("o1", $"B{i}"), ifMatch: "W/\"1\"")));

        Assert.Equal((1, 49), (all.Count(static r => r.StatusCode == HttpStatusCode.OK), all.Count(static r => r.StatusCode == HttpStatusCode.PreconditionFailed)));
        Assert.Equal(2, (await new FhirQueries(Database).ReadAsync("Organization", "o1", Cancel))!.Version);
    }

    [Fact]
    public async Task Writes_that_hold_together_are_all_done_or_none()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);

        var outcomes = await site.Writer.ApplyAsync(
            new FhirWrites([new UpdateWrite(Draft("o1"), "o1", null), new UpdateWrite(Draft("o2"), "o2", Expected: 7), new UpdateWrite(Draft("o3"), "o3", null)], "test"), Cancel);

        Assert.Equal([201, 412], outcomes!.Select(static outcome => outcome.Status));
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM fhir_resource"));
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM audit_event"));
    }

    [Fact]
    public async Task A_write_whose_commit_was_in_doubt_is_not_done_twice()
    {
        var index = new FhirIndex(Store.InstallationNamespace, null, TimeZoneInfo.Utc);
        var change = new FhirChange(new FhirWrites([new UpdateWrite(Draft("o1"), "o1", Expected: null)], "test"), FhirDatabaseSite.RulesOf(Store, Ids), index);
        await InBatchAsync(change.Keys, (workspace, rows) => change.ApplyTo(workspace, rows));
        var first = change.Outcomes[0];

        await InBatchAsync(change.Keys, (workspace, rows) => change.ApplyTo(workspace, rows));

        Assert.Equal((201, first.Row), (change.Outcomes[0].Status, change.Outcomes[0].Row));
        Assert.Equal(1, (await new FhirQueries(Database).ReadAsync("Organization", "o1", Cancel))!.Version);
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM audit_event"));
    }

    [Fact]
    public async Task A_transaction_is_one_change_and_its_reads_see_it()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        const string Reading = """{"request":{"method":"GET","url":"Organization/o1"}}""";
        static string Entry(string id, string ifMatch) =>
            $"{{\"resource\":{Named(id, "A")},\"request\":{{\"method\":\"PUT\",\"url\":\"Organization/{id}\"{ifMatch}}}}}";

        using var good = await SendAsync(site, HttpMethod.Post, "", $"{{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{Reading},{Entry("o1", "")},{Entry("o2", "")}]}}");
        using var bad = await SendAsync(
            site, HttpMethod.Post, "", $"{{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{Entry("o3", "")},{Entry("o4", ",\"ifMatch\":\"W/\\\"1\\\"\"")}]}}");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed), (good.StatusCode, bad.StatusCode));
        Assert.Contains("{\"resource\":{\"resourceType\":\"Organization\",\"id\":\"o1\"", await good.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("o1 o2", await ScalarAsync<string>("SELECT string_agg(id, ' ' ORDER BY id) FROM fhir_resource"));
    }

    private static string Named(string id, string name) => $"{{\"resourceType\":\"Organization\",\"id\":\"{id}\",\"name\":\"{name}\"}}";

    private static ResourceDraft Draft(string id) => ResourceDraft.Read(Encoding.UTF8.GetBytes(Named(id, "A")));

    private static async Task<HttpResponseMessage> SendAsync(FhirDatabaseSite site, HttpMethod method, string path, string? body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await site.Client.SendAsync(request, Cancel);
    }
}
