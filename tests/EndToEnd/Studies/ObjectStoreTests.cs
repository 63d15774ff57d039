using System.Net;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Protocols.Tests.Archive;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Instances that the settings send to an object store, with a real server that can be away.</summary>
public sealed class ObjectStoreTests(S3Server server) : IClassFixture<S3Server>
{
    [Fact]
    public async Task What_was_answered_is_in_the_object_store_and_comes_back_from_there()
    {
        server.SkipWhenMissing();
        await using var engine = await EngineInside.StartNewAsync(
            ("ARCHIVE__OBJECTSTORE__BUCKET", S3Server.Bucket), ("ARCHIVE__OBJECTSTORE__SERVICE", server.Address.ToString()),
            ("ARCHIVE__OBJECTSTORE__PREFIX", $"{Guid.NewGuid():N}/"), ("ARCHIVE__OBJECTSTORE__ACCESSKEY", "test"),
            ("ARCHIVE__OBJECTSTORE__SECRETKEY", "test"), ("ARCHIVE__OBJECTSTORE__ANSWERWHENTHERE", "true"),
            ("ARCHIVE__OBJECTSTORE__PATIENCE", "00:00:02"), ("ARCHIVE__OBJECTSTORE__KEEPHEREBYTES", "0"));
        SentImage[] images = [.. Enumerable.Range(1, 3).Select(static n => new SentImage($"1.2.826.0.1.3680043.10.9.12.{n}", $"S3-{n}") { Rows = 4000, Pixel = (byte)n })];
        Assert.Equal(HttpStatusCode.OK, await StoreAsync(engine, images[0]));

        server.Cut();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StoreAsync(engine, images[1]));
        server.Mend();
        Assert.Equal(HttpStatusCode.OK, await StoreAsync(engine, images[1]));
        Assert.Equal(HttpStatusCode.OK, await StoreAsync(engine, images[2]));

        // A stop seals the pack that was written; nothing of it stays here.
        Assert.Equal(0, await engine.StopAsync());
        await engine.StartAsync();
        for (var left = 300; left > 0 && PacksHere(engine).Length > 0; left--) await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Empty(PacksHere(engine));
        using var web = new DicomWebViewer(engine);
        foreach (var image in images)
        {
            var (status, _, body) = await web.GetAsync(image.Path, DicomWebViewer.AnyFile);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal(image.File(), body);
        }
    }

    private static string[] PacksHere(TestedEngine engine) =>
        [.. Directory.GetFiles(Path.Combine(engine.DataFolder, "archive"), "*.pack", SearchOption.AllDirectories).Where(static file => new FileInfo(file).Length > 64_000)];

    private static async Task<HttpStatusCode> StoreAsync(TestedEngine engine, SentImage image)
    {
        using var web = new DicomWebViewer(engine);
        var (status, _) = await web.StoreAsync(image.File());
        return status;
    }
}
