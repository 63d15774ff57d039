using System.Diagnostics.Metrics;

namespace CloudPacs.Mllp;

/// <summary>The counters of this library, each with the tag <c>listener</c>; faults also with <c>kind</c>.</summary>
public static class MllpMetrics
{
    /// <summary>The name to subscribe to.</summary>
    public const string MeterName = "CloudPacs.Mllp";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly UpDownCounter<int> Open = Meter.CreateUpDownCounter<int>("cloudpacs.mllp.connections.open", "{connection}");
    internal static readonly Counter<long> Accepted = Meter.CreateCounter<long>("cloudpacs.mllp.connections.accepted", "{connection}");
    internal static readonly Counter<long> Refused =
        Meter.CreateCounter<long>("cloudpacs.mllp.connections.refused", "{connection}", "Closed at once: too many connections");
    internal static readonly Counter<long> Displaced = Meter.CreateCounter<long>(
        "cloudpacs.mllp.connections.displaced", "{connection}", "Idle ones closed for another address: too many connections");
    internal static readonly Counter<long> HandshakesFailed = Meter.CreateCounter<long>("cloudpacs.mllp.handshakes.failed", "{handshake}");
    internal static readonly Counter<long> FramesReceived = Meter.CreateCounter<long>("cloudpacs.mllp.frames.received", "{frame}");
    internal static readonly Counter<long> FramesWithoutCr = Meter.CreateCounter<long>("cloudpacs.mllp.frames.fs_without_cr", "{frame}");
    internal static readonly Counter<long> FramesSent = Meter.CreateCounter<long>("cloudpacs.mllp.frames.sent", "{frame}");
    internal static readonly Counter<long> BytesReceived = Meter.CreateCounter<long>(
        "cloudpacs.mllp.bytes.received", "By", "Bytes of whole frames");
    internal static readonly Counter<long> BytesSkipped = Meter.CreateCounter<long>(
        "cloudpacs.mllp.bytes.skipped", "By", "Bytes between frames");
    internal static readonly Counter<long> BytesSent = Meter.CreateCounter<long>("cloudpacs.mllp.bytes.sent", "By");
    internal static readonly Counter<long> StrayCommitBlocks = Meter.CreateCounter<long>(
        "cloudpacs.mllp.commit_blocks.unexpected", "{block}");
    internal static readonly Counter<long> SendsFailed =
        Meter.CreateCounter<long>("cloudpacs.mllp.sends.failed", "{send}", "Answers that the peer did not read or commit");
    internal static readonly Counter<long> Faults = Meter.CreateCounter<long>("cloudpacs.mllp.faults", "{fault}");
}
