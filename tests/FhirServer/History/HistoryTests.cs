using System.Net;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace CloudPacs.FhirServer.Tests.History;

/// <summary>Histories as clients meet them (FHIR R4 http.html 3.1.0.10).</summary>
public sealed class HistoryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private FhirSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await FhirSite.StartAsync();
        _site.Put("Patient", "p1", Noon, """{"resourceType":"Patient","id":"p1","meta":{"versionId":"1"},"active":true}""");
        _site.Put("Patient", "p1", Noon.AddHours(1), """{"resourceType":"Patient","id":"p1","meta":{"versionId":"2"},"active":false}""");
        _site.Put("Patient", "p1", Noon.AddHours(2), null);
        _site.Put("Task", "t1", Noon.AddHours(3), """{"resourceType":"Task","id":"t1","status":"ready","intent":"order"}""");
    }

    public async ValueTask DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task The_history_of_a_resource_tells_what_was_done_the_newest_first()
    {
        var bundle = await ReadAsync("Patient/p1/_history");

        Assert.Equal((Bundle.BundleType.History, 3), (bundle.Type!.Value, bundle.Total));
        Assert.Equal(["DELETE Patient/p1 204", "PUT Patient/p1 200", "PUT Patient/p1 201"], bundle.Entry.Select(static entry => $"{entry.Request!.Method!.Value.ToString().ToUpperInvariant()} {entry.Request.Url} {entry.Response!.Status}"));
        Assert.Equal(["W/\"3\"", "W/\"2\"", "W/\"1\""], bundle.Entry.Select(static entry => entry.Response!.Etag));
        Assert.Equal([Noon.AddHours(2), Noon.AddHours(1), Noon], bundle.Entry.Select(static entry => entry.Response!.LastModified!.Value));
        Assert.Null(bundle.Entry[0].Resource);
        Assert.Equal([false, true], bundle.Entry.Skip(1).Select(static entry => ((Patient)entry.Resource!).Active!.Value));
        Assert.All(bundle.Entry, entry => Assert.Equal($"{_site.Client.BaseAddress}Patient/p1", entry.FullUrl));
        Assert.Equal($"{_site.Client.BaseAddress}Patient/p1/_history", bundle.SelfLink!.ToString());
    }

    [Fact]
    public async Task What_got_its_id_from_the_server_was_posted()
    {
        var id = Guid.NewGuid();
        _site.Put("Practitioner", $"{id}", Noon, $$"""{"resourceType":"Practitioner","id":"{{id}}"}""");

        var request = (await ReadAsync($"Practitioner/{id}/_history")).Entry.Single().Request!;

        Assert.Equal((Bundle.HTTPVerb.POST, "Practitioner"), (request.Method!.Value, request.Url));
    }

    [Theory]
    [InlineData("Patient/_history", 3)]
    [InlineData("_history", 4)]
    [InlineData("Consent/_history", 0)]
    [InlineData("Patient/p1/_history?_since=2026-03-10T13:00:00Z", 2)]
    [InlineData("Patient/p1/_history?_since=2026-03-10T18:30:00.000%2B05:30", 2)]
    [InlineData("Patient/p1/_history?_since=2026-03-10T18:30:00.000+05:30", 2)]
    [InlineData("Patient/p1/_history?_since=2027-03-10T18:30:00Z", 0)]
    [InlineData("Patient/p1/_history?_at=2026-03-10T12:59Z", 1)]
    [InlineData("Patient/p1/_history?_at=2026", 3)]
    public async Task It_has_what_is_asked_for(string path, int count)
    {
        var bundle = await ReadAsync(path);

        Assert.Equal((count, count), (bundle.Total!.Value, bundle.Entry.Count));
    }

    [Fact]
    public async Task Pages_are_walked_by_their_links_to_the_end()
    {
        var (seen, next) = (new List<string>(), (string?)"_history?_count=1&_elements=status");
        while (next is not null)
        {
            var bundle = await ReadAsync(next);
            Assert.Equal(4, bundle.Total);
            seen.AddRange(bundle.Entry.Select(static entry => $"{entry.FullUrl!.Split('/')[^1]} {entry.Response!.Etag}"));
            next = bundle.NextLink?.ToString();
            if (next is not null) Assert.Contains("_elements=status", next, StringComparison.Ordinal);
        }

        Assert.Equal(["t1 W/\"1\"", "p1 W/\"3\"", "p1 W/\"2\"", "p1 W/\"1\""], seen);
    }

    [Theory]
    [InlineData("Patient/p1/_history?_summary=count")]
    [InlineData("Patient/p1/_history?_count=0")]
    public async Task The_number_alone_can_be_asked_for(string path)
    {
        var bundle = await ReadAsync(path);

        Assert.Equal(3, bundle.Total);
        Assert.Empty(bundle.Entry);
    }

    [Fact]
    public async Task A_part_of_each_resource_can_be_asked_for()
    {
        var bundle = await ReadAsync("Patient/p1/_history?_elements=name");

        Assert.Null(((Patient)bundle.Entry[1].Resource!).Active);
        Assert.Equal("SUBSETTED", bundle.Entry[1].Resource!.Meta!.Tag.Single().Code);
    }

    [Theory]
    [InlineData("Patient/p2/_history", 404)]
    [InlineData("Binary/p2/_history", 404)]
    [InlineData("Binary/_history", 404)]
    [InlineData("Patient/_history?_count=-1", 400)]
    [InlineData("Patient/_history?_count=x", 400)]
    [InlineData("Patient/_history?_since=yesterday", 400)]
    [InlineData("Patient/_history?_since=2026-03-10", 400)]
    [InlineData("Patient/_history?_since=10000-01-01T00:00:00Z", 400)]
    [InlineData("Patient/_history?_at=2026-13", 400)]
    [InlineData("Patient/_history?_page=x", 400)]
    [InlineData("Patient/_history?_page=AAAAAAAAAAAAAAAAAAAA", 400)]
    [InlineData("Patient/_history?_summary=some", 400)]
    public async Task What_cannot_be_told_is_refused(string path, int status)
    {
        using var response = await _site.Client.GetAsync(path, Cancel);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.IsType<OperationOutcome>(FhirJsonDeserializer.STRICT.DeserializeResource(await response.Content.ReadAsStringAsync(Cancel)));
    }

    [Fact]
    public async Task A_page_belongs_to_its_history()
    {
        var next = (await ReadAsync("_history?_count=1")).NextLink!.ToString();

        foreach (var other in new[] { next.Replace("_count=1", "_count=2", StringComparison.Ordinal), next.Replace("/_history", "/Patient/_history", StringComparison.Ordinal) })
        {
            using var response = await _site.Client.GetAsync(other, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task It_comes_as_XML_too_and_HEAD_has_its_length()
    {
        var xml = await _site.Client.GetStringAsync("_history?_format=xml", Cancel);
        using var head = await _site.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "_history?_format=xml"), Cancel);

        Assert.Equal(4, Assert.IsType<Bundle>(FhirXmlDeserializer.STRICT.DeserializeResource(xml)).Entry.Count);
        Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(xml), head.Content.Headers.ContentLength);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Bundle> ReadAsync(string path)
    {
        using var response = await _site.Client.GetAsync(path, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        return Assert.IsType<Bundle>(FhirJsonDeserializer.STRICT.DeserializeResource(text));
    }
}
