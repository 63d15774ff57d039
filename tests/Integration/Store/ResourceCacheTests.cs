using System.Globalization;
using System.Text;
using CloudPacs.Fhir.Editing;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Integration.Fhir;
using CloudPacs.Integration.Tests.Fhir;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Studies;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

/// <summary>Resources in memory: never more than allowed, and never older than a write that was acknowledged.</summary>
public sealed class ResourceCacheTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public void It_keeps_what_is_asked_for_within_its_bytes()
    {
        var cache = new ResourceCache(4_000_000, TimeProvider.System);
        for (var i = 0; i < 20_000; i++)
        {
            Add(cache, i.ToString(CultureInfo.InvariantCulture), 1000);
            if (i % 50 == 0) Assert.True(cache.TryGet("Organization", "0", out _), $"after {i}");
        }

        Add(cache, "huge", 1_000_000);
        var kept = Enumerable.Range(0, 20_000).Count(i => cache.TryGet("Organization", i.ToString(CultureInfo.InvariantCulture), out _));
        Assert.InRange(kept, 1000, 4000);
        Assert.False(cache.TryGet("Organization", "huge", out _));
    }

    [Fact]
    public void What_was_read_before_a_change_is_not_kept_after_it()
    {
        var clock = new FakeTimeProvider();
        var cache = new ResourceCache(4_000_000, clock);
        var turn = cache.Turn("Organization", "1");
        cache.Remove([("Organization", "1")]);
        cache.Add(Row("1", 10), turn);
        Assert.False(cache.TryGet("Organization", "1", out _));

        Add(cache, "1", 10);
        Assert.True(cache.TryGet("Organization", "1", out _));
        cache.Suspend();
        Add(cache, "1", 10);
        Assert.False(cache.TryGet("Organization", "1", out _));
        clock.Advance(TimeSpan.FromMinutes(11));
        Add(cache, "1", 10);
        Assert.True(cache.TryGet("Organization", "1", out _));
    }

    [Fact]
    public async Task A_read_is_never_older_than_what_was_acknowledged_before_it()
    {
        var cache = new ResourceCache(4_000_000, TimeProvider.System);
        var store = await WorkspaceStore.OpenAsync(
            Database, PostgresFixture.InRows, Ids, notifyAs: null, Cancel, static installation => new FhirIndex(installation, null, TimeZoneInfo.Utc), cache);
        var reader = new FhirReader(new FhirQueries(Database), new StudyQueries(Database), new AuditEvents(new AuditQueries(Database), new FhirIndex(Store.InstallationNamespace, null, TimeZoneInfo.Utc)), cache);
        await using var site = await FhirDatabaseSite.StartAsync(Database, store, Ids);
        var (acknowledged, isDone, hits) = (0, false, 0);
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(
            async () =>
            {
                while (!Volatile.Read(ref isDone))
                {
                    var least = Volatile.Read(ref acknowledged);
                    if (cache.TryGet("Organization", "o", out var _)) Interlocked.Increment(ref hits);
                    var read = await reader.ReadAsync("Organization", "o", null, Cancel);
                    Assert.True((read?.Version ?? 0) >= least, $"{read?.Version} after {least}");
                }
            }, Cancel)).ToList();
        for (var i = 1; i <= 200; i++)
        {
            var draft = ResourceDraft.Read(Encoding.UTF8.GetBytes($"{{\"resourceType\":\"Organization\",\"id\":\"o\",\"name\":\"{i}\"}}"));
            var outcome = await site.Writer.ApplyAsync(new FhirWrites([new UpdateWrite(draft, "o", null)], "test"), Cancel);
            Volatile.Write(ref acknowledged, outcome![0].Row!.Version);
        }

        Volatile.Write(ref isDone, true);
        await Task.WhenAll(readers);
        Assert.Equal(200, acknowledged);
        Assert.True(hits > 0);
    }

    private static void Add(ResourceCache cache, string id, int size) => cache.Add(Row(id, size), cache.Turn("Organization", id));

    private static FhirResourceRow Row(string id, int size) => new() { Type = "Organization", Id = id, Version = 1, LastUpdated = DateTimeOffset.UnixEpoch, Content = new byte[size] };
}
