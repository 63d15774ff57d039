using System.Net;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Identity;

/// <summary>What callers may who are known: by their roles, and by what they were granted of resources.</summary>
public sealed class RightsTests(RightsTests.Site site) : IClassFixture<RightsTests.Site>
{
    [Theory]
    [InlineData("viewer", "GET", "/fhir/Patient", 200)]
    [InlineData("viewer", "POST", "/fhir/Patient/_search", 415)]
    [InlineData("viewer", "POST", "/fhir/Organization", 403)]
    [InlineData("viewer", "PUT", "/fhir/Organization/x", 403)]
    [InlineData("viewer", "DELETE", "/fhir/Organization/x", 403)]
    [InlineData("viewer", "GET", "/fhir/AuditEvent", 403)]
    [InlineData("viewer", "GET", "/fhir/_history", 200)]
    [InlineData("viewer", "GET", "/dicomweb/studies", 200)]
    [InlineData("viewer", "POST", "/dicomweb/studies", 403)]
    [InlineData("viewer", "GET", "/api/status", 403)]
    [InlineData("viewer", "GET", "/metrics", 403)]
    [InlineData("viewer", "GET", "/jobs", 403)]
    [InlineData("privacy-officer", "GET", "/fhir/AuditEvent", 200)]
    [InlineData("privacy-officer", "GET", "/fhir/Patient", 200)]
    [InlineData("privacy-officer", "GET", "/dicomweb/studies", 403)]
    [InlineData("privacy-officer", "POST", "/fhir/Organization", 403)]
    [InlineData("operator", "GET", "/api/status", 200)]
    [InlineData("operator", "GET", "/api/keys", 403)]
    [InlineData("operator", "POST", "/fhir/Organization", 201)]
    [InlineData("operator", "GET", "/fhir/AuditEvent", 403)]
    [InlineData("operator", "GET", "/metrics", 200)]
    [InlineData("operator", "GET", "/jobs", 403)]
    [InlineData("system", "GET", "/metrics", 200)]
    [InlineData("system", "GET", "/api/status", 403)]
    [InlineData("system", "POST", "/fhir/Organization", 201)]
    [InlineData("administrator", "GET", "/api/keys", 200)]
    [InlineData("administrator", "GET", "/jobs", 200)]
    [InlineData("administrator", "GET", "/fhir/AuditEvent", 200)]
    [InlineData("pacs-admins", "GET", "/api/keys", 200)]
    [InlineData("somebody", "GET", "/fhir/Patient", 403)]
    [InlineData("somebody", "GET", "/fhir/metadata", 200)]
    public async Task A_role_lets_do_what_its_row_says(string role, string method, string path, int status)
    {
        using var http = Callers.Bearing(site.Engine, site.Issuer.Token(role: role));

        Assert.Equal(status, await http.StatusAsync(method, path, method is "POST" or "PUT" ? Site.Organization : null));
    }

    [Theory]
    [InlineData("system/Patient.rs", "GET", "Patient", 200)]
    [InlineData("system/Patient.r", "GET", "Patient", 403)]
    [InlineData("system/Patient.s", "GET", "Patient", 200)]
    [InlineData("system/Patient.s", "GET", "Patient/PATIENT", 403)]
    [InlineData("system/Patient.r", "GET", "Patient/PATIENT", 200)]
    [InlineData("system/Patient.r", "GET", "Patient/PATIENT/_history", 200)]
    [InlineData("system/Patient.r", "GET", "Patient/_history", 403)]
    [InlineData("system/Patient.rs", "GET", "_history", 403)]
    [InlineData("system/Patient.rs", "GET", "ServiceRequest", 403)]
    [InlineData("system/Patient.rs", "GET", "Patient?_has:ServiceRequest:subject:status=active", 403)]
    [InlineData("system/ServiceRequest.rs", "GET", "ServiceRequest?subject:Patient.family=RIGHTS", 403)]
    [InlineData("system/ServiceRequest.rs system/Patient.s", "GET", "ServiceRequest?subject:Patient.family=RIGHTS", 200)]
    [InlineData("system/ServiceRequest.rs", "GET", "ServiceRequest?subject:not-in-a-chain.subject:Patient.family=A", 400)]
    [InlineData("system/ServiceRequest.rs", "GET", "?_type=ServiceRequest,Patient", 403)]
    [InlineData("system/ServiceRequest.rs", "GET", "?_type=ServiceRequest", 200)]
    [InlineData("system/Patient.rs", "GET", "Patient/PATIENT/ServiceRequest", 403)]
    [InlineData("system/Patient.rs", "GET", "Patient/PATIENT/*", 200)]
    [InlineData("system/*.rs", "GET", "AuditEvent", 403)]
    [InlineData("system/AuditEvent.rs", "GET", "AuditEvent", 200)]
    [InlineData("system/*.rs", "POST", "Organization", 403)]
    [InlineData("system/Organization.c", "POST", "Organization", 201)]
    [InlineData("system/Organization.rs", "POST", "Organization", 403)]
    [InlineData("system/Organization.write", "POST", "Organization", 201)]
    [InlineData("system/Organization.read", "POST", "Organization", 403)]
    [InlineData("system/Organization.c", "PUT", "Organization/rights", 403)]
    [InlineData("system/Organization.u", "PUT", "Organization/rights", 201)]
    [InlineData("system/Organization.u", "DELETE", "Organization/rights2", 403)]
    [InlineData("system/Organization.cud", "POST", "Patient", 403)]
    [InlineData("user/Patient.rs", "GET", "Patient", 403)]
    [InlineData("patient/Patient.rs", "GET", "Patient", 403)]
    [InlineData("system/Patient.rs?colour=red", "GET", "Patient", 403)]
    [InlineData("system/Patient.rs?_has:Observation:subject:code=x", "GET", "Patient", 403)]
    [InlineData("system/Patient.rs?_sort=birthdate", "GET", "Patient", 403)]
    [InlineData("system/Patient.sr", "GET", "Patient", 403)]
    [InlineData("system/Patient.", "GET", "Patient", 403)]
    [InlineData("launch openid system/Patient.rs", "GET", "Patient", 200)]
    public async Task A_scope_lets_do_what_it_says(string scope, string method, string path, int status)
    {
        using var http = Callers.Bearing(site.Engine, site.Issuer.Token(scope));

        Assert.Equal(status, await http.StatusAsync(method, "/fhir/" + path.Replace("PATIENT", site.Patient, StringComparison.Ordinal), method is "POST" or "PUT" ? Site.Organization.Replace("\"name\"", path.StartsWith("Organization/", StringComparison.Ordinal) ? "\"id\":\"rights\",\"name\"" : "\"name\"", StringComparison.Ordinal) : null));
    }

    [Fact]
    public async Task A_user_scope_gives_no_more_than_the_user_has()
    {
        using var reader = Callers.Bearing(site.Engine, site.Issuer.Token("user/*.cruds", "viewer"));
        using var writer = Callers.Bearing(site.Engine, site.Issuer.Token("user/*.cruds", "operator"));

        Assert.Equal(200, await reader.StatusAsync("GET", "/fhir/Patient"));
        Assert.Equal(403, await reader.StatusAsync("POST", "/fhir/Organization", Site.Organization));
        Assert.Equal(201, await writer.StatusAsync("POST", "/fhir/Organization", Site.Organization));
    }

    [Theory]
    [InlineData("ServiceRequest?_include=ServiceRequest:subject", "system/ServiceRequest.rs")]
    [InlineData("ServiceRequest?_include=*", "system/ServiceRequest.rs")]
    [InlineData("ServiceRequest?_revinclude=Task:focus", "system/ServiceRequest.rs")]
    [InlineData("ServiceRequest?_include=ServiceRequest:subject&_include:iterate=Patient:organization", "system/ServiceRequest.rs")]
    [InlineData("Patient?_revinclude=*", "system/Patient.rs")]
    [InlineData("Patient/PATIENT/$everything", "system/Patient.rs")]
    [InlineData("Patient/PATIENT/*", "system/Patient.rs")]
    public async Task Nothing_else_comes_beside_what_was_granted(string path, string scope)
    {
        using var http = Callers.Bearing(site.Engine, site.Issuer.Token(scope));

        var found = await http.SendJsonAsync(HttpMethod.Get, "/fhir/" + path.Replace("PATIENT", site.Patient, StringComparison.Ordinal), HttpStatusCode.OK);

        var types = found["entry"]!.AsArray().Select(static entry => (string)entry!["resource"]!["resourceType"]!).Distinct();
        Assert.Equal([scope.Split('/')[1].Split('.')[0]], types);
        Assert.DoesNotContain(site.Patient, scope.Contains("Patient", StringComparison.Ordinal) ? "" : found.ToJsonString().Replace($"Patient/{site.Patient}", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("batch")]
    public async Task Entries_of_a_bundle_need_the_same_rights(string type)
    {
        var bundle = $$"""
            {"resourceType":"Bundle","type":"{{type}}","entry":[
            {"resource":{"resourceType":"Organization","name":"In a bundle"},"request":{"method":"POST","url":"Organization"} },
            {"resource":{"resourceType":"Location","name":"In a bundle"},"request":{"method":"POST","url":"Location"} },
            {"request":{"method":"GET","url":"Patient"} }]}
            """;
        using var http = Callers.Bearing(site.Engine, site.Issuer.Token("system/Organization.cruds"));
        using var all = Callers.OfMachine(site.Engine);
        var before = (int)(await all.SendJsonAsync(HttpMethod.Get, "/fhir/Location?_summary=count", HttpStatusCode.OK))["total"]!;

        if (type == "transaction")
        {
            Assert.Equal(403, await http.StatusAsync("POST", "/fhir", bundle));
        }
        else
        {
            var answer = await http.SendJsonAsync(HttpMethod.Post, "/fhir", HttpStatusCode.OK, bundle);
            Assert.Equal(["201", "403", "403"], answer["entry"]!.AsArray().Select(static entry => ((string)entry!["response"]!["status"]!)[..3]));
        }

        Assert.Equal(before, (int)(await all.SendJsonAsync(HttpMethod.Get, "/fhir/Location?_summary=count", HttpStatusCode.OK))["total"]!);
    }

    [Fact]
    public async Task A_refusal_is_an_OperationOutcome_and_stands_in_the_audit_trail()
    {
        using var http = Callers.Bearing(site.Engine, site.Issuer.Token("system/Patient.rs"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fhir/Observation");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var outcome = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal(("OperationOutcome", "forbidden"), ((string?)outcome["resourceType"], (string?)outcome["issue"]![0]!["code"]));
        Assert.Contains("insufficient_scope", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        using var nobody = Callers.Bearing(site.Engine, "");
        var login = await nobody.SendJsonAsync(HttpMethod.Get, "/fhir/Patient", HttpStatusCode.Unauthorized);
        Assert.Equal("login", (string?)login["issue"]![0]!["code"]);
        using var officer = Callers.Bearing(site.Engine, site.Issuer.Token(role: "privacy-officer"));
        string[] actors = [];
        for (var wait = 0; wait < 60 && !(actors.Contains("HOSPITAL:asha") && actors.Contains("unknown")); wait++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
            var trail = await officer.SendJsonAsync(HttpMethod.Get, "/fhir/AuditEvent?_count=500", HttpStatusCode.OK);
            actors = [.. trail["entry"]!.AsArray().Where(static entry => entry!.ToJsonString().Contains("access.refused", StringComparison.Ordinal)).Select(static entry => entry!["resource"]!["agent"]![0]!.ToJsonString()).Select(static agent => agent.Contains("HOSPITAL:asha", StringComparison.Ordinal) ? "HOSPITAL:asha" : agent.Contains("unknown", StringComparison.Ordinal) ? "unknown" : agent)];
        }

        Assert.Contains("HOSPITAL:asha", actors);
        Assert.Contains("unknown", actors);
    }

    [Theory]
    [InlineData("system/Patient.rs", "viewer", "/dicomweb/studies", 403)]
    [InlineData("patient/*.rs", "viewer", "/dicomweb/studies", 403)]
    [InlineData("system/*.cruds", "administrator", "/api/status", 403)]
    [InlineData("openid launch/patient", "administrator", "/api/status", 403)]
    [InlineData("openid fhirUser", "viewer", "/fhir/Patient", 403)]
    [InlineData("openid profile", "viewer", "/fhir/Patient", 200)]
    [InlineData("https://api.test/messages.read", "viewer", "/fhir/Patient", 200)]
    public async Task What_was_granted_is_all_that_a_token_is_good_for(string scope, string role, string path, int status)
    {
        using var http = Callers.Bearing(site.Engine, site.Issuer.Token(scope, role));

        Assert.Equal(status, await http.StatusAsync("GET", path));
    }

    [Fact]
    public async Task Odd_addresses_are_refused_and_audited_like_others()
    {
        using var nobody = Callers.Bearing(site.Engine, "");
        foreach (var path in new[] { "/aaaaaaaaaaaaaaaaaa%F0%9F%98%80", "/%0A%1B[31m", "/" + new string('x', 5000) }) Assert.Equal(401, await nobody.StatusAsync("GET", path));
        Assert.Equal(401, await nobody.StatusAsync("BREW", "/fhir/Patient"));
        using var officer = Callers.Bearing(site.Engine, site.Issuer.Token(role: "privacy-officer"));
        var trail = "";
        for (var wait = 0; wait < 60 && !(trail.Contains("elsewhere", StringComparison.Ordinal) && trail.Contains("another method", StringComparison.Ordinal)); wait++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
            trail = (await officer.SendJsonAsync(HttpMethod.Get, "/fhir/AuditEvent?_count=200", HttpStatusCode.OK)).ToJsonString();
        }

        Assert.Contains("elsewhere", trail, StringComparison.Ordinal);
        Assert.Contains("another method", trail, StringComparison.Ordinal);
        Assert.DoesNotContain("xxxxx", trail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_create_patients_does_not_get_to_known_ones_by_their_numbers()
    {
        using var all = Callers.OfMachine(site.Engine);
        var known = await all.SendJsonAsync(HttpMethod.Get, "/fhir/Patient/" + site.Patient, HttpStatusCode.OK);
        using var http = Callers.Bearing(site.Engine, site.Issuer.Token("system/Patient.c"));

        Assert.Equal(403, await http.StatusAsync("POST", "/fhir/Patient", $$"""{"resourceType":"Patient","identifier":[{{known["identifier"]![0]!.ToJsonString()}}],"name":[{"family":"Other"}]}"""));
        Assert.Equal((string?)known["meta"]!["versionId"], (string?)(await all.SendJsonAsync(HttpMethod.Get, "/fhir/Patient/" + site.Patient, HttpStatusCode.OK))["meta"]!["versionId"]);
    }

    [Fact]
    public async Task Apps_are_told_where_they_get_let_in_before_they_are_known()
    {
        using var nobody = Callers.Bearing(site.Engine, "");

        var smart = await nobody.SendJsonAsync(HttpMethod.Get, "/fhir/.well-known/smart-configuration", HttpStatusCode.OK);
        var metadata = await nobody.SendJsonAsync(HttpMethod.Get, "/fhir/metadata", HttpStatusCode.OK);

        Assert.Equal((TokenIssuer.Name + "/token", TokenIssuer.Name + "/authorize"), ((string?)smart["token_endpoint"], (string?)smart["authorization_endpoint"]));
        Assert.Equal(["launch-standalone", "permission-patient", "permission-user", "permission-v1", "permission-v2"], smart["capabilities"]!.AsArray().Select(static one => (string)one!));
        Assert.Equal("S256", (string?)smart["code_challenge_methods_supported"]![0]);
        var security = metadata["rest"]![0]!["security"]!;
        Assert.Equal("SMART-on-FHIR", (string?)security["service"]![0]!["coding"]![0]!["code"]);
        Assert.Equal(TokenIssuer.Name + "/token", (string?)security["extension"]![0]!["extension"]![0]!["valueUri"]);
    }

    [Fact]
    public async Task What_somebody_writes_is_audited_under_the_name()
    {
        using var http = Callers.Bearing(site.Engine, site.Issuer.Token("system/Organization.cr"));
        var made = await http.SendJsonAsync(HttpMethod.Post, "/fhir/Organization", HttpStatusCode.Created, Site.Organization);
        using var officer = Callers.Bearing(site.Engine, site.Issuer.Token(role: "privacy-officer"));

        var trail = await officer.SendJsonAsync(HttpMethod.Get, $"/fhir/AuditEvent?entity=Organization/{made["id"]}", HttpStatusCode.OK);

        Assert.Contains("HOSPITAL:asha", Assert.Single(trail["entry"]!.AsArray())!.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>An engine that asks everybody who they are, with an order.</summary>
    public sealed class Site : IAsyncLifetime
    {
        internal const string Organization = """{"resourceType":"Organization","name":"Rights"}""";

        private EngineInside? _engine;

        internal TokenIssuer Issuer { get; } = new();

        internal TestedEngine Engine => _engine!;

        internal string Patient { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            _engine = await EngineInside.StartNewAsync(Issuer.Settings);
            await using var his = new HisSender(_engine.MllpPort);
            await his.PlaceAsync(new OrderText("RT1", "RT-1", "RIGHTS^ONE"));
            using var http = Callers.OfMachine(_engine);
            var found = await http.SendJsonAsync(HttpMethod.Get, "/fhir/Patient?family=RIGHTS", HttpStatusCode.OK);
            Patient = (string)found["entry"]![0]!["resource"]!["id"]!;
        }

        public async ValueTask DisposeAsync()
        {
            if (_engine is not null) await _engine.DisposeAsync();
            Issuer.Dispose();
        }
    }
}
