using System.Net;
using System.Text;
using CloudPacs.Studies.Archives;
using Xunit;

namespace CloudPacs.Integration.Tests.Archives;

/// <summary>The list of changes of an Orthanc, told by a small server that answers what each case says.</summary>
public sealed class OrthancFeedTests : IDisposable
{
    private readonly HttpListener _server;
    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];
    private readonly ArchiveHttp _http = new("OLD", null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeProvider.System);
    private readonly OrthancFeed _feed;

    public OrthancFeedTests()
    {
        (_server, var port) = Listen();
        _ = ServeAsync();
        _feed = new OrthancFeed("OLD", $"http://127.0.0.1:{port}", _http, new RequestPace(1000, TimeProvider.System));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.Close();
        _http.Dispose();
    }

    [Fact]
    public async Task A_study_is_named_once_however_many_instances_of_it_came_and_each_study_costs_two_requests()
    {
        Changes(0, done: false, last: 9, "NewInstance a", "NewSeries s", "NewStudy t", "NewInstance b", "NewInstance c", "NewInstance d");
        Study("a", "S1", "1.1", "a", "b", "c");
        Study("d", "S2", "1.2", "d");

        var changes = await _feed.ReadAsync(0, Token);

        Assert.Equal(["1.1", "1.2"], changes.Studies);
        Assert.Equal((9L, false), (changes.Last, changes.IsDone));
        Assert.Equal(5, _asked.Count);
    }

    [Fact]
    public async Task What_was_deleted_since_is_passed_over()
    {
        Changes(4, done: true, last: 6, "NewInstance gone", "NewInstance a");
        Study("a", "S1", "1.1", "a");

        Assert.Equal(["1.1"], (await _feed.ReadAsync(4, Token)).Studies);
    }

    [Fact]
    public async Task A_list_that_ends_before_what_was_followed_is_read_from_its_beginning()
    {
        Changes(100, done: true, last: 2);
        Changes(0, done: true, last: 2, "NewInstance a");
        Study("a", "S1", "1.1", "a");

        var changes = await _feed.ReadAsync(100, Token);

        Assert.Equal(["1.1"], changes.Studies);
        Assert.Equal(2, changes.Last);
    }

    [Theory]
    [InlineData("""{"DicomAet":"ORTHANC","DatabaseVersion":6}""", true)]
    [InlineData("""{"name":"another server"}""", false)]
    [InlineData("<html/>", false)]
    [InlineData(null, false)]
    public async Task An_Orthanc_says_what_it_is(string? system, bool isOrthanc)
    {
        if (system is not null) _answers["/system"] = system;

        Assert.Equal(isOrthanc, await _feed.IsOrthancAsync(Token));
    }

    [Fact]
    public async Task A_server_that_is_away_is_unreachable()
    {
        _server.Stop();

        Assert.Equal(ForeignArchiveFault.Unreachable, (await Assert.ThrowsAsync<ForeignArchiveException>(() => _feed.ReadAsync(0, Token))).Fault);
    }

    private void Changes(long since, bool done, long last, params string[] changes)
    {
        var list = changes.Select(static change => change.Split(' ')).Select(static parts => $$"""{"ChangeType":"{{parts[0]}}","ID":"{{parts[1]}}"}""");
        _answers[$"/changes?since={since}&limit=500"] = $$"""{"Changes":[{{string.Join(',', list)}}],"Done":{{(done ? "true" : "false")}},"Last":{{last}}}""";
    }

    private void Study(string instance, string id, string uid, params string[] instances)
    {
        _answers[$"/instances/{instance}/study"] = $$$"""{"ID":"{{{id}}}","MainDicomTags":{"StudyInstanceUID":"{{{uid}}}"}}""";
        _answers[$"/studies/{id}/instances"] = $"[{string.Join(',', instances.Select(static one => $$"""{"ID":"{{one}}"}"""))}]";
    }

    /// <summary>A listener takes no port 0: one is tried after the other, as others may have it.</summary>
    private static (HttpListener Server, int Port) Listen()
    {
        while (true)
        {
            var (server, port) = (new HttpListener(), Random.Shared.Next(10_000, 30_000));
            server.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                server.Start();
                return (server, port);
            }
            catch (HttpListenerException)
            {
                server.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        while (_server.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _server.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var path = context.Request.RawUrl!;
            lock (_asked) _asked.Add(path);
            context.Response.StatusCode = _answers.ContainsKey(path) ? 200 : 404;
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(_answers.GetValueOrDefault(path, "")));
            context.Response.Close();
        }
    }
}
