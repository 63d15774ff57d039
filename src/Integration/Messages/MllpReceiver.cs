using CloudPacs.Hl7v2;
using CloudPacs.Mllp;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Messages;

/// <summary>
/// What a listener's frames go through: split, read, map, commit, answer. An answer leaves only when its message is durable and applied,
/// or refused and journaled, or when the database is away and the answer says so.
/// </summary>
internal sealed class MllpReceiver(
    ListenerProfile listener, MessageReader reader, MessageApplier applier, GroupCommit<PendingMessage> commit, Continuations continuations, IdSource ids, ILogger<MllpReceiver> logger)
    : IMllpReceiver
{
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReceiveAsync(MllpConnection connection, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var origin = MessageOrigin.Of(connection);
        if (!Batch.IsBatch(payload.Span)) return await AcceptAsync(payload, origin, cancellationToken);

        var batch = Batch.Split(payload);
        var answers = new List<ReadOnlyMemory<byte>>(batch.Messages.Count);
        // As if they came in frames of their own: many at a time, and those of one patient in their order.
        foreach (var messages in batch.Messages.Chunk(listener.Settings.MaxInFlight))
        {
            foreach (var answer in await Task.WhenAll(messages.Select(raw => AcceptAsync(raw, origin, batch.Problems, cancellationToken))))
            {
                if (!batch.HasHeader) answers.AddRange(answer);
                else answers.Add(answer.Count > 0 ? answer[^1] : default);
            }
        }

        return batch.HasHeader ? [batch.BuildAnswer(answers, ControlIds.Of(ids.Next()), reader.Now)] : answers;
    }

    public async ValueTask<ReadOnlyMemory<byte>?> FaultAsync(MllpConnection connection, MllpFault fault, CancellationToken cancellationToken)
    {
        Log.MllpFault(logger, listener.Name, connection.Id, fault.TotalBytes, fault.Code);
        // Noise between frames is counted, not kept.
        if (fault.Kind is MllpFaultKind.NoStartBlock or MllpFaultKind.TooMuchBetweenFrames) return null;
        var kept = reader.ReadFault(fault, listener, MessageOrigin.Of(connection));
        var answers = await CommitAsync(new PendingMessage(kept), cancellationToken);
        // Not one conditional expression: its null would become empty bytes, and those an empty frame.
        if (fault.Kind != MllpFaultKind.Oversize || answers.Count == 0) return null;
        return answers[^1];
    }

    /// <summary>Takes one message to its answers. Also used for replay.</summary>
    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> AcceptAsync(ReadOnlyMemory<byte> raw, MessageOrigin origin, CancellationToken cancellationToken) =>
        AcceptAsync(raw, origin, [], cancellationToken);

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> AcceptAsync(
        ReadOnlyMemory<byte> raw, MessageOrigin origin, IReadOnlyList<Problem> batchProblems, CancellationToken cancellationToken)
    {
        InboundMessage message;
        try
        {
            message = reader.Read(raw, listener, origin).InBatch(batchProblems);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A fault of the engine, or no number to be had while the database is away.
            message = reader.ReadUnmapped(raw, listener, origin);
            Log.MessageFailed(logger, e, message.Id);
            return Transient.Is(e) ? applier.Unavailable(message) : await ParkAsync(message, cancellationToken);
        }

        if (message.Message is { } parsed && MessageGate.IsAnswerToOurs(parsed)) return [];
        if (message.Mapped is null || MessagePart.Of(message.Message!) is not { } part) return await CommitAsync(new PendingMessage(message), cancellationToken);

        var kept = new PendingMessage(message.AsPart(part));
        var answers = await CommitAsync(kept, cancellationToken);
        var isKept = kept.Result?.Journal.Status is MessageStatus.Part or MessageStatus.Duplicate;
        return isKept && part.IsLast ? await AcceptWholeAsync(kept.Message, cancellationToken) : answers;
    }

    /// <summary>The last part is kept and with it all that were sent before: the whole is answered in its place.</summary>
    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> AcceptWholeAsync(InboundMessage last, CancellationToken cancellationToken)
    {
        byte[]? whole;
        try
        {
            whole = await continuations.JoinAsync(last, cancellationToken);
        }
        catch (Exception e) when (Transient.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            Log.DatabaseUnavailable(logger, last.Id);
            return applier.Unavailable(last);
        }

        var message = whole is null ? reader.ReadWhole(last.Raw, last).WithoutEarlierParts() : reader.ReadWhole(whole, last);
        return await CommitAsync(new PendingMessage(message), cancellationToken);
    }

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> CommitAsync(PendingMessage pending, CancellationToken cancellationToken)
    {
        var message = pending.Message;
        var outcome = await commit.CommitAsync(pending, StableHash.Of(message.Lane), cancellationToken);
        switch (outcome.Status)
        {
            case CommitStatus.Committed:
                LogRefusal(message, pending.Result!);
                return pending.Result!.Answers;
            case CommitStatus.Failed:
                Log.MessageFailed(logger, outcome.Error!, message.Id);
                return await ParkAsync(message, cancellationToken);
            default:
                Log.DatabaseUnavailable(logger, message.Id);
                return applier.Unavailable(message);
        }
    }

    /// <summary>A fault of the engine: the message is kept for replay and its sender told (AR 207).</summary>
    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ParkAsync(InboundMessage message, CancellationToken cancellationToken)
    {
        var keys = new WorkspaceKeys();
        keys.Sequences.UnionWith(message.Keys.Sequences);
        var parked = new PendingMessage(message with { Refusals = [MessageApplier.InternalError], IsParked = true, Keys = keys });
        var outcome = await commit.CommitAsync(parked, StableHash.Of(message.Lane), cancellationToken);
        return outcome.Status == CommitStatus.Committed ? parked.Result!.Answers : applier.Unavailable(message);
    }

    private void LogRefusal(InboundMessage message, AppliedResult result)
    {
        if (result.Outcome == MessageOutcome.Applied || result.FirstError is not { } error) return;
        Log.MessageRefused(logger, message.Id, message.Sender?.Name ?? listener.Name, error.Code, error.Location?.ToString() ?? "message");
    }
}
