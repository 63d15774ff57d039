using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Performed;
using CloudPacs.EndToEnd.Tests.Reports;
using CloudPacs.EndToEnd.Tests.Studies;
using CloudPacs.Integration.Tests.Performed;
using CloudPacs.Mllp;
using CloudPacs.Profiles;
using Hl7.Fhir.Serialization;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Fhir;

/// <summary>
/// Three validators find nothing in any body that the endpoint sends: resources that follow from messages, images, performed steps and
/// reports, what clients wrote, all Bundles, refusals and definitions. With <c>CLOUDPACS_CORPUS</c> all resources that follow from the messages
/// of that folder too. A resource that several Bundles have is judged once.
/// </summary>
public sealed class EmittedBodyTests
{
    private const int Page = 100;

    private static readonly string? Corpus = Environment.GetEnvironmentVariable("CLOUDPACS_CORPUS") is { Length: > 0 } folder ? folder : null;

    [Fact]
    public async Task Validators_find_nothing_in_what_is_sent()
    {
        await using var engine = await EngineInside.StartNewAsync([.. PerformedStations.Settings, ("MLLP__ALLOWTESTMESSAGES", "true")]);
        await FillAsync(engine);
        var bodies = new EmittedBodies(engine.HttpPort);

        await ReadAllAsync(bodies);
        await WriteAsync(bodies);
        await AskAsync(bodies);

        Assert.True(bodies.All.Count > 200, $"{bodies.All.Count} bodies");
        using var folder = new ScratchFolder();
        var names = bodies.All.Values.ToList();
        var validating = Tool.RunClientAsync(TimeSpan.FromMinutes(20), "validate-fhir.cjs", folder.Write("resources.ndjson", string.Join('\n', bodies.All.Keys)), "numbered");
        var problems = await JudgeAsync(bodies.All);
        foreach (var line in (await validating).Trim().Split('\n')[..^1])
        {
            var number = int.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            problems.Add($"{names[number]}: {line}");
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems.Take(50)));
    }

    private static async Task FillAsync(TestedEngine engine)
    {
        await using var his = new HisSender(engine.MllpPort);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Tests, "Reports", "Samples"), "*.hl7").Order(StringComparer.Ordinal))
            await his.SendBytesAsync(ReportSampleTests.InOriginalMode(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)));
        OrderText[] orders = [new("EB1", "EB-1", "BODY^ONE") { Reason = "cough" }, new("EB2", "EB-2", "BODY^TWO") { Procedure = "MRHEAD^MR Head^L", Modality = "MR" }, new("EB3", "EB-3", "BODY^THREE")];
        await his.PlaceAsync([.. orders]);
        await his.PlaceAsync(orders[1] with { Control = "CA", Status = "CA" }, orders[2].Event("A04"));
        using var web = new DicomWebModality(engine);
        var subject = PerformedModality.SubjectOf(orders[0]);
        await web.CreateAsync("1.2.826.0.1.3680043.10.9.77.1", PerformedReportText.Of("create").DataSet(subject));
        await web.UpdateAsync("1.2.826.0.1.3680043.10.9.77.1", PerformedReportText.Of("complete").DataSet(subject));
        using var viewer = new DicomWebViewer(engine);
        await viewer.StoreAsync(SampleFile.Paths.Select(static path => SampleFile.Copy(path, "bodies").Bytes));
        if (Corpus is not null) await FillFromCorpusAsync(engine);
    }

    /// <summary>Which of its messages are taken is tested by <see cref="CorpusTests"/>; a connection has its order, so that the last answer is after all.</summary>
    private static async Task FillFromCorpusAsync(TestedEngine engine)
    {
        await using var client = new MllpClient(new MllpClientOptions { Host = "127.0.0.1", Port = engine.MllpPort, MaxAttempts = 1 }, TimeProvider.System);
        var files = Directory.EnumerateFiles(Corpus!, "*.hl7", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files) await client.SendAsync(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), null, TestContext.Current.CancellationToken);
        var last = await client.SendAsync(Encoding.ASCII.GetBytes(CorpusTests.Sentinel), static answer => answer.Span.IndexOf("|SENTINEL\r"u8) > 0, TestContext.Current.CancellationToken);
        Assert.True(last.IsAnswered, $"{last.Status}: {last.Problem}");
    }

    private static async Task ReadAllAsync(EmittedBodies bodies)
    {
        var metadata = await bodies.GetAsync("metadata");
        foreach (var type in metadata["rest"]![0]!["resource"]!.AsArray().Select(static one => (string)one!["type"]!).Where(static type => type != "Binary"))
        {
            string? first = null;
            for (var next = $"{type}?_count={Page}&_include=*"; next is not null;)
            {
                var found = await bodies.GetAsync(next);
                first ??= (string?)(found["entry"] as JsonArray)?[0]!["resource"]!["id"];
                // Of definitions, which are all made alike, a page will do.
                next = type is "SearchParameter" ? null : bodies.Next(found);
            }

            if (first is not null)
            {
                foreach (var below in new[] { "", "/_history", "/$meta" }) await bodies.GetAsync($"{type}/{first}{below}");
            }

            await bodies.GetAsync($"{type}/_history?_count=20");
        }

        for (var next = Corpus is null ? "_history?_count=50" : "_history?_count=500"; next is not null;)
        {
            var found = await bodies.GetAsync(next);
            next = Corpus is null ? null : bodies.Next(found);
        }

        foreach (var view in new[] { "_summary=true", "_summary=count", "_summary=data", "_elements=subject" }) await bodies.GetAsync($"ServiceRequest?{view}&_count=10");
        var patients = await bodies.GetAsync("Patient?_count=5");
        foreach (var id in patients["entry"]!.AsArray().Select(static one => (string)one!["resource"]!["id"]!)) await bodies.GetAsync($"Patient/{id}/$everything?_count=30");
    }

    private static async Task WriteAsync(EmittedBodies bodies)
    {
        const string Organization = """{"resourceType":"Organization","name":"X","telecom":[{"system":"phone","value":"1"}]}""";
        string Bundle(string type) => $$$"""
            {"resourceType":"Bundle","type":"{{{type}}}","entry":[
            {"fullUrl":"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0","resource":{{{Organization}}},"request":{"method":"POST","url":"Organization"} },
            {"request":{"method":"GET","url":"Organization?name=X"} },{"request":{"method":"DELETE","url":"Organization/none"} }]}
            """;
        await bodies.SendAsync("POST", "", Bundle("transaction"));
        await bodies.SendAsync("POST", "", Bundle("batch"));
        await bodies.SendAsync("POST", "", Bundle("batch").Replace("\"Organization\"}", "\"Colour\"}", StringComparison.Ordinal));
        await bodies.SendAsync("POST", "Organization", Organization);
        await bodies.SendAsync("POST", "Organization", Organization, ("Prefer", "return=OperationOutcome"));
        await bodies.SendAsync("PUT", "Device/eb", """{"resourceType":"Device","id":"eb"}""");
        await bodies.SendAsync("PUT", "Device/eb", """{"resourceType":"Device","id":"eb","status":"odd","colour":1}""");
        await bodies.SendAsync("PUT", "Device/eb", """{"resourceType":"Device","id":"eb"}""", ("If-Match", "W/\"9\""));
        await bodies.SendAsync("POST", "Consent/$validate", """{"resourceType":"Consent"}""");
        await bodies.SendAsync("POST", "Patient/$match", """{"resourceType":"Patient","name":[{"family":"BODY"}],"birthDate":"1980-02-03"}""");
    }

    private static async Task AskAsync(EmittedBodies bodies)
    {
        foreach (var address in new[]
        {
            "Colour", "Patient/none", "Patient/none/$everything", "Observation/$lastn", "Observation/$lastn?patient=x", "Patient?colour=red", "Patient?birthdate=soon",
            "Patient?_sort=odd", "_history?_since=x", "ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender", "ValueSet/$expand?url=urn:none",
            "ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/administrative-gender&code=male", "a/b/c/d",
        })
            await bodies.GetAsync(address);
    }

    /// <summary>What the SDK says: as it reads strictly, and as its validator judges.</summary>
    private static async Task<List<string>> JudgeAsync(IReadOnlyDictionary<string, string> bodies)
    {
        using var shelf = new DefinitionShelf(new NoDefinitions(), TimeProvider.System);
        var judge = new ProfileJudge(shelf);
        var problems = new List<string>();
        foreach (var (body, name) in bodies)
        {
            if (!FhirJsonDeserializer.STRICT.TryDeserializeResource(body, out _, out var unread))
                problems.Add($"{name}: reading: {string.Join("; ", unread.Select(static one => one.Message))}");
            var verdict = await judge.JudgeAsync(Encoding.UTF8.GetBytes(body), [], TestContext.Current.CancellationToken);
            problems.AddRange(verdict.Issues.Where(static issue => issue.Severity is "error" or "fatal").Select(issue => $"{name}: {issue.Expression}: {issue.Diagnostics}"));
        }

        return problems;
    }

    private sealed class NoDefinitions : ISiteDefinitions
    {
        public Task<string> StampAsync(CancellationToken cancellationToken) => Task.FromResult("");

        public Task<ReadOnlyMemory<byte>?> FindAsync(string canonical) => Task.FromResult<ReadOnlyMemory<byte>?>(null);
    }

    /// <summary>Asks the endpoint, and keeps each body, with the request that it answers; resources of Bundles as bodies of their own.</summary>
    private sealed class EmittedBodies(int port)
    {
        private static readonly HttpClient Http = new();

        private readonly string _address = $"http://127.0.0.1:{port}/fhir/";

        /// <summary>Names of the bodies.</summary>
        public Dictionary<string, string> All { get; } = new(StringComparer.Ordinal);

        public Task<JsonNode> GetAsync(string address) => SendAsync("GET", address, null);

        public async Task<JsonNode> SendAsync(string method, string address, string? body, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), _address + address);
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
            foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)response.StatusCode != 500, $"{address}: {text}");
            var node = JsonNode.Parse(text)!;
            Keep(node.DeepClone(), $"{method} {address}");
            return node;
        }

        /// <summary>Address of the next page; null after the last.</summary>
        public string? Next(JsonNode bundle) => bundle["link"]!.AsArray().Where(static link => (string?)link!["relation"] == "next").Select(link => ((string)link!["url"]!)[_address.Length..]).FirstOrDefault();

        /// <summary>In a Bundle another resource, with the same id and meta, stands for one that is judged by itself.</summary>
        private void Keep(JsonNode resource, string name)
        {
            var entries = (string?)resource["resourceType"] == "Bundle" ? resource["entry"] as JsonArray : null;
            for (var number = 0; number < entries?.Count; number++)
            {
                if (entries[number]!["resource"] is not JsonObject inside) continue;
                Keep(inside.DeepClone(), $"{name} entry {number}");
                var place = new JsonObject { ["resourceType"] = "Basic", ["code"] = new JsonObject { ["text"] = "x" } };
                foreach (var member in new[] { "id", "meta" }.Where(inside.ContainsKey)) place[member] = inside[member]!.DeepClone();
                entries[number]!["resource"] = place;
            }

            All.TryAdd(resource.ToJsonString(), name);
        }
    }
}
