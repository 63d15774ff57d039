using System.Net;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Identity;

/// <summary>
/// A caller that was granted one patient, or a part of the resources of a type, learns nothing of the rest, whatever way it asks.
/// </summary>
public sealed class ScopeLeakTests(ScopeLeakTests.Site site) : IClassFixture<ScopeLeakTests.Site>
{
    private const string OnePatient = "patient/*.cruds";

    private static readonly string[] Scopes =
    [
        OnePatient, "system/Media.cruds?status=completed&subject=Patient/SEEN system/Patient.rs?family=SEEN system/ServiceRequest.rs?subject=Patient/SEEN",
        "patient/Patient.rs", "patient/Media.rs patient/Patient.r", "patient/ServiceRequest.s", "patient/Task.rs system/Organization.rs",
    ];

    [Theory]
    [InlineData("Patient")]
    [InlineData("Patient?family=HIDDEN")]
    [InlineData("Patient?_id=HIDDEN")]
    [InlineData("Patient?_id=SEEN,HIDDEN")]
    [InlineData("Patient?_sort=family")]
    [InlineData("Patient?_sort=-_lastUpdated&_count=1")]
    [InlineData("Patient?_summary=count")]
    [InlineData("Patient?family=HIDDEN&_summary=count")]
    [InlineData("Patient?family=HIDDEN&_total=accurate&_count=0")]
    [InlineData("Patient?family:not=SEEN&_total=accurate")]
    [InlineData("Patient?family:missing=false")]
    [InlineData("Patient?_has:Media:subject:status=preparation")]
    [InlineData("Patient?_has:ServiceRequest:subject:status=active")]
    [InlineData("Patient?_revinclude=*")]
    [InlineData("Patient?_revinclude=ServiceRequest:subject&_revinclude=Media:subject")]
    [InlineData("Patient/HIDDEN")]
    [InlineData("Patient/HIDDEN/_history")]
    [InlineData("Patient/HIDDEN/_history/1")]
    [InlineData("Patient/HIDDEN/$everything")]
    [InlineData("Patient/HIDDEN/$meta")]
    [InlineData("Patient/HIDDEN/*")]
    [InlineData("Patient/HIDDEN/Media")]
    [InlineData("Patient/HIDDEN/ServiceRequest?_summary=count")]
    [InlineData("Patient/_history")]
    [InlineData("_history")]
    [InlineData("_history?_since=2020-01-01T00:00:00Z")]
    [InlineData("?_type=Patient,Media,ServiceRequest")]
    [InlineData("?_type=Patient&_lastUpdated=gt2020")]
    [InlineData("Media")]
    [InlineData("Media?subject=Patient/HIDDEN")]
    [InlineData("Media?subject:Patient.family=HIDDEN")]
    [InlineData("Media?patient.family=HIDDEN&_summary=count")]
    [InlineData("Media?status=preparation")]
    [InlineData("Media?status:not=completed")]
    [InlineData("Media?_include=Media:subject")]
    [InlineData("Media?_include=*&_include:iterate=*")]
    [InlineData("Media?_revinclude=*")]
    [InlineData("Media?_elements=subject")]
    [InlineData("Media?_summary=text")]
    [InlineData("Media/OBS")]
    [InlineData("Media/OBS/_history")]
    [InlineData("Media/OBS/_history/1")]
    [InlineData("Media/_history")]
    [InlineData("Observation/$lastn?patient=Patient/HIDDEN")]
    [InlineData("ServiceRequest")]
    [InlineData("ServiceRequest?subject=HIDDEN")]
    [InlineData("ServiceRequest?identifier=LK-2")]
    [InlineData("ServiceRequest?subject.family=HIDDEN")]
    [InlineData("ServiceRequest?_has:Task:focus:status=requested")]
    [InlineData("ServiceRequest?_include=ServiceRequest:subject&_revinclude=Task:focus")]
    [InlineData("ServiceRequest/ORDER")]
    [InlineData("ServiceRequest/ORDER/_history")]
    [InlineData("Task")]
    [InlineData("Task?patient=HIDDEN")]
    [InlineData("Task?focus:ServiceRequest.subject:Patient.family=HIDDEN")]
    [InlineData("Encounter")]
    [InlineData("Group")]
    [InlineData("Group/GROUP")]
    [InlineData("Group?member=Patient/HIDDEN")]
    [InlineData("List")]
    [InlineData("List/LIST")]
    [InlineData("Patient?_list=LIST")]
    [InlineData("AuditEvent")]
    [InlineData("AuditEvent?patient=HIDDEN")]
    public async Task Nothing_of_the_rest_is_told(string path)
    {
        foreach (var scope in Scopes)
        {
            using var http = Callers.Bearing(site.Engine, site.Token(scope));
            foreach (var address in new[] { path, path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "_format=xml" })
            {
                using var answer = await http.GetAsync("/fhir/" + site.Named(address), TestContext.Current.CancellationToken);
                var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                var told = text + answer.Headers + answer.Content.Headers;
                Assert.True((int)answer.StatusCode is 200 or 400 or 403 or 404, $"{scope} {address}: {(int)answer.StatusCode} {text}");
                // What the caller asked for, it knows already.
                foreach (var one in site.Secrets.Where(one => !site.Named(path).Contains(one, StringComparison.Ordinal)))
                    Assert.DoesNotContain(one, told, StringComparison.Ordinal);
                if (answer.StatusCode != HttpStatusCode.OK || !text.StartsWith('{') || !path.Contains("HIDDEN", StringComparison.Ordinal) || path.Contains("SEEN", StringComparison.Ordinal)) continue;
                var body = JsonNode.Parse(text)!;
                Assert.True((int?)body["total"] is null or 0 && body["entry"] is null, $"{scope} {address}: {text}");
            }
        }
    }

    [Theory]
    [InlineData("Patient?_revinclude=*")]
    [InlineData("Media?_include=*")]
    [InlineData("Patient/HIDDEN/$everything")]
    [InlineData("Patient?_list=LIST")]
    [InlineData("_history")]
    [InlineData("Task?focus:ServiceRequest.subject:Patient.family=HIDDEN")]
    [InlineData("Media/OBS/_history")]
    public async Task Who_may_see_all_is_told_of_it(string path)
    {
        using var http = Callers.OfMachine(site.Engine);

        var text = (await http.SendJsonAsync(HttpMethod.Get, "/fhir/" + site.Named(path), HttpStatusCode.OK)).ToJsonString();

        Assert.Contains(site.Secrets, one => text.Contains(one, StringComparison.Ordinal) && !site.Named(path).Contains(one, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Patient", 1)]
    [InlineData("Patient?family=SEEN", 1)]
    [InlineData("Media", 2)]
    [InlineData("Media?subject.family=SEEN", 2)]
    [InlineData("ServiceRequest?_include=ServiceRequest:subject", 1)]
    [InlineData("Patient?_has:Media:subject:status=completed", 1)]
    [InlineData("Organization", 1)]
    public async Task What_was_granted_is_all_there(string path, int matches)
    {
        using var http = Callers.Bearing(site.Engine, site.Token(OnePatient));

        var found = await http.SendJsonAsync(HttpMethod.Get, $"/fhir/{site.Named(path)}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}_total=accurate", HttpStatusCode.OK);

        Assert.Equal(
            (matches, matches),
            ((int)found["total"]!, found["entry"]!.AsArray().Count(static entry => (string?)entry!["search"]!["mode"] == "match")));
    }

    [Fact]
    public async Task A_part_of_a_type_is_that_part_on_every_way()
    {
        using var http = Callers.Bearing(site.Engine, site.Token("system/Media.cruds?status=completed"));

        var found = await http.SendJsonAsync(HttpMethod.Get, "/fhir/Media?_total=accurate", HttpStatusCode.OK);

        Assert.Equal(2, (int)found["total"]!);
        Assert.All(found["entry"]!.AsArray(), static entry => Assert.Equal("completed", (string?)entry!["resource"]!["status"]));
        Assert.Equal(404, await http.StatusAsync("GET", $"/fhir/Media/{site.Preliminary}"));
        Assert.Equal(403, await http.StatusAsync("POST", "/fhir/Media", Site.Media("preparation", site.Seen)));
        Assert.Equal(403, await http.StatusAsync("PUT", $"/fhir/Media/{site.Preliminary}", Site.Media("completed", site.Seen, site.Preliminary)));
        Assert.Equal(403, await http.StatusAsync("DELETE", $"/fhir/Media/{site.Preliminary}"));
        Assert.Equal(403, await http.StatusAsync("PUT", $"/fhir/Media/{site.Hidden}", Site.Media("preparation", site.Seen, site.Hidden)));
    }

    [Fact]
    public async Task What_is_of_another_patient_is_not_written()
    {
        using var http = Callers.Bearing(site.Engine, site.Token(OnePatient));

        Assert.Equal(403, await http.StatusAsync("POST", "/fhir/Media", Site.Media("completed", site.OtherPatient)));
        Assert.Equal(403, await http.StatusAsync("PUT", $"/fhir/Media/{site.Hidden}", Site.Media("completed", site.Seen, site.Hidden)));
        Assert.Equal(403, await http.StatusAsync("DELETE", $"/fhir/Media/{site.Hidden}"));
        Assert.Equal(403, await http.StatusAsync("POST", "/fhir", $$"""
            {"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Media/{{site.Hidden}}"} }]}
            """));
        Assert.Equal(404, await http.PatchAsync(site.Hidden));
        using var all = Callers.OfMachine(site.Engine);
        var stored = await all.SendJsonAsync(HttpMethod.Get, $"/fhir/Media/{site.Hidden}", HttpStatusCode.OK);
        Assert.Equal("1", (string?)stored["meta"]!["versionId"]);
    }

    [Fact]
    public async Task Criteria_and_references_find_nothing_of_another_patient()
    {
        using var http = Callers.Bearing(site.Engine, site.Token(OnePatient));
        string Bundle(string reference) => $$$"""
            {"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"List","status":"current","mode":"working","subject":{"reference":"Patient/{{{site.Seen}}}"},
            "entry":[{"item":{"reference":"{{{reference}}}"} }]},"request":{"method":"POST","url":"List"} }]}
            """;
        async Task<(int Status, string Text)> SendAsync(string path, string body, string? criteria = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/fhir" + path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/fhir+json") };
            if (criteria is not null) request.Headers.Add("If-None-Exist", criteria);
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        var hidden = await SendAsync("", Bundle("Patient?family=SECRETNAME"));
        var none = await SendAsync("", Bundle("Patient?family=NOBODY"));
        Assert.Equal((412, none.Text), (hidden.Status, hidden.Text.Replace("SECRETNAME", "NOBODY", StringComparison.Ordinal)));
        Assert.Equal(200, (await SendAsync("", Bundle("Patient?family=SEENNAME"))).Status);

        // Whether another patient has one like it makes no difference.
        Assert.Equal(201, (await SendAsync("/Media", Site.Media("completed", site.Seen), $"subject=Patient/{site.OtherPatient}")).Status);
    }

    [Fact]
    public async Task A_patient_writes_what_is_about_the_patient_and_nothing_of_the_house()
    {
        using var http = Callers.Bearing(site.Engine, site.Token(OnePatient));
        string Document(string subject) => $$$"""
            {"resourceType":"DocumentReference","status":"current","subject":{"reference":"Patient/{{{subject}}}"},"author":[{"reference":"Patient/{{{site.Seen}}}"}],"content":[{"attachment":{"contentType":"text/plain"} }]}
            """;

        Assert.Equal(201, await http.StatusAsync("POST", "/fhir/DocumentReference", Document(site.Seen)));
        Assert.Equal(403, await http.StatusAsync("POST", "/fhir/DocumentReference", Document(site.OtherPatient)));
        Assert.Equal(403, await http.StatusAsync("POST", "/fhir/Organization", """{"resourceType":"Organization","name":"Mine"}"""));
        Assert.Equal(403, await http.StatusAsync("PUT", "/fhir/Location/x", """{"resourceType":"Location","id":"x","name":"Mine"}"""));
        Assert.Equal(404, await http.StatusAsync("GET", "/fhir/Binary/" + site.Hidden));
        using var all = Callers.OfMachine(site.Engine);
        var patient = await all.SendJsonAsync(HttpMethod.Get, "/fhir/Patient/" + site.Seen, HttpStatusCode.OK);
        patient["link"] = new JsonArray(new JsonObject { ["other"] = new JsonObject { ["reference"] = "Patient/" + site.OtherPatient }, ["type"] = "replaced-by" });
        Assert.Equal(403, await http.StatusAsync("PUT", "/fhir/Patient/" + site.Seen, patient.ToJsonString()));
    }

    /// <summary>An engine with two patients, of whom a caller may see one.</summary>
    public sealed class Site : IAsyncLifetime
    {
        private EngineInside? _engine;

        internal TokenIssuer Issuer { get; } = new();

        internal TestedEngine Engine => _engine!;

        internal string Seen { get; private set; } = "";

        internal string OtherPatient { get; private set; } = "";

        /// <summary>A Media of the other patient.</summary>
        internal string Hidden { get; private set; } = "";

        /// <summary>One of the seen patient that is not final.</summary>
        internal string Preliminary { get; private set; } = "";

        internal string Order { get; private set; } = "";

        internal string Group { get; private set; } = "";

        internal string List { get; private set; } = "";

        /// <summary>What must not be told.</summary>
        internal string[] Secrets => [OtherPatient, "SECRETNAME", Hidden, Order, "LK-2"];

        internal static string Media(string status, string patient, string? id = null) => $$$"""
            {"resourceType":"Media",{{{(id is null ? "" : $"\"id\":\"{id}\",")}}}"status":"{{{status}}}","content":{"contentType":"text/plain"},
            "subject":{"reference":"Patient/{{{patient}}}"},"createdDateTime":"2026-03-10"}
            """;

        internal string Token(string scope) => Issuer.Token(
            scope.Replace("Patient/SEEN", "Patient/" + Seen, StringComparison.Ordinal).Replace("family=SEEN", "family=SEENNAME", StringComparison.Ordinal),
            change: token => token.Claims["patient"] = Seen);

        internal string Named(string path)
        {
            (string Word, string Text)[] words =
            [
                ("family=HIDDEN", "family=SECRETNAME"), ("family=SEEN", "family=SEENNAME"), ("family:not=SEEN", "family:not=SEENNAME"), ("HIDDEN", OtherPatient), ("SEEN,", Seen + ","),
                ("OBS", Hidden), ("ORDER", Order), ("GROUP", Group), ("LIST", List),
            ];
            return words.Aggregate(path, static (text, one) => text.Replace(one.Word, one.Text, StringComparison.Ordinal));
        }

        public async ValueTask InitializeAsync()
        {
            _engine = await EngineInside.StartNewAsync(Issuer.Settings);
            await using var his = new HisSender(_engine.MllpPort);
            await his.PlaceAsync(new OrderText("LK1", "LK-1", "SEENNAME^ONE"), new OrderText("LK2", "LK-2", "SECRETNAME^TWO"));
            using var http = Callers.OfMachine(_engine);
            Seen = await IdAsync(http, "Patient?family=SEENNAME");
            OtherPatient = await IdAsync(http, "Patient?family=SECRETNAME");
            Order = await IdAsync(http, $"ServiceRequest?subject=Patient/{OtherPatient}");
            Hidden = await MakeAsync(http, Media("completed", OtherPatient));
            await MakeAsync(http, Media("completed", Seen));
            Preliminary = await MakeAsync(http, Media("preparation", Seen));
            await MakeAsync(http, """{"resourceType":"Organization","name":"House"}""");
            Group = await MakeAsync(http, $$"""
                {"resourceType":"Group","type":"person","actual":true,"member":[{"entity":{"reference":"Patient/{{Seen}}"} },{"entity":{"reference":"Patient/{{OtherPatient}}"} }]}
                """);
            List = await MakeAsync(http, $$"""{"resourceType":"List","status":"current","mode":"working","entry":[{"item":{"reference":"Patient/{{OtherPatient}}"} }]}""");
        }

        public async ValueTask DisposeAsync()
        {
            if (_engine is not null) await _engine.DisposeAsync();
            Issuer.Dispose();
        }

        private static async Task<string> IdAsync(HttpClient http, string search) =>
            (string)(await http.SendJsonAsync(HttpMethod.Get, "/fhir/" + search, HttpStatusCode.OK))["entry"]![0]!["resource"]!["id"]!;

        private static async Task<string> MakeAsync(HttpClient http, string resource) =>
            (string)(await http.SendJsonAsync(HttpMethod.Post, "/fhir/" + (string)JsonNode.Parse(resource)!["resourceType"]!, HttpStatusCode.Created, resource))["id"]!;
    }
}
