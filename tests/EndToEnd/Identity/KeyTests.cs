using System.Net;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Identity;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Identity;

/// <summary>API keys, the key of the machine, and certificates of callers.</summary>
public sealed class KeyTests
{
    [Fact]
    public async Task A_key_is_made_used_and_revoked_by_commands()
    {
        await using var engine = await EngineInside.StartNewAsync(("IDENTITY__REQUIRED", "true"));
        using var machine = Callers.OfMachine(engine);
        Assert.Equal(401, await StatusOfAsync(engine, ""));
        Assert.Equal(401, await StatusOfAsync(engine, "cp_nonsense"));
        Assert.Equal(400, await machine.StatusAsync("POST", "/api/keys?name=script&roles=king"));
        Assert.Equal(400, await machine.StatusAsync("POST", "/api/keys?roles=viewer"));
        Assert.Equal(400, await machine.StatusAsync("POST", "/api/keys?name=script&roles=viewer&days=0"));

        var made = await machine.SendJsonAsync(HttpMethod.Post, "/api/keys?name=script&roles=operator,viewer&days=30", HttpStatusCode.Created);
        var key = (string)made["key"]!;
        Assert.Equal(409, await machine.StatusAsync("POST", "/api/keys?name=script&roles=viewer"));
        Assert.Equal(200, await StatusOfAsync(engine, key));
        Assert.Equal(401, await StatusOfAsync(engine, key[..^1] + (key[^1] == 'A' ? 'B' : 'A')));
        var listed = await machine.SendJsonAsync(HttpMethod.Get, "/api/keys", HttpStatusCode.OK);
        Assert.Equal(("script", "viewer, operator", "local"), ((string?)listed["keys"]![0]!["name"], (string?)listed["keys"]![0]!["roles"], (string?)listed["keys"]![0]!["createdBy"]));
        Assert.DoesNotContain(key[^20..], listed.ToJsonString(), StringComparison.Ordinal);

        Assert.Equal(200, await machine.StatusAsync("DELETE", $"/api/keys/{made["id"]}"));
        Assert.Equal(401, await StatusOfAsync(engine, key));
        Assert.Equal(404, await machine.StatusAsync("DELETE", $"/api/keys/{made["id"]}"));
        // The name is free again.
        await machine.SendJsonAsync(HttpMethod.Post, "/api/keys?name=script&roles=viewer", HttpStatusCode.Created);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LocalKey.FileIn(engine.DataFolder)));
    }

    [Fact]
    public async Task The_key_of_the_machine_ends_with_the_engine()
    {
        await using var engine = await EngineInside.StartNewAsync(("IDENTITY__REQUIRED", "true"));
        var before = await File.ReadAllTextAsync(LocalKey.FileIn(engine.DataFolder), TestContext.Current.CancellationToken);
        Assert.Equal(200, await StatusOfAsync(engine, before));

        await engine.StopAsync();
        await engine.StartAsync();

        Assert.Equal(401, await StatusOfAsync(engine, before));
    }

    [Fact]
    public async Task A_system_is_known_by_its_certificate_and_a_renewed_one_is_taken_without_a_restart()
    {
        using var authority = new TestAuthority("engine", "ris", "other");
        using var pinned = X509CertificateLoader.LoadCertificateFromFile(authority["stranger.pem"]);
        await using var engine = await EngineInside.StartNewAsync(
            ("HTTP__TLS__CERTIFICATEFILE", authority["engine.pem"]), ("HTTP__TLS__KEYFILE", authority["engine.key"]),
            ("HTTP__TLS__CLIENTCERTIFICATE", "optional"), ("HTTP__TLS__TRUSTEDAUTHORITIESFILE", authority["authority.pem"]),
            ("IDENTITY__CERTIFICATES__RIS__SUBJECT", "CN=ris"), ("IDENTITY__CERTIFICATES__RIS__ROLES__0", "system"));

        Assert.Equal(200, await WithCertificateAsync(engine, authority, "ris", "/fhir/Patient"));
        Assert.Equal(403, await WithCertificateAsync(engine, authority, "ris", "/api/status"));
        Assert.Equal(401, await WithCertificateAsync(engine, authority, "other", "/fhir/Patient"));
        Assert.Equal(401, await WithCertificateAsync(engine, authority, null, "/fhir/Patient"));
        await Assert.ThrowsAsync<HttpRequestException>(() => WithCertificateAsync(engine, authority, "stranger", "/fhir/Patient"));

        var (before, _) = await ShownAsync(engine);
        File.Copy(authority["other.pem"], authority["engine.pem"], overwrite: true);
        File.Copy(authority["other.key"], authority["engine.key"], overwrite: true);
        var after = before;
        for (var wait = 0; wait < 40 && after == before; wait++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
            (after, _) = await ShownAsync(engine);
        }

        Assert.Equal(("CN=engine", "CN=other"), (before, after));
        // A file that is none leaves it as it is.
        await File.WriteAllTextAsync(authority["engine.pem"], "none", TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken);
        Assert.Equal("CN=other", (await ShownAsync(engine)).Subject);
        Assert.Contains("cannot be used", engine.Errors, StringComparison.Ordinal);
    }

    private static async Task<int> StatusOfAsync(TestedEngine engine, string token)
    {
        using var http = Callers.Bearing(engine, token);
        return await http.StatusAsync("GET", "/api/status");
    }

    private static async Task<int> WithCertificateAsync(TestedEngine engine, TestAuthority authority, string? name, string path)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        if (name is not null)
        {
            using var bare = X509Certificate2.CreateFromPemFile(authority[name + ".pem"], authority[name + ".key"]);
            handler.ClientCertificates.Add(X509CertificateLoader.LoadPkcs12(bare.Export(X509ContentType.Pkcs12), null));
        }

        using var http = new HttpClient(handler) { BaseAddress = new Uri(engine.Address) };
        return await http.StatusAsync("GET", path);
    }

    private static async Task<(string Subject, int Status)> ShownAsync(TestedEngine engine)
    {
        var subject = "";
        using var handler = new HttpClientHandler();
        handler.ServerCertificateCustomValidationCallback = (_, shown, _, _) =>
        {
            subject = shown!.Subject;
            return true;
        };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(engine.Address) };
        return (subject, await http.StatusAsync("GET", "/health/live")) is var (_, status) ? (subject, status) : default;
    }
}
