using System.Net;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Nobody adds images to a study of another facility, by any door; what is tried is kept aside, audited, and a person decides.</summary>
public sealed class FacilityStoreTests(RetrieveEngine engines) : IAsyncLifetime
{
    private const string Root = "1.2.826.0.1.3680043.10.9.32.";
    private const int NotAuthorized = 0x0124;
    private TestedEngine _engine = null!;
    private OperatorDesk _desk = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Tool.SkipWithout("storescu");
        _engine = await engines.GetAsync();
        _desk = new OperatorDesk(_engine);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_another_facility_sends_is_refused_and_taken_in_when_a_person_says_so()
    {
        var image = new SentImage(Root + "1", "FS-1");
        var (second, third) = (image with { Instance = image.Series + ".2" }, image with { Instance = image.Series + ".3" });
        Assert.Equal([0], await Storescu.StoreAsAsync(RetrieveEngine.North, _engine, image.File()));

        Assert.Equal([NotAuthorized], await Storescu.StoreAsAsync(RetrieveEngine.South, _engine, second.File()));
        foreach (var facility in new[] { "South", "" })
        {
            var (status, told) = await PostAsync(third, facility);
            var failed = Assert.Single(told.GetItems(Tags.FailedSopSequence));
            Assert.Equal((HttpStatusCode.Conflict, third.Instance, $"{NotAuthorized}"), (status, failed.GetString(Tags.ReferencedSopInstanceUid), failed.GetString(Tags.FailureReason)));
        }

        Assert.Equal(1, await InstancesAsync(image));
        var history = (await _desk.ReadAsync("studies", "show", image.Study))["history"]!.AsArray();
        Assert.Equal(
            [("study.refused", "DICOMWEB"), ("study.refused", "DICOMWEB"), ("study.refused", RetrieveEngine.South), ("study.stored", RetrieveEngine.North)],
            history.Select(static act => ((string)act!["act"]!, (string)act["actor"]!)));
        var held = (await _desk.ReadAsync("quarantine", "list", "--limit", "1000"))["instances"]!.AsArray().Single(row => (string?)row!["sopInstanceUid"] == second.Instance)!;
        Assert.Equal(("STU-005", "South"), ((string?)held["code"], (string?)held["facility"]));

        await _desk.DoAsync("quarantine", "release", (string)held["id"]!, "--reason", "a lent scanner");

        Assert.Equal(2, await InstancesAsync(image));
        Assert.Equal("North", (string?)(await _desk.ReadAsync("studies", "show", image.Study))["facility"]);
        // Whoever sees the study goes on with it, over whatever door; and so does who sees all.
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(third, "North")).Status);
        Assert.Equal([0], await Storescu.StoreAsAsync("ANYBODY", _engine, (image with { Instance = image.Series + ".4" }).File()));
    }

    [Fact]
    public async Task What_is_kept_aside_of_a_caller_over_HTTP_says_of_which_facility_it_is()
    {
        var image = new SentImage(Root + "2", "FS-2");
        var other = image with { Study = Root + "3", Series = image.Series, Instance = image.Instance };
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(image, "North")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(other, "North")).Status);
        var held = (await _desk.ReadAsync("quarantine", "list", "--limit", "1000"))["instances"]!.AsArray().Single(row => (string?)row!["sopInstanceUid"] == image.Instance)!;

        Assert.Equal("North", (string?)held["facility"]);
    }

    private async Task<long> InstancesAsync(SentImage image)
    {
        await using var database = new EngineDatabase(_engine);
        return await database.CountAsync($"instance i JOIN series e ON e.id = i.series_id JOIN study s ON s.id = e.study_id WHERE s.study_instance_uid = '{image.Study}'");
    }

    private async Task<(HttpStatusCode Status, DataSet Told)> PostAsync(SentImage image, string facility)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_engine.HttpPort}/dicomweb/studies");
        request.Content = new ByteArrayContent(image.File()) { Headers = { { "Content-Type", "application/dicom" } } };
        request.Headers.Add("Accept", "application/dicom+json");
        if (facility.Length > 0) request.Headers.Add(RetrieveEngine.FacilityHeader, facility);
        using var response = await http.SendAsync(request, Token);
        Assert.True(DicomJson.TryRead(await response.Content.ReadAsByteArrayAsync(Token), static _ => ReadOnlyMemory<byte>.Empty, out var read, out var error), error);
        return (response.StatusCode, read[0]);
    }
}
