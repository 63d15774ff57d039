using System.Text;
using System.Threading.Channels;
using CloudPacs.Mllp;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>Keeps what it gets and answers each message with <c>MSA|</c> and its first 32 bytes.</summary>
public sealed class RecordingReceiver : IMllpReceiver
{
    private readonly Channel<(MllpConnection Connection, string Payload)> received = Channel.CreateUnbounded<(MllpConnection, string)>();
    private readonly Channel<MllpFault> faults = Channel.CreateUnbounded<MllpFault>();

    public Func<string, CancellationToken, Task>? BeforeAnswer { get; init; }

    public Func<string, IReadOnlyList<string>>? Answers { get; init; }

    public string? FaultAnswer { get; init; }

    public Action? OnFault { get; init; }

    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReceiveAsync(
        MllpConnection connection, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetString(payload.Span);
        received.Writer.TryWrite((connection, text));
        if (BeforeAnswer is not null) await BeforeAnswer(text, cancellationToken);
        var answers = Answers?.Invoke(text) ?? ["MSA|" + text[..Math.Min(text.Length, 32)]];
        return [.. answers.Select(answer => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(answer))];
    }

    public ValueTask<ReadOnlyMemory<byte>?> FaultAsync(MllpConnection connection, MllpFault fault, CancellationToken cancellationToken)
    {
        faults.Writer.TryWrite(fault);
        OnFault?.Invoke();
        return new(FaultAnswer is null ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(FaultAnswer));
    }

    public async Task<string> NextAsync() => (await received.Reader.ReadAsync(Patience.Token)).Payload;

    public async Task<MllpConnection> NextConnectionAsync() => (await received.Reader.ReadAsync(Patience.Token)).Connection;

    public async Task<MllpFault> NextFaultAsync() => await faults.Reader.ReadAsync(Patience.Token);

    public bool HasMore => received.Reader.TryPeek(out _);

    public bool HasFault => faults.Reader.TryPeek(out _);
}
