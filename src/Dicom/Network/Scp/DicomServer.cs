using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Dicom.Network.Scp;
using CloudPacs.Dicom.Network.UpperLayer;

namespace CloudPacs.Dicom.Network;

/// <summary>
/// Listens for associations and serves them (PS3.8, PS3.7). Verification is always served; the rest is what the given services serve.
/// </summary>
public sealed class DicomServer : IAsyncDisposable
{
    /// <summary>How long peers get to close after their association was aborted for the stop.</summary>
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(100);

    private readonly AssociationHost _host;
    private readonly TimeProvider _time;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<long, Task> _connections = [];
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private long _lastId;

    /// <param name="options">Settings; checked here.</param>
    /// <param name="services">What serves which abstract syntax.</param>
    /// <param name="policy">Who may have an association.</param>
    /// <param name="observer">Receives what happens; null for nobody.</param>
    /// <param name="time">The clock of all time-outs.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public DicomServer(
        DicomServerOptions options,
        IReadOnlyDictionary<string, IDimseService> services,
        IAssociationPolicy policy,
        IDicomServerObserver? observer,
        TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var withIdentifiers = services.Where(static item => item.Value is IFindService or IRetrieveService);
        if (withIdentifiers.FirstOrDefault(static item => item.Value.Delivery.IsStreamed).Key is { } sopClass)
            throw new ArgumentException(
                $"The service of {sopClass} serves C-FIND, C-GET or C-MOVE, whose identifiers are delivered whole.", nameof(services));
        var served = new Dictionary<string, IDimseService>(services) { [Uids.Verification] = new VerificationService() };
        _host = new AssociationHost(options, served, policy, observer ?? new SilentObserver(), time);
        _time = time;
        EndPoint = options.EndPoint;
        _tls = options.Tls is { } settings ? TlsSettings.Server(settings) : null;
    }

    /// <summary>Where the server listens, with the port that was given when 0 was asked for.</summary>
    public IPEndPoint EndPoint { get; private set; }

    /// <summary>Associations at this moment.</summary>
    public int AssociationCount => _host.Limits.Total;

    /// <exception cref="SocketException">The port cannot be had.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _listener = new Socket(_host.Options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(_host.Options.EndPoint);
        _listener.Listen(512);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync(_listener);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Stops accepting and lets associations at work go on to their release, or until nothing more is asked, within
    /// <paramref name="drain"/>; then aborts what is left. Ends in little more than that, whatever the peers do.
    /// </summary>
    public async Task StopAsync(TimeSpan drain)
    {
        _host.IsStopping = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener?.Dispose();
        await _accepting.ConfigureAwait(false);

        using (var isOver = new CancellationTokenSource())
        {
            var draining = _host.Associations.Select(one => Task.WhenAny(
                one.Value.DrainAsync(isOver.Token), _connections.GetValueOrDefault(one.Key, Task.CompletedTask))).ToList();
            await WithinAsync(Task.WhenAll(draining), drain).ConfigureAwait(false);
            await isOver.CancelAsync().ConfigureAwait(false);
        }

        foreach (var association in _host.Associations.Values) association.Abort(ServerAssociation.Stopping);
        await WithinAsync(Task.WhenAll(_connections.Values), CloseGrace).ConfigureAwait(false);
        foreach (var association in _host.Associations.Values) association.Connection.Dispose();
        await WithinAsync(Task.WhenAll(_connections.Values), CloseGrace).ConfigureAwait(false);
    }

    /// <summary>Stops without waiting for running operations.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested) await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task WithinAsync(Task work, TimeSpan limit)
    {
        var enough = Task.Delay(limit, _time);
        await Task.WhenAny(work, enough).ConfigureAwait(false);
    }

    private async Task AcceptAsync(Socket socket)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var accepted = await socket.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                if (_connections.Count - _host.Limits.Total >= _host.Options.MaxPendingConnections && !TryMakeRoom(RemoteOf(accepted)))
                {
                    ReportFailure(RemoteOf(accepted), "Too many connections wait for an association.");
                    accepted.Dispose();
                    continue;
                }

                var id = ++_lastId;
                // Serving begins on another thread, so that neither handshakes nor services hold up the next peer.
                var serving = Task.Run(() => ServeAsync(id, accepted));
                _connections[id] = serving;
                if (serving.IsCompleted) _connections.TryRemove(id, out _);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, or the peer gave up while it was queued: neither ends the listening.
                ReportFailure(null, e.Message);
                await Task.Delay(AcceptRetry, _time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Of connections without an association the oldest of the address that has most ends for one of another address.</summary>
    private bool TryMakeRoom(EndPoint? newcomer)
    {
        var pending = _host.Associations.Values.Where(static association => association.IsPending);
        if (Displacement.Choose(pending, newcomer) is not { } oldest) return false;
        oldest.Connection.Dispose();
        return true;
    }

    private async Task ServeAsync(long id, Socket socket)
    {
        var remote = RemoteOf(socket);
        Stream? stream = null;
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (_tls is not null) stream = await HandshakeAsync(stream).ConfigureAwait(false);
            var peer = new AssociationInfo
            {
                Id = id,
                CallingAe = "",
                CalledAe = "",
                RemoteEndPoint = remote,
                IsTls = stream is SslStream,
                ClientCertificate = (stream as SslStream)?.RemoteCertificate as X509Certificate2,
            };
            using var association = new ServerAssociation(socket, stream, peer, _host);
            _host.Associations[id] = association;
            if (_stopping.IsCancellationRequested) association.Connection.Dispose();
            await association.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (
            e is AuthenticationException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            ReportFailure(
                remote, e is OperationCanceledException ? "The TLS handshake took too long." : e.InnerException?.Message ?? e.Message);
        }
        catch (Exception e)
        {
            // The top of the connection: a fault in it must be seen and must not touch the others.
            ReportFailure(remote, $"Internal error: {e}");
        }
        finally
        {
            _host.Associations.TryRemove(id, out _);
            _connections.TryRemove(id, out _);
            if (stream is not null) await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
        }
    }

    private async Task<SslStream> HandshakeAsync(Stream stream)
    {
        var secure = new SslStream(stream);
        using var limit = new CancellationTokenSource(_host.Options.TlsHandshakeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        try
        {
            await secure.AuthenticateAsServerAsync(_tls!, either.Token).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void ReportFailure(EndPoint? remote, string reason)
    {
        DicomMetrics.ConnectionFailed();
        _host.Observer.ConnectionFailed(remote, reason);
    }

    private static EndPoint? RemoteOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            // It is gone already; reading from it will show it.
            return null;
        }
    }

    private sealed class SilentObserver : IDicomServerObserver;
}
