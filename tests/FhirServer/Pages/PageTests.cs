using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudPacs.Fhir.Search;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Pages;

/// <summary>What people see who open the endpoint in a browser, and what tools are told.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    private FhirSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await FhirSite.StartAsync();
        _site.Put("Task", "t1", DateTimeOffset.UnixEpoch, """
            {"resourceType":"Task","id":"t1","status":"ready","intent":"order","for":{"reference":"Patient/p1"},"focus":{"reference":"javascript:alert(1)"},
             "description":"<script>alert(1)</script> \"ü\"","note":[{"text":"a"},{"text":"b"}],"input":[{"type":{"text":"n"},"valueDecimal":1.00}]}
            """);
        _site.Put("Task", "t2", DateTimeOffset.UnixEpoch, null);
    }

    public async ValueTask DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_resource_has_a_line_for_each_member_and_links_that_follow_references()
    {
        using var response = await GetAsync("Task/t1", Browser);

        var page = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("<h1>Task</h1>", page, StringComparison.Ordinal);
        Assert.Contains($"<b>reference</b>: \"<a href=\"{_site.Client.BaseAddress}Patient/p1\">Patient/p1</a>\"", page, StringComparison.Ordinal);
        Assert.Contains("\n  <b>note</b>: [\n    {\n      <b>text</b>: &quot;a".Replace("&quot;", "\"", StringComparison.Ordinal), page, StringComparison.Ordinal);
        Assert.Contains("<b>valueDecimal</b>: 1.00\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"javascript", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Task/t3", 404)]
    [InlineData("Task/t2", 410)]
    [InlineData("Nothing/t2", 404)]
    public async Task A_refusal_is_a_page_too(string path, int status)
    {
        using var response = await GetAsync(path, Browser);

        Assert.Equal((status, "text/html"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Contains("<h1>OperationOutcome</h1>", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_start_page_has_all_types_with_how_many_there_are()
    {
        using var response = await GetAsync("", Browser);

        var page = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.All(ServedTypes.Served, type => Assert.Contains($"{type.Name}</", page, StringComparison.Ordinal));
        Assert.Contains($"<a href=\"{_site.Client.BaseAddress}Task/_history\">Task</a></td><td>1</td>", page, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{_site.Client.BaseAddress}Patient?_sort=-_lastUpdated&amp;_count=10\">the latest</a>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAPI_has_every_interaction_that_is_served_and_no_other()
    {
        using var response = await GetAsync("openapi.json", "*/*");

        var document = (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        var operations = document["paths"]!.AsObject().SelectMany(static path => path.Value!.AsObject()).Select(static method => (string)method.Value!["operationId"]!).ToList();
        var served = ServedTypes.Served.SelectMany(static type => type.InteractionCodes.Select(code => $"{code}-{type.Name}"));
        var others = operations.Where(static id => !id.StartsWith("get-", StringComparison.Ordinal) && !id.StartsWith("post-", StringComparison.Ordinal));
        Assert.Equal(operations.Count, operations.Distinct().Count());
        Assert.Contains("get-everything-instance-patient", operations);
        var search = document["paths"]!["/Patient"]!["get"]!["parameters"]!.AsArray().Select(static one => (string)one!["name"]!).ToList();
        Assert.Equal(search.Count, search.Distinct().Count());
        Assert.Superset(ParameterSet.Standard.Of("Patient").Select(static one => one.Code).ToHashSet(), search.ToHashSet());
        string[] system = ["capabilities", "history-system", "search-system", "transaction"];
        var compartments = Compartments.Owners.Select(static owner => $"search-compartment-{owner}");
        var conditional = served.Where(static id => id.Split('-')[0] is "update" or "patch" or "delete").Select(static id => $"conditional-{id}");
        Assert.Equal(served.Concat(system).Concat(compartments).Concat(conditional).Order(StringComparer.Ordinal), others.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Task/a%20b")]
    [InlineData("Task/a_b")]
    [InlineData("Task/0123456789012345678901234567890123456789012345678901234567890123456789")]
    [InlineData("Task/a_b/_history")]
    public async Task What_cannot_be_an_id_is_not_looked_for(string path)
    {
        _site.Fault = new InvalidOperationException("looked for");

        using var response = await GetAsync(path, "*/*");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<HttpResponseMessage> GetAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await _site.Client.SendAsync(request, Cancel);
    }
}
