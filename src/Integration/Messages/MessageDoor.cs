using CloudPacs.Hl7v2;
using CloudPacs.Integration.Changes;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Workspaces;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Messages;

/// <summary>
/// Takes a message to its answers: read, map, apply, answer. An answer leaves only when its message is durable and applied, or refused
/// and journaled, or when the database is away and the answer says so.
/// </summary>
internal sealed class MessageDoor(
    MessageReader reader, INumberSource numbers, MessageAnswers answers, EntryVisibility visibility, ChangePipeline changes,
    Continuations continuations, ILogger<MessageDoor> logger)
{
    /// <param name="raw">The message, without its frame.</param>
    /// <param name="listener">The listener that it came in by.</param>
    /// <param name="origin">The peer that sent it.</param>
    /// <param name="batchProblems">What is wrong with the batch that the message is a part of.</param>
    /// <param name="cancellationToken">Ends only the wait for a place in the queue.</param>
    /// <returns>Payloads to send back, in order.</returns>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> AcceptAsync(
        ReadOnlyMemory<byte> raw, ListenerProfile listener, MessageOrigin origin, IReadOnlyList<Problem> batchProblems,
        CancellationToken cancellationToken)
    {
        InboundMessage message;
        try
        {
            message = (await ReadAsync(() => reader.Read(raw, listener, origin), cancellationToken)).InBatch(batchProblems);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A fault of the engine, or no number to be had while the database is away.
            message = reader.ReadUnmapped(raw, listener, origin);
            Log.MessageFailed(logger, e, message.Id);
            return Transient.Is(e) ? answers.Unavailable(message) : await ParkAsync(message, cancellationToken);
        }

        if (message.Message is { } parsed && MessageGate.IsAnswerToOurs(parsed)) return [];
        if (message.Mapped is null || MessagePart.Of(message.Message!) is not { } part) return await KeepAsync(message, cancellationToken);

        var kept = Change(message.AsPart(part));
        var answer = await ApplyAsync(kept, cancellationToken);
        var isKept = kept.Result?.Journal.Status is MessageStatus.Part or MessageStatus.Duplicate;
        return isKept && part.IsLast ? await AcceptWholeAsync(kept.Message, cancellationToken) : answer;
    }

    /// <summary>What nothing is answered with: there is nothing to keep.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Refuse(InboundMessage message) => answers.Finish(
        message, MessageStatus.Rejected, [.. message.Refusals, .. message.Warnings]).Answers;

    /// <summary>Takes a message that was read to its answers.</summary>
    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> KeepAsync(InboundMessage message, CancellationToken cancellationToken) =>
        ApplyAsync(Change(message), cancellationToken);

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
            return answers.Unavailable(last);
        }

        var message = await ReadAsync(() => reader.ReadWhole(whole ?? last.Raw, last), cancellationToken);
        return await KeepAsync(whole is null ? message.WithoutEarlierParts() : message, cancellationToken);
    }

    /// <summary>A map that asks for a number when none is in hand begins again after a refill, each of which brings more.</summary>
    private async Task<InboundMessage> ReadAsync(Func<InboundMessage> read, CancellationToken cancellationToken)
    {
        while (true)
        {
            await numbers.RefillAsync(cancellationToken);
            try
            {
                return read();
            }
            catch (NumbersExhaustedException)
            {
                // The sequence is new, or others have taken the rest.
            }
        }
    }

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ApplyAsync(MessageChange change, CancellationToken cancellationToken)
    {
        var message = change.Message;
        var outcome = await changes.ApplyAsync(change, cancellationToken);
        switch (outcome.Status)
        {
            case CommitStatus.Committed:
                LogRefusal(message, change.Result!);
                return change.Result!.Answers;
            case CommitStatus.Failed:
                Log.MessageFailed(logger, outcome.Error!, message.Id);
                return await ParkAsync(message, cancellationToken);
            default:
                Log.DatabaseUnavailable(logger, message.Id);
                return answers.Unavailable(message);
        }
    }

    /// <summary>A fault of the engine: the message is kept for replay and its sender told (AR 207).</summary>
    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ParkAsync(InboundMessage message, CancellationToken cancellationToken)
    {
        var keys = new WorkspaceKeys();
        keys.Sequences.UnionWith(message.Keys.Sequences);
        var parked = Change(message with { Refusals = [MessageAnswers.InternalError], IsParked = true, Keys = keys });
        var outcome = await changes.ApplyAsync(parked, cancellationToken);
        return outcome.Status == CommitStatus.Committed ? parked.Result!.Answers : answers.Unavailable(message);
    }

    private MessageChange Change(InboundMessage message) => new(message, answers, visibility);

    private void LogRefusal(InboundMessage message, AppliedResult result)
    {
        if (result.Outcome == MessageOutcome.Applied || result.FirstError is not { } error) return;
        Log.MessageRefused(
            logger, message.Id, message.Sender?.Name ?? message.Listener.Name, error.Code, error.Location?.ToString() ?? "message");
    }
}
