using System.Text;
using System.Threading.Channels;
using CloudPacs.Hl7v2;
using CloudPacs.Mllp;

namespace CloudPacs.CommandLine.Demonstration;

/// <summary>The small hospital information system's own listener: it accepts every status and shows the order of it.</summary>
internal sealed class StatusListener(TimeProvider clock) : IMllpReceiver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Channel<string> _orders = Channel.CreateUnbounded<string>();
    private int _answers;

    /// <summary>The ORC segment of the next status.</summary>
    /// <exception cref="TimeoutException">None came.</exception>
    public async Task<string> NextAsync(CancellationToken cancellationToken) =>
        await _orders.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(Patience, clock, cancellationToken);

    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReceiveAsync(
        MllpConnection connection, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var message = new Message();
        if (!message.TryLoad(payload, ParseOptions.Default, out var problem)) throw new InvalidDataException(problem.Text);
        _orders.Writer.TryWrite(Encoding.UTF8.GetString(message.Segment("ORC").Raw));
        var options = new AcknowledgmentOptions($"HIS{Interlocked.Increment(ref _answers)}", clock.GetLocalNow());
        return ValueTask.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>(
            [Acknowledgment.Build(message, AcknowledgmentCode.AA, [], options)]);
    }

    public ValueTask<ReadOnlyMemory<byte>?> FaultAsync(MllpConnection connection, MllpFault fault, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);
}
