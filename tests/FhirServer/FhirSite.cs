using System.Collections.Concurrent;
using System.Text;
using CloudPacs.FhirServer.History;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Store.Fhir;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudPacs.FhirServer.Tests;

/// <summary>The endpoint behind a real Kestrel, over resources in memory.</summary>
public sealed class FhirSite : IFhirReader, IBinaryReader, IFhirHistory, IFhirWriter, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Type, string Id), List<FhirResourceRow>> _resources = new();
    private readonly WebApplication _application;

    private FhirSite(FhirLimits? limits)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddFhir();
        _application = builder.Build();
        _application.UseFhir();
        _application.MapFhir(new FhirPorts { Limits = limits, Reader = this, History = this, Binaries = this, Writer = this, Pages = new PageSeal([1]), SoftwareVersion = "1.2.3", Started = new DateTimeOffset(2026, 3, 10, 0, 0, 0, TimeSpan.Zero) });
    }

    /// <summary>Thrown by every read, as by a database that is away.</summary>
    public Exception? Fault { get; set; }

    public HttpClient Client { get; } = new();

    public static async Task<FhirSite> StartAsync(FhirLimits? limits = null)
    {
        var site = new FhirSite(limits);
        await site._application.StartAsync();
        site.Client.BaseAddress = new Uri(site._application.Urls.Single() + "/fhir/");
        return site;
    }

    /// <summary>Puts the next version of a resource; without content it is a deletion.</summary>
    public void Put(string type, string id, DateTimeOffset at, string? content)
    {
        var versions = _resources.GetOrAdd((type, id), static _ => []);
        versions.Add(new FhirResourceRow
        {
            Type = type, Id = id, Version = versions.Count + 1, LastUpdated = at, Deleted = content is null, Content = Encoding.UTF8.GetBytes(content ?? ""),
        });
    }

    /// <summary>What every read waits for.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    public async Task<FhirResourceRow?> ReadAsync(string type, string id, string? facility, CancellationToken cancellationToken)
    {
        await Ready.WaitAsync(cancellationToken);
        return await FindAsync(type, id);
    }

    private Task<FhirResourceRow?> FindAsync(string type, string id) =>
        Fault is { } fault ? Task.FromException<FhirResourceRow?>(fault) : Task.FromResult(_resources.TryGetValue((type, id), out var versions) ? versions[^1] : null);

    public Task<FhirResourceRow?> ReadVersionAsync(string type, string id, int version, string? facility, CancellationToken cancellationToken) =>
        Task.FromResult(_resources.TryGetValue((type, id), out var versions) ? versions.Find(row => row.Version == version) : null);

    public Task<IReadOnlyList<FhirResourceRow>> ListAsync(FhirVersions wanted, FhirVersionPosition? after, int count, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FhirResourceRow>>([.. Listed(wanted).SkipWhile(row => after is not null && Position(row).CompareTo((after.LastUpdated, after.Type, after.Id, after.Version)) >= 0).Take(count)]);

    public Task<int?> CountAsync(FhirVersions wanted, CancellationToken cancellationToken) => Task.FromResult<int?>(Listed(wanted).Count());

    public Task<IReadOnlyDictionary<string, int>> CountCurrentAsync(IReadOnlyList<string> types, int atMost, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, int>>(_resources.Where(static pair => !pair.Value[^1].Deleted).GroupBy(static pair => pair.Key.Type).ToDictionary(static same => same.Key, same => Math.Min(same.Count(), atMost + 1)));

    private IEnumerable<FhirResourceRow> Listed(FhirVersions wanted) => _resources.Values.SelectMany(static versions => versions)
        .Where(row => wanted.Types.Contains(row.Type) && (wanted.Id is null || wanted.Id == row.Id) && !(row.LastUpdated < wanted.Since) && !(row.LastUpdated >= wanted.At?.To))
        .OrderByDescending(Position);

    private static (DateTimeOffset, string, string, int) Position(FhirResourceRow row) => (row.LastUpdated, row.Type, row.Id, row.Version);

    /// <summary>A document that begins as PDF does, 100,000 bytes long.</summary>
    public Task<(Stream Content, string? ContentType)?> OpenAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult<(Stream, string?)?>(id == "doc" ? (new MemoryStream([.. "%PDF"u8, .. new byte[99_996]]), "application/pdf") : null);

    public string NewId() => Guid.NewGuid().ToString();

    public Task<IReadOnlyList<WriteOutcome>?> ApplyAsync(FhirWrites writes, CancellationToken cancellationToken)
    {
        if (Fault is not null) return Task.FromResult<IReadOnlyList<WriteOutcome>?>(null);
        lock (_resources)
        {
            var outcomes = new List<WriteOutcome>();
            foreach (var write in writes.Writes)
            {
                outcomes.Add(write.Decide(_resources.TryGetValue((write.Type, write.Id), out var versions) ? versions[^1] : null, DateTimeOffset.UtcNow));
                if (outcomes[^1].Problem is not null) return Task.FromResult<IReadOnlyList<WriteOutcome>?>(outcomes);
            }

            foreach (var row in outcomes.Where(static outcome => outcome.IsWritten).Select(static outcome => outcome.Row!))
                _resources.GetOrAdd((row.Type, row.Id), static _ => []).Add(row);
            return Task.FromResult<IReadOnlyList<WriteOutcome>?>(outcomes);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
    }
}
