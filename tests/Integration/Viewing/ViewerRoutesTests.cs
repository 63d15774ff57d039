using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudPacs.DicomWeb;
using CloudPacs.Studies.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CloudPacs.Integration.Tests.Viewing;

/// <summary>The viewer's files over HTTP.</summary>
public sealed class ViewerRoutesTests : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("cloudpacs-viewer-");
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private WebApplication _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_data.FullName, "viewer");

    public async ValueTask InitializeAsync() => _app = await StartAsync(_ => { });

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Where_it_is_not_installed_the_answer_says_how_to_install_it()
    {
        using var answer = await GetAsync("/viewer/viewer?StudyInstanceUIDs=1.2");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            "The viewer is not installed. ./run viewer installs it: it downloads 50 MB. Then load this page again.", await answer.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("/viewer")]
    [InlineData("/viewer/")]
    [InlineData("/viewer/index.html")]
    [InlineData("/viewer/viewer?StudyInstanceUIDs=1.2.3")]
    [InlineData("/viewer/segmentation/dicomweb?StudyInstanceUIDs=1.2.3")]
    public async Task Every_view_is_the_one_page(string path)
    {
        await InstallAsync();
        using var answer = await GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
        Assert.Contains("src=\"/viewer/app-config.js\"", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app.bundle.0f6159c501addfe9.js", "text/javascript", "max-age=604800")]
    [InlineData("app.bundle.css", "text/css", "no-cache")]
    [InlineData("37fa160cc3a47cfd.wasm", "application/wasm", "max-age=604800")]
    [InlineData("a34f9d1faa5f3315.woff2", "font/woff2", "max-age=604800")]
    [InlineData("assets/images/CT-Bone.png", "image/png", "no-cache")]
    [InlineData("customizations/tools/ctPresets.jsonc", "application/json", "no-cache")]
    [InlineData("manifest.json", "application/json", "no-cache")]
    [InlineData("app-config.js", "text/javascript", "no-cache")]
    [InlineData("LICENSE", "application/octet-stream", "no-cache")]
    public async Task A_file_has_its_type_and_is_kept_as_long_as_its_name_allows(string file, string type, string kept)
    {
        await InstallAsync();
        using var answer = await GetAsync("/viewer/" + file);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((type, kept), (answer.Content.Headers.ContentType?.MediaType, answer.Headers.CacheControl?.ToString()));
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Folder, file), Token), await answer.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.Equal("require-corp", Assert.Single(answer.Headers.GetValues("Cross-Origin-Embedder-Policy")));
        Assert.Contains("connect-src 'self' data: blob:;", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_browser_has_is_not_sent_again()
    {
        await InstallAsync();
        using var first = await GetAsync("/viewer/app-config.js");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "/viewer/app-config.js")) { Headers = { { "If-None-Match", first.Headers.ETag!.Tag } } };
        using var second = await _http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task A_browser_that_can_unpack_gets_fewer_bytes()
    {
        await InstallAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "/viewer/app.bundle.0f6159c501addfe9.js")) { Headers = { { "Accept-Encoding", "gzip, deflate, br" } } };
        using var answer = await _http.SendAsync(request, Token);

        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept-Encoding"], answer.Headers.Vary);
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Folder, "app.bundle.0f6159c501addfe9.js.gz"), Token), await answer.Content.ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData("gzip;q=0")]
    [InlineData("br")]
    public async Task One_that_cannot_gets_the_file_as_it_is(string coding)
    {
        await InstallAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "/viewer/app.bundle.0f6159c501addfe9.js")) { Headers = { { "Accept-Encoding", coding } } };
        using var answer = await _http.SendAsync(request, Token);

        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.StartsWith("__webpack", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/viewer/../secret.txt")]
    [InlineData("/viewer/..%2fsecret.txt")]
    [InlineData("/viewer/%2e%2e/secret.txt")]
    [InlineData("/viewer/assets/..%2f..%2f..%2fsecret.txt")]
    [InlineData("/viewer/assets/../../secret.txt")]
    [InlineData("/viewer/%2f{0}/secret.txt")]
    [InlineData("/viewer//{0}/secret.txt")]
    [InlineData("/viewer/..%5csecret.txt")]
    [InlineData("/viewer/../viewer-of-another/secret.txt")]
    [InlineData("/viewer/..%2fviewer-of-another%2fsecret.txt")]
    [InlineData("/viewer/secret.txt%00.js")]
    [InlineData("/viewer/none.js")]
    public async Task Nothing_outside_of_its_folder_is_sent(string path)
    {
        await InstallAsync();
        await File.WriteAllTextAsync(Path.Combine(_data.FullName, "secret.txt"), "secret", Token);
        _data.CreateSubdirectory("viewer-of-another");
        await File.WriteAllTextAsync(Path.Combine(_data.FullName, "viewer-of-another", "secret.txt"), "secret", Token);

        // As it is written: a client of HTTP would take the dots away itself.
        using var socket = new TcpClient();
        await socket.ConnectAsync(Address.Host, Address.Port, Token);
        var stream = socket.GetStream();
        var line = path.Replace("{0}", _data.FullName.TrimStart('/'), StringComparison.Ordinal);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {line} HTTP/1.1\r\nHost: {Address.Authority}\r\nConnection: close\r\n\r\n"), Token);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(Token);

        Assert.Matches("^HTTP/1.1 40[04] ", answer);
        Assert.DoesNotContain("secret", answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_a_proxy_with_a_path_the_page_names_its_parts_by_that_path()
    {
        await InstallAsync();
        Assert.True(PublicAddress.TryCreate("https://images.hospital.test/pacs/dicomweb", out var address, out _));
        await using var app = await StartAsync(services => services.AddSingleton(address));
        var page = await _http.GetStringAsync(new Uri(new Uri(app.Urls.First()), "/viewer/"), Token);

        Assert.Contains("src=\"/pacs/viewer/app-config.js\"", page, StringComparison.Ordinal);
        Assert.Contains("window.PUBLIC_URL=\"/pacs/viewer/\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_can_be_sent_to_it()
    {
        await InstallAsync();
        using var answer = await _http.PostAsync(new Uri(Address, "/viewer/app-config.js"), new StringContent("x"), Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    private Uri Address => new(_app.Urls.First());

    private async Task<WebApplication> StartAsync(Action<IServiceCollection> configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        configure(builder.Services);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        new ViewerRoutes(Folder).Map(app);
        await app.StartAsync(Token);
        return app;
    }

    private async Task InstallAsync()
    {
        var (package, bytes) = SmallPackage.Create();
        await new ViewerInstallation(package, Folder).RunAsync(new MemoryStream(bytes), Token);
    }

    private Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(Address, path), Token);
}
