using System.Diagnostics;
using System.Text;
using CloudPacs.Mllp;

namespace CloudPacs.Benchmarks;

/// <summary>A hospital information system that accepts every status and says when it came.</summary>
internal sealed class HisReceiver : IMllpReceiver
{
    private TaskCompletionSource<long> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When the next message comes, as <see cref="Stopwatch.GetTimestamp"/> has it.</summary>
    public Task<long> NextAsync()
    {
        _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _next.Task;
    }

    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReceiveAsync(
        MllpConnection connection, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        _next.TrySetResult(Stopwatch.GetTimestamp());
        var text = Encoding.UTF8.GetString(payload.Span);
        var id = text[..text.IndexOf('\r', StringComparison.Ordinal)].Split('|')[9];
        return ValueTask.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>([Encoding.UTF8.GetBytes($"MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20260310||ACK|{id}|P|2.3.1\rMSA|AA|{id}\r")]);
    }

    public ValueTask<ReadOnlyMemory<byte>?> FaultAsync(MllpConnection connection, MllpFault fault, CancellationToken cancellationToken) => ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);
}
