using CloudPacs.Mllp.Framing;

namespace CloudPacs.Mllp.Listening;

/// <summary>The loop that reads one connection and gives its frames and faults to the receiver. It knows nothing of content.</summary>
internal sealed class FrameReceiver(FrameSource source, AnswerWriter answers, SessionContext context, MllpConnection connection)
{
    private static readonly IReadOnlyList<ReadOnlyMemory<byte>> NoAnswer = [];

    private long _bytesBetweenFrames;

    /// <summary>Runs until the peer has finished, a fault ends it, or the token does.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await ReadToEndAsync(cancellationToken).ConfigureAwait(false)) answers.PeerFinished();
            else answers.Complete();
            await source.DiscardAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Our side ended the connection. What was half received would be lost unnoticed if it were not recorded.
            if (source.IsInFrame && !context.Draining.IsCancellationRequested)
                await RecordAsync(Unfinished(MllpFaultKind.ResetInFrame)).ConfigureAwait(false);
        }
        finally
        {
            answers.PeerFinished();
        }
    }

    /// <returns>True when the peer has finished, false when we have had enough.</returns>
    private async Task<bool> ReadToEndAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var step = await source.NextAsync(cancellationToken).ConfigureAwait(false);
            switch (step.Status)
            {
                case FrameStatus.Frame or FrameStatus.FrameWithoutCr:
                    if (!await ReceiveAsync(step, cancellationToken).ConfigureAwait(false)) return false;
                    break;
                case FrameStatus.Skipped:
                    if (!await SkipAsync(step.Consumed, cancellationToken).ConfigureAwait(false)) return false;
                    break;
                case FrameStatus.NoStartBlock:
                    var head = source.Payload(step).ToArray();
                    await ReportAsync(new(MllpFaultKind.NoStartBlock, head, step.Consumed, 0), cancellationToken).ConfigureAwait(false);
                    if (IsTlsHandshake(head) || !await SkipAsync(step.Consumed, cancellationToken).ConfigureAwait(false)) return false;
                    break;
                case FrameStatus.Truncated:
                    _bytesBetweenFrames = 0;
                    await ReportAsync(Fault(MllpFaultKind.TruncatedFrame, source.Payload(step), 0), cancellationToken).ConfigureAwait(
                        false);
                    break;
                case FrameStatus.TooLarge:
                    var tooLarge = Fault(MllpFaultKind.Oversize, source.Payload(step), context.Options.MaxFrameBytes);
                    await ReportAsync(tooLarge with { TotalBytes = step.Consumed }, cancellationToken).ConfigureAwait(false);
                    return false;
                default:
                    return await EndAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<bool> ReceiveAsync(FrameResult step, CancellationToken cancellationToken)
    {
        _bytesBetweenFrames = 0;
        source.IsUnproven = false;
        CountFrame(step);
        if (FrameWriter.IsCommitBlock(source.Payload(step)))
        {
            if (!answers.TryCommit(source.Payload(step)[0] == FrameWriter.Committed)) MllpMetrics.StrayCommitBlocks.Add(1, context.Tags);
            return true;
        }

        var length = source.Payload(step).Length;
        var heldBytes = await answers.TakePlaceAsync(length, cancellationToken).ConfigureAwait(false);
        if (!await context.Memory.TryTakeAsync(length, cancellationToken).ConfigureAwait(false))
        {
            await AddAsync(
                Fault(MllpFaultKind.Overloaded, source.Payload(step), context.Options.MaxBufferedBytes), heldBytes).ConfigureAwait(false);
            return false;
        }

        var frame = new MllpFrame(source.TakePayload(step), step.Status == FrameStatus.Frame);
        var pending = new PendingAnswer(null, heldBytes, length);
        // While draining the frame is dropped before the receiver saw it: without an answer its sender keeps it.
        if (answers.TryAdd(pending)) pending.Start(() => context.Receiver.ReceiveAsync(connection, frame, context.Abort));
        return true;
    }

    private async ValueTask<bool> SkipAsync(int bytes, CancellationToken cancellationToken)
    {
        MllpMetrics.BytesSkipped.Add(bytes, context.Tags);
        _bytesBetweenFrames += bytes;
        var limit = context.Options.MaxBytesBetweenFrames;
        if (_bytesBetweenFrames <= limit) return true;
        await ReportAsync(new(MllpFaultKind.TooMuchBetweenFrames, default, _bytesBetweenFrames, limit), cancellationToken).ConfigureAwait(
            false);
        return false;
    }

    private async ValueTask<bool> EndAsync(CancellationToken cancellationToken)
    {
        var kind = source.End switch
        {
            StreamEnd.Silent => MllpFaultKind.HalfFrameTimeout,
            StreamEnd.Overloaded => MllpFaultKind.Overloaded,
            StreamEnd.Reset => MllpFaultKind.ResetInFrame,
            _ => MllpFaultKind.ClosedInFrame,
        };
        if (source.IsInFrame) await ReportAsync(Unfinished(kind), cancellationToken).ConfigureAwait(false);
        return source.End is StreamEnd.Closed or StreamEnd.Reset;
    }

    private MllpFault Unfinished(MllpFaultKind kind)
    {
        var unread = source.Unread;
        var content = unread is [FrameReader.StartBlock, ..] ? unread[1..] : unread;
        return Fault(kind, content, kind == MllpFaultKind.Overloaded ? context.Options.MaxBufferedBytes : 0);
    }

    private MllpFault Fault(MllpFaultKind kind, ReadOnlySpan<byte> content, long limit) =>
        new(kind, content[..Math.Min(content.Length, context.Options.FaultBytesKept)].ToArray(), content.Length, limit);

    private async ValueTask ReportAsync(MllpFault fault, CancellationToken cancellationToken) =>
        await AddAsync(fault, await answers.TakePlaceAsync(fault.Kept.Length, cancellationToken).ConfigureAwait(false)).ConfigureAwait(
            false);

    private async ValueTask AddAsync(MllpFault fault, long heldBytes)
    {
        var pending = new PendingAnswer(fault, heldBytes, 0);
        if (answers.TryAdd(pending)) pending.Start(() => ReportAsync(fault));
        else await RecordAsync(fault).ConfigureAwait(false);
    }

    /// <summary>Nothing is answered any more, yet what came is still put on record.</summary>
    private async ValueTask RecordAsync(MllpFault fault)
    {
        var pending = new PendingAnswer(fault, 0, 0);
        pending.Start(() => ReportAsync(fault));
        await answers.TryGetAnswersAsync(pending).ConfigureAwait(false);
    }

    private async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReportAsync(MllpFault fault)
    {
        MllpMetrics.Faults.Add(1, new("listener", context.Options.Name), new("kind", fault.Code));
        var answer = await context.Receiver.FaultAsync(connection, fault, context.Abort).ConfigureAwait(false);
        return answer is { } content && fault.CanAnswer ? [content] : NoAnswer;
    }

    private void CountFrame(in FrameResult step)
    {
        MllpMetrics.FramesReceived.Add(1, context.Tags);
        MllpMetrics.BytesReceived.Add(step.Consumed, context.Tags);
        if (step.Status == FrameStatus.FrameWithoutCr) MllpMetrics.FramesWithoutCr.Add(1, context.Tags);
    }

    // A TLS client on a plain port waits for our half of the handshake; closing ends that at once (RFC 8446 5.1: 22 = handshake, version
    // 3.x).
    private bool IsTlsHandshake(ReadOnlySpan<byte> head) => source.IsUnproven && head is [0x16, 0x03, ..];
}
