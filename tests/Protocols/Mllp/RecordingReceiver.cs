using System.Text;
using System.Threading.Channels;
using CloudPacs.Mllp;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>Keeps what it gets and answers each message with <c>MSA|</c> and its first 32 bytes.</summary>
public sealed class RecordingReceiver : IMllpReceiver
{
    private readonly Channel<(MllpConnection Connection, string Payload)> _received = Channel.CreateUnbounded<(MllpConnection, string)>();
    private readonly Channel<MllpFault> _faults = Channel.CreateUnbounded<MllpFault>();

    public Func<string, CancellationToken, Task>? BeforeAnswer { get; init; }

    public Func<string, IReadOnlyList<string>>? Answers { get; init; }

    public string? FaultAnswer { get; init; }

    public Action? OnFault { get; init; }

    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReceiveAsync(
        MllpConnection connection, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetString(payload.Span);
        _received.Writer.TryWrite((connection, text));
        if (BeforeAnswer is not null) await BeforeAnswer(text, cancellationToken);
        var answers = Answers?.Invoke(text) ?? ["MSA|" + text[..Math.Min(text.Length, 32)]];
        return [.. answers.Select(answer => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(answer))];
    }

    public ValueTask<ReadOnlyMemory<byte>?> FaultAsync(MllpConnection connection, MllpFault fault, CancellationToken cancellationToken)
    {
        _faults.Writer.TryWrite(fault);
        OnFault?.Invoke();
        return new(FaultAnswer is null ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(FaultAnswer));
    }

    public async Task<string> NextAsync() => (await _received.Reader.ReadAsync(Patience.Token)).Payload;

    public async Task<MllpConnection> NextConnectionAsync() => (await _received.Reader.ReadAsync(Patience.Token)).Connection;

    public async Task<MllpFault> NextFaultAsync() => await _faults.Reader.ReadAsync(Patience.Token);

    public bool HasMore => _received.Reader.TryPeek(out _);

    public bool HasFault => _faults.Reader.TryPeek(out _);
}
