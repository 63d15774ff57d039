using System.Net;
using System.Threading.Channels;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>A running listener with its receiver, clock and counters.</summary>
public sealed class ListenerFixture : IAsyncDisposable
{
    private static int count;

    private readonly MllpListener _listener;
    private readonly Channel<Exception> _errors = Channel.CreateUnbounded<Exception>();

    private ListenerFixture(RecordingReceiver? receiver, Func<string, Action<MllpConnection?, Exception>, MllpListenerOptions> options)
    {
        var name = "listener " + Interlocked.Increment(ref count);
        Receiver = receiver ?? new();
        Counters = new(name);
        _listener = new(options(name, (_, e) => _errors.Writer.TryWrite(e)), Receiver, Time);
    }

    public RecordingReceiver Receiver { get; }

    public WatchedTime Time { get; } = new();

    public Counters Counters { get; }

    public bool HasError => _errors.Reader.TryPeek(out _);

    public MllpListener Listener => _listener;

    public static IPEndPoint AnyPort => new(IPAddress.Loopback, 0);

    public static Task<ListenerFixture> StartAsync(RecordingReceiver? receiver = null) =>
        StartAsync((name, onError) => new() { Name = name, EndPoint = AnyPort, OnError = onError }, receiver);

    public static async Task<ListenerFixture> StartAsync(
        Func<string, Action<MllpConnection?, Exception>, MllpListenerOptions> options, RecordingReceiver? receiver = null)
    {
        var fixture = new ListenerFixture(receiver, options);
        await fixture._listener.StartAsync(Patience.Token);
        return fixture;
    }

    public async Task<Exception> NextErrorAsync() => await _errors.Reader.ReadAsync(Patience.Token);

    public Task<RawPeer> ConnectAsync() => RawPeer.ConnectAsync(_listener.EndPoint);

    /// <summary>Another sender is served: whatever happened before did no harm.</summary>
    public async Task AssertAliveAsync()
    {
        await using var peer = await ConnectAsync();
        await peer.SendFrameAsync("MSH|alive");
        Assert.Equal("MSA|MSH|alive", await peer.ReadFrameAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        Counters.Dispose();
    }
}
