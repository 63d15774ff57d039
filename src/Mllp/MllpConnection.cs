using System.Net;

namespace CloudPacs.Mllp;

/// <summary>Who sends: one accepted connection.</summary>
/// <param name="Id">Counts from 1 for each listener.</param>
/// <param name="ListenerName">Name of the listener's options.</param>
/// <param name="RemoteEndPoint">The peer's address.</param>
/// <param name="LocalEndPoint">Our address.</param>
/// <param name="ConnectedAt">When it was accepted.</param>
/// <param name="ClientCertificate">The peer's certificate; null without TLS or when none was given.</param>
public sealed record MllpConnection(
    long Id, string ListenerName, IPEndPoint RemoteEndPoint, IPEndPoint LocalEndPoint, DateTimeOffset ConnectedAt, MllpPeerCertificate? ClientCertificate);
