using CloudPacs.Exchange;
using CloudPacs.Hl7v2;
using CloudPacs.Mllp;
using CloudPacs.Store;

namespace CloudPacs.Integration.Messages;

/// <summary>What a listener's frames go through: split into messages, each taken to its answer.</summary>
internal sealed class MllpReceiver(
    ListenerProfile listener, MessageDoor door, MessageReader reader, IdSource ids, ILogger<MllpReceiver> logger) : IMllpReceiver
{
    private static readonly Problem WrongEndBlock = new(
        199, Severity.Warning, null, "The frame did not end with FS CR (1C 0D): it was taken when nothing followed it.");

    private readonly LogPace _faults = new();
    private readonly LogPace _empty = new();

    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReceiveAsync(
        MllpConnection connection, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        ReceiveAsync(connection, new MllpFrame(payload, HasEndBlock: true), cancellationToken);

    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReceiveAsync(
        MllpConnection connection, MllpFrame frame, CancellationToken cancellationToken)
    {
        var payload = frame.Payload;
        var origin = MessageOrigin.Of(connection) with { Tolerated = frame.HasEndBlock ? [] : [WrongEndBlock] };
        if (IsEmpty(payload.Span))
        {
            if (_empty.Lets(reader.Now, out var leftOut)) Log.MllpFrameEmpty(logger, listener.Name, connection.Id, leftOut);
            return door.Refuse(reader.Read(payload, listener, origin));
        }

        if (!Batch.IsBatch(payload.Span)) return await door.AcceptAsync(payload, listener, origin, [], cancellationToken);

        var batch = Batch.Split(payload);
        var answers = new List<ReadOnlyMemory<byte>>(batch.Messages.Count);
        // As if they came in frames of their own: many at a time, and those of one patient in their order.
        foreach (var messages in batch.Messages.Chunk(listener.Settings.MaxInFlight))
        {
            var accepted = messages.Select(raw => door.AcceptAsync(raw, listener, origin, batch.Problems, cancellationToken));
            foreach (var answer in await Task.WhenAll(accepted))
            {
                if (!batch.HasHeader) answers.AddRange(answer);
                else answers.Add(answer.Count > 0 ? answer[^1] : default);
            }
        }

        return batch.HasHeader ? [batch.BuildAnswer(answers, ControlIds.Of(ids.Next()), reader.Now)] : answers;
    }

    public async ValueTask<ReadOnlyMemory<byte>?> FaultAsync(
        MllpConnection connection, MllpFault fault, CancellationToken cancellationToken)
    {
        if (_faults.Lets(reader.Now, out var leftOut))
            Log.MllpFault(logger, listener.Name, connection.Id, fault.TotalBytes, fault.Code, leftOut);
        // Of nothing there is nothing to keep. Noise between frames is counted, not kept; a message without its start block is.
        var isUnframed = fault.Kind == MllpFaultKind.NoStartBlock && fault.Kept.Span.IndexOf("MSH"u8) >= 0;
        if (fault.Kind is MllpFaultKind.NoStartBlock or MllpFaultKind.TooMuchBetweenFrames && !isUnframed) return null;
        if (IsEmpty(fault.Kept.Span) && fault.Kind != MllpFaultKind.Oversize) return null;
        var answers = await door.KeepAsync(reader.ReadFault(fault, listener, MessageOrigin.Of(connection)), cancellationToken);
        // Not one conditional expression: its null would become empty bytes, and those an empty frame.
        if (fault.Kind != MllpFaultKind.Oversize || answers.Count == 0) return null;
        return answers[^1];
    }

    /// <summary>Blanks and control characters alone are no content.</summary>
    private static bool IsEmpty(ReadOnlySpan<byte> content) => content.IndexOfAnyExceptInRange((byte)0, (byte)' ') < 0;
}
