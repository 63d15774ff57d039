using System.Diagnostics;
using CloudPacs.Mllp.Framing;

namespace CloudPacs.Mllp.Listening;

/// <summary>What the sessions of a listener share.</summary>
/// <param name="Memory">For unfinished and unanswered frames of all connections.</param>
/// <param name="Draining">Cancelled when no new frame shall be taken.</param>
/// <param name="Abort">Cancelled when the time to drain is over.</param>
internal sealed record SessionContext(
    MllpListenerOptions Options,
    IMllpReceiver Receiver,
    TimeProvider Time,
    SharedMemory Memory,
    CancellationToken Draining,
    CancellationToken Abort)
{
    public TagList Tags { get; } = new() { { "listener", Options.Name } };

    public void Report(MllpConnection? connection, Exception exception) => Options.OnError?.Invoke(connection, exception);
}
