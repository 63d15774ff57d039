using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>The worklist over HTTP (PS3.18 chapter 14): the same answers as C-FIND, in JSON and XML, in pages.</summary>
public sealed class WorklistHttpTests(SharedEngine shared)
{
    private const string Path = "/dicomweb/modality-scheduled-procedure-steps";

    [Theory]
    [InlineData("AccessionNumber=WH01")]
    [InlineData("00080050=WH01")]
    [InlineData("PatientName=HTTP*&ScheduledProcedureStepSequence.Modality=CT&AccessionNumber=WH01")]
    [InlineData("00400100.00400002=20261201&PatientID=WH-1&AccessionNumber=WH0?")]
    public async Task An_entry_is_found_by_the_keys_of_C_FIND(string query)
    {
        var engine = await PlaceAsync("WH01", "WH-1");

        var entry = Assert.Single((await GetJsonAsync(engine, query)).AsArray(), static e => Text(e!, "00080050") == "WH01")!;

        Assert.Equal("HTTP^HANNA", (string?)entry["00100010"]!["Value"]![0]!["Alphabetic"]);
        Assert.Equal("CT", Text(entry["00400100"]!["Value"]![0]!, "00080060"));
        Assert.Single(await Findscu.QueryAsync(engine.DicomPort, "00080050=WH01"));
    }

    [Fact]
    public async Task An_order_of_a_FHIR_client_is_there_when_it_is_answered_and_gone_when_it_is_revoked()
    {
        var engine = await shared.GetAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{engine.HttpPort}/fhir/") };
        const string Order = """
            {"resourceType":"Bundle","type":"collection","entry":[
             {"fullUrl":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000001","resource":{"resourceType":"Patient","identifier":[{"value":"WH-F"}],"name":[{"family":"FHIR","given":["FRIDA"]}]}},
             {"resource":{"resourceType":"ServiceRequest","status":"active","intent":"order","identifier":[{"value":"PLWHF"},{"type":{"coding":[{"code":"ACSN"}]},"value":"WHF1"}],
              "subject":{"reference":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000001"},"code":{"text":"CT Chest"},"occurrenceDateTime":"2026-12-01T10:00:00Z",
              "orderDetail":[{"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"CT"}]}]}}]}
            """;

        var made = await SendAsync(http, HttpMethod.Post, "ServiceRequest/$create-order", Order);
        Assert.Equal("FHIR^FRIDA", (string?)Assert.Single((await GetJsonAsync(engine, "AccessionNumber=WHF1")).AsArray())!["00100010"]!["Value"]![0]!["Alphabetic"]);
        var request = made["entry"]![1]!["resource"]!;
        request["status"] = "revoked";
        await SendAsync(http, HttpMethod.Put, $"ServiceRequest/{request["id"]}", request.ToJsonString());

        Assert.Equal("[]", (await GetAsync(engine, "AccessionNumber=WHF1")).Text);
    }

    private static async Task<JsonNode> SendAsync(HttpClient http, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/fhir+json") };
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    [Fact]
    public async Task XML_says_the_same()
    {
        var engine = await PlaceAsync("WH02", "WH-2");

        var (status, text, type) = await GetAsync(engine, "AccessionNumber=WH02", "multipart/related; type=\"application/dicom+xml\"");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("multipart/related", type, StringComparison.Ordinal);
        var model = XDocument.Parse(text[text.IndexOf("<?xml", StringComparison.Ordinal)..(text.IndexOf("</NativeDicomModel>", StringComparison.Ordinal) + 19)]);
        var name = model.Root!.Elements().Single(static e => (string?)e.Attribute("keyword") == "PatientName");
        Assert.Equal("HANNA", (string?)name.Element("PersonName")!.Element("Alphabetic")!.Element("GivenName"));
        Assert.Equal("WH02", (string?)model.Root.Elements().Single(static e => (string?)e.Attribute("tag") == "00080050").Element("Value"));
    }

    [Fact]
    public async Task Pages_follow_one_another_and_say_how_many_are_left()
    {
        for (var n = 0; n < 5; n++) await PlaceAsync($"WQP{n}", "WH-P");
        var engine = await shared.GetAsync();
        List<string?> seen = [];
        for (var offset = 0; offset < 6; offset += 2)
        {
            using var http = new HttpClient();
            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{engine.HttpPort}{Path}?PatientID=WH-P&limit=2&offset={offset}"), TestContext.Current.CancellationToken);
            var left = 5 - offset - 2;
            Assert.Equal(left > 0, response.Headers.TryGetValues("Warning", out var warnings));
            if (left > 0) Assert.EndsWith($"There are {left} additional results that can be requested", string.Join("", warnings!), StringComparison.Ordinal);
            seen.AddRange(JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsArray().Select(static e => Text(e!, "00080050")));
        }

        Assert.Equal(["WQP0", "WQP1", "WQP2", "WQP3", "WQP4"], seen.Order());
        Assert.Equal(HttpStatusCode.NoContent, (await GetAsync(engine, "PatientID=WH-P&offset=9")).Status);
    }

    [Theory]
    [InlineData("NoSuchKey=1", HttpStatusCode.BadRequest, "NoSuchKey is no parameter and no attribute of a worklist entry.")]
    [InlineData("limit=0", HttpStatusCode.BadRequest, "limit must be a whole number from 1 on.")]
    [InlineData("fuzzymatching=maybe", HttpStatusCode.BadRequest, "fuzzymatching must be true or false.")]
    [InlineData("StudyInstanceUID=1.2.x", HttpStatusCode.BadRequest, "StudyInstanceUID is no UID.")]
    [InlineData("ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate=TODAY", HttpStatusCode.BadRequest, "ScheduledProcedureStepStartDate is no date or range of dates.")]
    [InlineData("includefield=Nonsense", HttpStatusCode.BadRequest, "includefield: Nonsense is no attribute of a worklist entry.")]
    [InlineData("PatientName.FamilyName=A", HttpStatusCode.BadRequest, "PatientName.FamilyName is no parameter and no attribute of a worklist entry.")]
    public async Task A_faulty_query_is_told(string query, HttpStatusCode status, string text)
    {
        var engine = await shared.GetAsync();

        var answer = await GetAsync(engine, query);

        Assert.Equal((status, text), (answer.Status, (string?)JsonNode.Parse(answer.Text)!["detail"]));
    }

    [Fact]
    public async Task Ways_of_matching_that_there_are_not_are_told_and_others_are_not_accepted()
    {
        var engine = await PlaceAsync("WH05", "WH-5");
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{engine.HttpPort}{Path}?AccessionNumber=WH05&fuzzymatching=true"), TestContext.Current.CancellationToken);

        Assert.Contains("The fuzzymatching parameter is not supported. Only literal matching has been performed.", string.Join("", response.Headers.GetValues("Warning")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotAcceptable, (await GetAsync(engine, "AccessionNumber=WH05", "image/png")).Status);
        Assert.Equal("[]", (await GetAsync(engine, "AccessionNumber=WH-NOT-THERE")).Text);
    }

    [Fact]
    public async Task Why_an_entry_is_missed_is_told()
    {
        var engine = await PlaceAsync("WH06", "WH-6");
        await Tool.RunAsync("findscu", "-W", "-aet", "WHY1", "-aec", "CLOUDPACS", "-k", "(0040,0100)[0].0008,0060=MR", "127.0.0.1", $"{engine.DicomPort}");

        var last = await WhyAsync(engine, "aet=WHY1&accession=WH06");
        var date = await WhyAsync(engine, "aet=CT7&accession=WH06&ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate=20250101");
        var found = await WhyAsync(engine, "aet=CT7&accession=WH06&PatientID=WH-6");

        Assert.StartsWith("Modality differs", (string?)last["reason"], StringComparison.Ordinal);
        Assert.StartsWith("the scheduled start lies outside", (string?)date["reason"], StringComparison.Ordinal);
        Assert.True((bool?)found["isAnswered"]);
    }

    private static async Task<JsonNode> WhyAsync(TestedEngine engine, string query) =>
        Assert.Single(JsonNode.Parse(await engine.GetAsync("/api/worklist/why?" + query))!["candidates"]!.AsArray())!;

    private async Task<TestedEngine> PlaceAsync(string accession, string patient)
    {
        var engine = await shared.GetAsync();
        await using var his = new HisSender(engine.MllpPort);
        await his.PlaceAsync(new OrderText(accession, patient, "HTTP^HANNA"));
        return engine;
    }

    private static async Task<JsonNode> GetJsonAsync(TestedEngine engine, string query) => JsonNode.Parse((await GetAsync(engine, query)).Text)!;

    private static async Task<(HttpStatusCode Status, string Text, string? Type)> GetAsync(TestedEngine engine, string query, string accept = "application/dicom+json")
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{engine.HttpPort}{Path}?{query}");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Content.Headers.ContentType?.ToString());
    }

    private static string? Text(JsonNode entry, string tag) => (string?)entry[tag]?["Value"]?[0];
}
