using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using CloudPacs.Mllp.Listening;

namespace CloudPacs.Mllp;

/// <summary>
/// Accepts MLLP connections and hands their frames to a receiver (HL7 v2.5.1 appendix C 4; MLLP release 2). Memory, connections
/// and waits are bounded by the options, whatever the peers do.
/// </summary>
public sealed class MllpListener : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFailedAccept = TimeSpan.FromMilliseconds(100);

    private readonly SessionContext _context;
    private readonly ServerHandshake? _handshake;
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly ConcurrentDictionary<long, (Session Session, Task Running)> _sessions = [];
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;
    private long _lastId;
    private bool _isDisposed;

    /// <exception cref="ArgumentException">A setting makes no sense; the message names it.</exception>
    public MllpListener(MllpListenerOptions options, IMllpReceiver receiver, TimeProvider time)
    {
        options.Validate();
        EndPoint = options.EndPoint;
        _context = new(
            options, receiver, time, new(options.MaxBufferedBytes, options.MemoryTimeout, time), _draining.Token, _abort.Token);
        _handshake = options.Tls is null ? null : new(options.Tls, time);
    }

    /// <summary>Where it listens, with the port that was taken for port 0.</summary>
    public IPEndPoint EndPoint { get; private set; }

    /// <summary>Connections that are open now, those in a handshake included.</summary>
    public int ConnectionCount => _sessions.Count;

    /// <summary>Bytes of unfinished and unanswered frames that are held now, beyond 16 KiB for each connection.</summary>
    public long BufferedBytes => _context.Memory.Used;

    /// <exception cref="SocketException">The address cannot be listened on, for instance since another process does.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_socket is not null) throw new InvalidOperationException("The listener was started before.");
        var listening = new Socket(_context.Options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (listening.AddressFamily == AddressFamily.InterNetworkV6) listening.DualMode = true;
            listening.Bind(_context.Options.EndPoint);
            listening.Listen();
        }
        catch
        {
            listening.Dispose();
            throw;
        }

        _socket = listening;
        EndPoint = (IPEndPoint)listening.LocalEndPoint!;
        _accepting = AcceptAsync(listening);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Takes no more connections and frames, lets what is in flight be answered, then closes. What is not done after
    /// <paramref name="drain"/> is given up: it was not answered, so its sender keeps it.
    /// </summary>
    public async Task StopAsync(TimeSpan drain)
    {
        _draining.Cancel();
        _socket?.Close();
        await _accepting.ConfigureAwait(false);
        var ended = Task.WhenAll(_sessions.Values.Select(static one => one.Running));
        await ended.WaitAsync(drain, _context.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _abort.CancelAsync().ConfigureAwait(false);
        await ended.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _draining.Dispose();
        _abort.Dispose();
        _socket?.Dispose();
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (!_draining.IsCancellationRequested)
        {
            try
            {
                Admit(await listening.AcceptAsync(_draining.Token).ConfigureAwait(false));
            }
            catch (Exception e) when (
                _draining.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of handles, or a peer that was gone before we took it: others must still get in.
                _context.Report(null, e);
                await Task.Delay(PauseAfterFailedAccept, _context.Time, _draining.Token).ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Admit(Socket accepted)
    {
        var remote = Address(accepted.RemoteEndPoint);
        if (_sessions.Count >= _context.Options.MaxConnections && !TryMakeRoom(remote))
        {
            MllpMetrics.Refused.Add(1, _context.Tags);
            _context.Options.OnFull?.Invoke(remote, null);
            accepted.Dispose();
            return;
        }

        MllpMetrics.Accepted.Add(1, _context.Tags);
        var id = ++_lastId;
        var session = new Session(accepted, id, remote, _context, _handshake);
        // On the pool, so that the first steps of a session never hold up the next accept.
        var running = Task.Run(session.RunAsync);
        _sessions[id] = (session, running);
        _ = ForgetAsync(id, running);
    }

    private bool TryMakeRoom(IPEndPoint newcomer)
    {
        List<Session> holders = [.. _sessions.Values.Select(static one => one.Session).Where(static session => !session.GivesWay)];
        if (holders.Count < _context.Options.MaxConnections) return true;
        if (Displacement.Choose(holders, newcomer.Address) is not { } session) return false;
        MllpMetrics.Displaced.Add(1, _context.Tags);
        _context.Options.OnFull?.Invoke(newcomer, session.Remote);
        session.GiveWay();
        return true;
    }

    internal static IPEndPoint Address(EndPoint? endPoint)
    {
        var address = (IPEndPoint)endPoint!;
        return address.Address.IsIPv4MappedToIPv6 ? new(address.Address.MapToIPv4(), address.Port) : address;
    }

    private async Task ForgetAsync(long id, Task session)
    {
        await session.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _sessions.TryRemove(id, out _);
    }
}
