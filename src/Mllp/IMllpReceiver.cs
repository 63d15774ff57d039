using System.Net;

namespace CloudPacs.Mllp;

/// <summary>
/// Takes what a listener receives. An exception closes the connection without an answer and is reported to
/// <see cref="MllpListenerOptions.OnError"/>.
/// </summary>
public interface IMllpReceiver
{
    /// <summary>
    /// Takes one frame. Called in the order of arrival on a connection; the next call does not wait for the former to end
    /// (up to <see cref="MllpListenerOptions.MaxInFlight"/>), yet the answers leave in the order of the calls.
    /// </summary>
    /// <param name="payload">Exactly the content of the frame, possibly empty; the receiver may keep it.</param>
    /// <param name="cancellationToken">Cancelled when the listener's time to drain is over, not when the peer goes away.</param>
    /// <returns>The contents of the answers, each sent in a frame of its own; often one, possibly none.</returns>
    ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReceiveAsync(
        MllpConnection connection, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);

    /// <summary>
    /// The same for receivers that tell a sender of a wrong end block; by default they do not, and <see cref="MllpMetrics"/> alone does.
    /// </summary>
    ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReceiveAsync(
        MllpConnection connection, MllpFrame frame, CancellationToken cancellationToken) =>
        ReceiveAsync(connection, frame.Payload, cancellationToken);

    /// <summary>Takes what did not become a frame. An answer takes its place in the order of the answers.</summary>
    /// <returns>Content of an answer to send where <see cref="MllpFault.CanAnswer"/>, or null. Release 2 links send none.</returns>
    ValueTask<ReadOnlyMemory<byte>?> FaultAsync(MllpConnection connection, MllpFault fault, CancellationToken cancellationToken);
}

/// <summary>Who sends: one accepted connection.</summary>
/// <param name="Id">Counts from 1 for each listener.</param>
/// <param name="ListenerName">Name of the listener's options.</param>
/// <param name="RemoteEndPoint">The peer's address.</param>
/// <param name="LocalEndPoint">Our address.</param>
/// <param name="ConnectedAt">When it was accepted.</param>
/// <param name="ClientCertificate">The peer's certificate; null without TLS or when none was given.</param>
public sealed record MllpConnection(
    long Id,
    string ListenerName,
    IPEndPoint RemoteEndPoint,
    IPEndPoint LocalEndPoint,
    DateTimeOffset ConnectedAt,
    MllpPeerCertificate? ClientCertificate);
