using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using CloudPacs.Dicom.Network;
using CloudPacs.Dicom.Network.Pdu;
using CloudPacs.Dicom.Network.UpperLayer;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

/// <summary>One upper layer connection over a real socket, with a user that writes down what it is told, a peer under control and a clock that stands still.</summary>
internal sealed class ConnectionHarness : IUpperLayerUser, IDisposable
{
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();

    private ConnectionHarness(Socket socket, RawPeer peer, bool isRequestor)
    {
        Peer = peer;
        Connection = new UpperLayerConnection(socket, new NetworkStream(socket, ownsSocket: true), isRequestor, new UpperLayerOptions { MaxDataBytes = 4096 }, this, Time);
    }

    public FakeTimeProvider Time { get; } = new();

    public RawPeer Peer { get; }

    public UpperLayerConnection Connection { get; }

    public Task Running { get; private set; } = Task.CompletedTask;

    public bool IsBusy { get; set; }

    /// <summary>The accepting side, in Sta2.</summary>
    public static async Task<ConnectionHarness> AcceptingAsync(CancellationToken token)
    {
        var harness = await CreateAsync(isRequestor: false, token);
        harness.Running = harness.Connection.RunAsync();
        return harness;
    }

    /// <summary>The accepting side, in Sta6.</summary>
    public static async Task<ConnectionHarness> AcceptedAsync(CancellationToken token)
    {
        var harness = await AcceptingAsync(token);
        await harness.Peer.SendAsync(AssociateWriter.Write(RawPeer.Request(), PduType.AssociateRq), token);
        Assert.Equal("request RAW", await harness.ToldAsync(token));
        harness.Connection.Accept(RawPeer.Request());
        Assert.Equal(2, (await harness.Peer.ReadAsync(token))![0]);
        return harness;
    }

    /// <summary>The requesting side, in Sta5.</summary>
    public static async Task<ConnectionHarness> RequestingAsync(CancellationToken token)
    {
        var harness = await CreateAsync(isRequestor: true, token);
        harness.Running = harness.Connection.RunAsync(RawPeer.Request());
        Assert.Equal(1, (await harness.Peer.ReadAsync(token))![0]);
        return harness;
    }

    /// <summary>The requesting side, in Sta6.</summary>
    public static async Task<ConnectionHarness> RequestedAsync(CancellationToken token)
    {
        var harness = await RequestingAsync(token);
        await harness.Peer.SendAsync(AssociateWriter.Write(RawPeer.Request(), PduType.AssociateAc), token);
        Assert.Equal("accepted", await harness.ToldAsync(token));
        return harness;
    }

    public ValueTask<string> ToldAsync(CancellationToken token) => _told.Reader.ReadAsync(token);

    public void AssociateRequested(AssociateParameters request) => _told.Writer.TryWrite("request " + request.CallingAe);

    public void AssociateAccepted(AssociateParameters answer) => _told.Writer.TryWrite("accepted");

    public void AssociateRejected(AssociationRejection rejection) => _told.Writer.TryWrite("rejected " + rejection.ReasonText);

    public ValueTask<bool> DataReceived(ReadOnlyMemory<byte> body)
    {
        _told.Writer.TryWrite($"data {body.Length}");
        return new(true);
    }

    public void ReleaseRequested() => _told.Writer.TryWrite("release requested");

    public void Released() => _told.Writer.TryWrite("released");

    public void Aborted(UpperLayerAbort abort) => _told.Writer.TryWrite("aborted " + abort.Origin);

    public void ResponseOverdue() => _told.Writer.TryWrite("overdue");

    public void Dispose()
    {
        Connection.Dispose();
        Peer.Dispose();
    }

    private static async Task<ConnectionHarness> CreateAsync(bool isRequestor, CancellationToken token)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var peer = await RawPeer.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, token);
        return new ConnectionHarness(await listener.AcceptAsync(token), peer, isRequestor);
    }
}
