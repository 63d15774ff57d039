using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Mllp.Framing;

namespace CloudPacs.Mllp.Listening;

/// <summary>The life of one accepted connection: handshake, reading and answering side by side, orderly end.</summary>
internal sealed class Session(Socket socket, long id, IPEndPoint remote, SessionContext context, ServerHandshake? handshake)
{
    /// <summary>How long a peer that we close may still send before its bytes make the network drop our last answer.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private readonly long _begunAt = context.Time.GetTimestamp();
    private SilenceLimit? _silence;
    private AnswerWriter? _answers;
    private volatile bool _givesWay;

    public long Id => id;

    public IPEndPoint Remote => remote;

    /// <summary>It was closed for another one and is about to end.</summary>
    public bool GivesWay => _givesWay;

    /// <summary>
    /// The timestamp since which neither side has anything to say, or a handshake lasts; null for a connection that is at work.
    /// </summary>
    public long? IdleSince => Volatile.Read(ref _silence) is { } silence
        ? _answers!.IsBusy ? null : silence.SilentSince
        : handshake is null ? null : (long?)_begunAt;

    /// <summary>Ends at once: nothing is owed to the peer, and what comes just now was not acknowledged and is sent again.</summary>
    public void GiveWay()
    {
        _givesWay = true;
        socket.Dispose();
    }

    /// <summary>Runs until the connection is closed; does not throw.</summary>
    public async Task RunAsync()
    {
        MllpConnection? connection = null;
        MllpMetrics.Open.Add(1, context.Tags);
        try
        {
            socket.NoDelay = true;
            SocketTuning.KeepAlive(socket);
            connection = new(
                id, context.Options.Name, remote, MllpListener.Address(socket.LocalEndPoint), context.Time.GetUtcNow(), null);
            var transport = new NetworkStream(socket, ownsSocket: true);
            await using var closing = transport.ConfigureAwait(false);
            if (handshake is null)
            {
                await ServeAsync(transport, connection).ConfigureAwait(false);
                return;
            }

            if (await TryHandshakeAsync(transport, connection).ConfigureAwait(false) is not { } tls) return;
            await using (tls.ConfigureAwait(false))
            {
                if (tls.RemoteCertificate is X509Certificate2 certificate)
                    connection = connection with { ClientCertificate = MllpPeerCertificate.From(certificate) };
                await ServeAsync(tls, connection).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // The top of the connection: whatever it was ends this connection only, and is reported once.
            if (!_givesWay) context.Report(connection, e);
        }
        finally
        {
            socket.Dispose();
            MllpMetrics.Open.Add(-1, context.Tags);
        }
    }

    private async Task<SslStream?> TryHandshakeAsync(Stream transport, MllpConnection connection)
    {
        try
        {
            return await handshake!.RunAsync(transport, context.Draining).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException or OperationCanceledException)
        {
            MllpMetrics.HandshakesFailed.Add(1, context.Tags);
            if (!context.Draining.IsCancellationRequested && !_givesWay) context.Report(connection, e);
            return null;
        }
    }

    private async Task ServeAsync(Stream stream, MllpConnection connection)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.Abort);
        using var answers = new AnswerWriter(stream, context, connection);
        using var deadline = new Deadline(context.Time, ending.Token, () => answers.IsBusy);
        var silence = new SilenceLimit(deadline, context.Options.HalfFrameTimeout, context.Options.IdleTimeout, context.Time);
        _answers = answers;
        Volatile.Write(ref _silence, silence);
        var pause = context.Options.EndPause > TimeSpan.Zero ? new EndPause(context.Options.EndPause, context.Time) : null;
        using var source = new FrameSource(stream, context.Options.FrameRules, silence, context.Memory, pause);
        await using var draining = context.Draining.Register(answers.Complete).ConfigureAwait(false);

        var reading = new FrameReceiver(source, answers, context, connection).RunAsync(ending.Token);
        var isOrderly = await answers.RunAsync().ConfigureAwait(false);
        if (isOrderly)
        {
            await TryFinishSendingAsync(stream).ConfigureAwait(false);
            await reading.WaitAsync(Linger, context.Time, context.Abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await ending.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        // A peer that does not take its answers gets a reset, which frees what the system still holds for it.
        if (!isOrderly) socket.Close(0);
        await answers.FinishAsync().ConfigureAwait(false);
    }

    private async Task TryFinishSendingAsync(Stream stream)
    {
        try
        {
            if (stream is SslStream tls) await tls.ShutdownAsync().WaitAsync(Linger, context.Time, context.Abort).ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException
            or TimeoutException or OperationCanceledException)
        {
            // The peer was quicker: there is nobody left to say good-bye to.
        }
    }
}
