using System.Net;
using CloudPacs.Mllp.Framing;

namespace CloudPacs.Mllp;

/// <summary>Settings of one listener. Every one bounds what a peer can make us hold or wait for.</summary>
public sealed class MllpListenerOptions
{
    /// <summary>Names the listener in connections and metrics.</summary>
    public string Name { get; init; } = "mllp";

    /// <summary>Where to listen; port 0 takes a free one. An IPv6 address takes IPv4 peers too.</summary>
    public IPEndPoint EndPoint { get; init; } = new(IPAddress.Loopback, 2575);

    /// <summary>Null for plain TCP.</summary>
    public MllpServerTls? Tls { get; init; }

    /// <summary>
    /// A further connection takes the place of the one that is idle longest of the address that has most, when it is of an address that
    /// has fewer; else it is closed at once.
    /// </summary>
    public int MaxConnections { get; init; } = 1000;

    /// <summary>Largest content of a frame; the default leaves room for an embedded PDF.</summary>
    public int MaxFrameBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How much of an unfinished or too large frame is kept for <see cref="IMllpReceiver.FaultAsync"/>.</summary>
    public int FaultBytesKept { get; init; } = 64 * 1024;

    /// <summary>Frames of one connection that are with the receiver or wait for their turn to be answered; more are not read.</summary>
    public int MaxInFlight { get; init; } = 64;

    /// <summary>Bytes of those frames; a larger frame is taken alone.</summary>
    public long MaxInFlightBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Bytes of unfinished and unanswered frames over all connections, beyond 16 KiB for each. It must hold two frames of the largest
    /// size: one that is being received and its copy for the receiver.
    /// </summary>
    public long MaxBufferedBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Bytes without meaning that may come before a frame.</summary>
    public int MaxBytesBetweenFrames { get; init; } = 64 * 1024;

    /// <summary>Content that begins with MSH is taken without a start block.</summary>
    public bool AllowUnframed { get; init; }

    /// <summary>For links that carry UTF-16 or UTF-32: inside a frame only FS CR has a meaning.</summary>
    public bool OnlyEndBlockEnds { get; init; }

    /// <summary>
    /// How long nothing must follow an FS without CR for the frame to be taken as ended; zero waits for as long as the connection is open.
    /// Content that holds an FS is cut by such a pause right after it. Without meaning where <see cref="OnlyEndBlockEnds"/>.
    /// </summary>
    public TimeSpan EndPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>MLLP release 2: each message is answered by a commit block first, and each of our answers must be.</summary>
    public bool Release2 { get; init; }

    /// <summary>Release 2: how long the peer may take to commit an answer.</summary>
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Release 2: how often an answer that was not committed is sent again before the connection is closed.</summary>
    public int CommitRetries { get; init; } = 2;

    /// <summary>Longest silence inside a frame.</summary>
    public TimeSpan HalfFrameTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Longest wait of a connection for memory that others hold, before it is given up. Unfinished frames that wait for each other end so.
    /// </summary>
    public TimeSpan MemoryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest silence between frames; infinite by default, since many systems keep a link open for days.</summary>
    public TimeSpan IdleTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long a peer may take to read an answer.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Called with what cannot be reported to a peer: an exception of the receiver, a failed handshake, an answer that was never committed.
    /// The connection is null for the accept loop. Must not throw.
    /// </summary>
    public Action<MllpConnection?, Exception>? OnError { get; init; }

    /// <summary>
    /// Called when all connections are taken: with who came, and whose idle connection was closed for it; null when who came was refused.
    /// Must not throw.
    /// </summary>
    public Action<IPEndPoint, IPEndPoint?>? OnFull { get; init; }

    internal FrameRules FrameRules => new(MaxFrameBytes, AllowUnframed, OnlyEndBlockEnds);

    /// <exception cref="ArgumentException">A setting makes no sense; the message names it.</exception>
    internal void Validate()
    {
        Require(MaxConnections > 0, nameof(MaxConnections), "must be at least 1");
        Require(MaxFrameBytes is > 0 and <= 1024 * 1024 * 1024, nameof(MaxFrameBytes), "must be between 1 byte and 1 GiB");
        Require(FaultBytesKept >= 0, nameof(FaultBytesKept), "must not be negative");
        Require(MaxInFlight > 0, nameof(MaxInFlight), "must be at least 1");
        Require(MaxInFlightBytes > 0, nameof(MaxInFlightBytes), "must be at least 1");
        var needed = 2L * ReceiveBuffer.LargestFor(MaxFrameBytes);
        Require(MaxBufferedBytes >= needed, nameof(MaxBufferedBytes), $"must be at least {needed} for frames of {MaxFrameBytes} bytes");
        Require(MaxBytesBetweenFrames >= 0, nameof(MaxBytesBetweenFrames), "must not be negative");
        Require(CommitRetries >= 0, nameof(CommitRetries), "must not be negative");
        Require(HalfFrameTimeout > TimeSpan.Zero, nameof(HalfFrameTimeout), "must be positive");
    }

    private static void Require(bool holds, string setting, string problem)
    {
        if (!holds) throw new ArgumentException($"{setting} {problem}.", setting);
    }
}
