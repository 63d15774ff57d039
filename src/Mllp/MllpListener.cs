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

    private readonly SessionContext context;
    private readonly ServerHandshake? handshake;
    private readonly CancellationTokenSource draining = new();
    private readonly CancellationTokenSource abort = new();
    private readonly ConcurrentDictionary<long, Task> sessions = [];
    private Socket? socket;
    private Task accepting = Task.CompletedTask;
    private long lastId;
    private bool isDisposed;

    /// <exception cref="ArgumentException">A setting makes no sense; the message names it.</exception>
    public MllpListener(MllpListenerOptions options, IMllpReceiver receiver, TimeProvider time)
    {
        options.Validate();
        EndPoint = options.EndPoint;
        context = new(
            options, receiver, time, new(options.MaxBufferedBytes, options.MemoryTimeout, time), draining.Token, abort.Token);
        handshake = options.Tls is null ? null : new(options.Tls, time);
    }

    /// <summary>Where it listens, with the port that was taken for port 0.</summary>
    public IPEndPoint EndPoint { get; private set; }

    /// <summary>Connections that are open now, those in a handshake included.</summary>
    public int ConnectionCount => sessions.Count;

    /// <summary>Bytes of unfinished and unanswered frames that are held now, beyond 16 KiB for each connection.</summary>
    public long BufferedBytes => context.Memory.Used;

    /// <exception cref="SocketException">The address cannot be listened on, for instance since another process does.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (socket is not null) throw new InvalidOperationException("The listener was started before.");
        var listening = new Socket(context.Options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (listening.AddressFamily == AddressFamily.InterNetworkV6) listening.DualMode = true;
            listening.Bind(context.Options.EndPoint);
            listening.Listen();
        }
        catch
        {
            listening.Dispose();
            throw;
        }

        socket = listening;
        EndPoint = (IPEndPoint)listening.LocalEndPoint!;
        accepting = AcceptAsync(listening);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Takes no more connections and frames, lets what is in flight be answered, then closes. What is not done after
    /// <paramref name="drain"/> is given up: it was not answered, so its sender keeps it.
    /// </summary>
    public async Task StopAsync(TimeSpan drain)
    {
        draining.Cancel();
        socket?.Close();
        await accepting;
        var ended = Task.WhenAll(sessions.Values);
        await ended.WaitAsync(drain, context.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await abort.CancelAsync();
        await ended;
    }

    public async ValueTask DisposeAsync()
    {
        if (isDisposed) return;
        isDisposed = true;
        await StopAsync(TimeSpan.Zero);
        draining.Dispose();
        abort.Dispose();
        socket?.Dispose();
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (!draining.IsCancellationRequested)
        {
            try
            {
                Admit(await listening.AcceptAsync(draining.Token));
            }
            catch (Exception e) when (draining.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of handles, or a peer that was gone before we took it: others must still get in.
                context.Report(null, e);
                await Task.Delay(PauseAfterFailedAccept, context.Time, draining.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Admit(Socket accepted)
    {
        if (sessions.Count >= context.Options.MaxConnections)
        {
            MllpMetrics.Refused.Add(1, context.Tags);
            accepted.Dispose();
            return;
        }

        MllpMetrics.Accepted.Add(1, context.Tags);
        var id = ++lastId;
        var session = new Session(accepted, id, context, handshake);
        // On the pool, so that the first steps of a session never hold up the next accept.
        sessions[id] = Task.Run(session.RunAsync);
        _ = ForgetAsync(id, sessions[id]);
    }

    private async Task ForgetAsync(long id, Task session)
    {
        await session.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        sessions.TryRemove(id, out _);
    }
}
