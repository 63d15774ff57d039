using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>Addresses behind a proxy, pages of other origins, warnings and refusals.</summary>
public sealed class AddressTests
{
    [Fact]
    public void Addresses_are_those_under_which_callers_reach_the_service()
    {
        Assert.True(PublicAddress.TryCreate("https://images.hospital.test/pacs/dicomweb/", out var configured, out _));
        var behind = Request(configured);
        var direct = Request(null);
        direct.Request.PathBase = "/base";

        var addresses = new ResourceAddress(PublicAddress.RootOf(behind));

        Assert.Equal("https://images.hospital.test/pacs/dicomweb/studies/1.2/series/1.3/instances/1.4", addresses.Instance("1.2", "1.3", "1.4"));
        Assert.Equal("https://images.hospital.test/pacs/dicomweb/studies/1.2/series/1.3/instances/1.4/frames/7", addresses.Frame("1.2", "1.3", "1.4", 7));
        Assert.Equal("https://images.hospital.test/pacs/dicomweb/studies/1.2/series/1.3/instances/1.4/bulkdata/54000100/2/54001010", addresses.BulkData("1.2", "1.3", "1.4", new ElementPath([(new(0x54000100), 2)], new(0x54001010))));
        Assert.Equal("http://internal:8080/base/dicomweb", PublicAddress.RootOf(direct));
    }

    [Theory]
    [InlineData("images.hospital.test")]
    [InlineData("/dicomweb")]
    [InlineData("ftp://x")]
    [InlineData("https://x/dicomweb?a=b")]
    [InlineData("https://user@x/dicomweb")]
    public void An_address_that_leads_nowhere_is_refused(string text)
    {
        Assert.False(PublicAddress.TryCreate(text, out _, out var problem));
        Assert.StartsWith("must ", problem, StringComparison.Ordinal);
    }

    /// <summary>As a browser asks before each frame, for a viewer of another origin.</summary>
    [Theory]
    [InlineData("https://viewer.test", true)]
    [InlineData("https://elsewhere.test", false)]
    [InlineData("null", false)]
    public void A_page_of_a_listed_origin_is_let_in(string origin, bool isLetIn)
    {
        var policy = DicomWebCors.Policy(["https://viewer.test"]);
        var http = Request(null);
        http.Request.Method = "OPTIONS";
        http.Request.Headers.Origin = origin;
        http.Request.Headers.AccessControlRequestMethod = "GET";
        http.Request.Headers.AccessControlRequestHeaders = "accept, authorization";
        var cors = new CorsService(Options.Create(new CorsOptions()), NullLoggerFactory.Instance);

        cors.ApplyResult(cors.EvaluatePolicy(http, policy), http.Response);

        var headers = http.Response.Headers;
        Assert.Equal(isLetIn ? origin : "", headers.AccessControlAllowOrigin.ToString());
        if (!isLetIn) return;
        Assert.Equal(("7200", "true"), (headers.AccessControlMaxAge.ToString(), headers.AccessControlAllowCredentials.ToString()));
        Assert.All((string[])["accept", "authorization"], name => Assert.Contains(name, headers.AccessControlAllowHeaders.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.Contains("Content-Range", policy.ExposedHeaders);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("https://*.hospital.test")]
    [InlineData("https://viewer.test/")]
    [InlineData("https://viewer.test/path")]
    [InlineData("viewer.test")]
    [InlineData("file://x")]
    public void Not_every_page_is_let_in(string origin) => Assert.Throws<ArgumentException>(() => DicomWebCors.Policy([origin]));

    [Fact]
    public void A_warning_names_the_service_and_holds_nothing_that_breaks_a_header()
    {
        var http = Request(null);

        DicomWebAnswer.Warn(http, "M\u00fcller\r\nX: y is no parameter.");
        DicomWebAnswer.Warn(http, new string('x', 5_000));

        var warnings = http.Response.Headers["Warning"];
        Assert.Equal("299 http://internal:8080/dicomweb: M?ller??X: y is no parameter.", warnings[0]);
        Assert.InRange(warnings[1]!.Length, 400, 500);
    }

    [Fact]
    public async Task A_refusal_is_a_problem_with_what_is_wrong()
    {
        var http = Request(null);
        using var body = new MemoryStream();
        http.Response.Body = body;

        await DicomWebAnswer.RefuseForNowAsync(http, TimeSpan.FromSeconds(4.2), "There is no room at present.");

        var problem = JsonNode.Parse(body.ToArray())!;
        Assert.Equal((503, "5", "application/problem+json"), (http.Response.StatusCode, http.Response.Headers.RetryAfter.ToString(), http.Response.ContentType));
        Assert.Equal("There is no room at present.", (string?)problem["detail"]);
    }

    [Fact]
    public async Task A_form_that_cannot_be_had_is_refused_with_those_that_can()
    {
        var http = Request(null);
        using var body = new MemoryStream();
        http.Response.Body = body;

        await DicomWebAnswer.RefuseAsync(http, new CloudPacs.DicomWeb.Negotiation.Negotiated(null, 406, ["image/jpeg", "image/png"]));

        var problem = JsonNode.Parse(body.ToArray())!;
        Assert.Equal((406, "Accept image/jpeg or image/png."), (http.Response.StatusCode, (string?)problem["detail"]));
        Assert.Equal(["image/jpeg", "image/png"], problem["acceptable"]!.AsArray().Select(static type => (string)type!));
    }

    private static DefaultHttpContext Request(PublicAddress? configured)
    {
        var services = new ServiceCollection().AddLogging().AddProblemDetails();
        if (configured is not null) services.AddSingleton(configured);
        var http = new DefaultHttpContext { RequestServices = services.BuildServiceProvider() };
        http.Request.Scheme = "http";
        http.Request.Host = new("internal", 8080);
        http.Request.Path = "/dicomweb/studies";
        return http;
    }
}
