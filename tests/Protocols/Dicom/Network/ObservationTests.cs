using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CloudPacs.Dicom.Network;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class ObservationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_observer_hears_how_an_association_ended()
    {
        await using var server = await TestServer.StartAsync();
        await using var released = await server.ConnectAsync(Token);
        await released.ReleaseAsync(Token);
        Assert.Equal("released", await server.Ended.Reader.ReadAsync(Token));

        await using var aborted = await server.ConnectAsync(Token);
        await aborted.AbortAsync();
        Assert.Equal("the peer aborted the association", await server.Ended.Reader.ReadAsync(Token));

        using (var lost = await server.ConnectRawAsync(Token)) await lost.AssociateAsync(RawPeer.Request(), Token);
        Assert.Equal("the connection was lost", await server.Ended.Reader.ReadAsync(Token));

        using var wrong = await server.ConnectRawAsync(Token);
        await wrong.AssociateAsync(RawPeer.Request(), Token);
        await wrong.SendAsync(new byte[] { 9 }, Token);
        Assert.Equal("the association was aborted because the peer broke the protocol: unrecognized PDU", await EndAsync(server, wrong));
    }

    [Fact]
    public async Task Associations_rejections_and_operations_are_counted()
    {
        var counted = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "CloudPacs.Dicom") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => counted.Add($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}".Trim()));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => counted.Add($"{instrument.Name} {tags[0].Value} {value >= 0}"));
        listener.Start();
        await using var server = await TestServer.StartAsync(Worklist.Of(1));
        await using var client = await server.ConnectAsync(Token);

        await client.EchoAsync(Token);
        await client.FindAllAsync(Worklist.Query(), Token);
        await client.ReleaseAsync(Token);
        await Assert.ThrowsAsync<DicomNetworkException>(() => DicomClient.ConnectAsync(server.ClientOptions() with { CalledAe = "X" }, TimeProvider.System, Token));

        Assert.Superset(
            new HashSet<string>
            {
                "dicom.server.associations.accepted", "dicom.server.associations.rejected called AE title not recognized",
                "dicom.server.operations C-ECHO success", "dicom.server.operations C-FIND success", "dicom.server.operation.duration C-FIND True",
            },
            counted.ToHashSet());
    }

    // The server waits for the peer to close first.
    private static async Task<string> EndAsync(TestServer server, RawPeer peer)
    {
        peer.Dispose();
        return await server.Ended.Reader.ReadAsync(Token);
    }
}
