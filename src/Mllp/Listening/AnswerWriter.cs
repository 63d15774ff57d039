using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;
using CloudPacs.Mllp.Framing;

namespace CloudPacs.Mllp.Listening;

/// <summary>
/// The loop that answers one connection, in the order of its requests. Answers that are ready leave together in one send; a
/// frame is never spread over two. It also holds the places that bound what is in flight.
/// </summary>
internal sealed class AnswerWriter : IDisposable
{
    private const int CoalesceBytes = 64 * 1024;

    private readonly Stream stream;
    private readonly SessionContext context;
    private readonly MllpConnection connection;
    private readonly Budget places;
    private readonly Budget bytes;
    private readonly Channel<PendingAnswer> queue;
    private readonly CommitExchange? commits;
    private readonly Deadline sendDeadline;
    private readonly List<PendingAnswer> answered = [];
    private ArrayBufferWriter<byte> output = new();
    private int framesInOutput;

    public AnswerWriter(Stream stream, SessionContext context, MllpConnection connection)
    {
        this.stream = stream;
        this.context = context;
        this.connection = connection;
        places = new(context.Options.MaxInFlight);
        bytes = new(context.Options.MaxInFlightBytes);
        // Never full: who adds has taken one of as many places before.
        queue = Channel.CreateBounded<PendingAnswer>(new BoundedChannelOptions(context.Options.MaxInFlight) { SingleReader = true });
        sendDeadline = new(context.Time, context.Abort);
        if (context.Options.Release2) commits = new(context);
    }

    public bool IsBusy => places.Used > 0;

    /// <summary>Waits until one more frame of this size may be in flight. Stopping to read is how a sender is slowed down.</summary>
    /// <returns>The bytes to hold, for <see cref="PendingAnswer"/>.</returns>
    public async ValueTask<long> TakePlaceAsync(int frameBytes, CancellationToken cancellationToken)
    {
        await places.TakeAsync(1, cancellationToken);
        try
        {
            return await bytes.TakeAsync(frameBytes, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            places.Return(1);
            throw;
        }
    }

    /// <summary>Puts a taken place in the order of answers; false when no more answers are given.</summary>
    public bool TryAdd(PendingAnswer pending)
    {
        if (queue.Writer.TryWrite(pending)) return true;
        Release(pending);
        return false;
    }

    /// <summary>A commit block of the peer came; false when none is awaited.</summary>
    public bool TryCommit(bool isPositive) => commits?.TryAccept(isPositive) == true;

    /// <summary>No more frames will be added; what was added is still answered.</summary>
    public void Complete() => queue.Writer.TryComplete();

    /// <summary>The peer will send nothing any more, thus no commit blocks either.</summary>
    public void PeerFinished()
    {
        Complete();
        commits?.Close();
    }

    /// <summary>Runs until all that was added is answered, or until something has no answer; what was ready before that is still sent.</summary>
    /// <returns>False when the peer does not take its answers.</returns>
    public async Task<bool> RunAsync()
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(context.Abort))
            {
                while (queue.Reader.TryRead(out var pending))
                {
                    answered.Add(pending);
                    if (!await AnswerAsync(pending))
                    {
                        await SendAsync();
                        return true;
                    }

                    var isNextReady = queue.Reader.TryPeek(out var next) && next.Answers.IsCompleted;
                    if (!isNextReady || output.WrittenCount >= CoalesceBytes)
                    {
                        await SendAsync();
                        ReleaseAnswered();
                    }
                }
            }

            return true;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or TimeoutException)
        {
            MllpMetrics.SendsFailed.Add(1, context.Tags);
            if (e is TimeoutException) context.Report(connection, e);
            return false;
        }
        finally
        {
            Complete();
        }
    }

    /// <summary>After the loop: waits for what the receiver still works on, so that nothing outlives the session unseen.</summary>
    public async Task FinishAsync()
    {
        ReleaseAnswered();
        while (queue.Reader.TryRead(out var pending))
        {
            await TryGetAnswersAsync(pending);
            Release(pending);
        }
    }

    /// <summary>The answers, or null after reporting what the receiver threw.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>?> TryGetAnswersAsync(PendingAnswer pending)
    {
        try
        {
            return await pending.Answers.WaitAsync(context.Abort);
        }
        catch (OperationCanceledException) when (context.Abort.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            context.Report(connection, e);
            return null;
        }
    }

    public void Dispose() => sendDeadline.Dispose();

    /// <returns>False when there is no answer, so that those after it must not be given either.</returns>
    private async Task<bool> AnswerAsync(PendingAnswer pending)
    {
        if (await TryGetAnswersAsync(pending) is not { } answers)
        {
            if (commits is null || pending.Fault is not null) return false;
            await SendBlockAsync(FrameWriter.NotCommitted);
            return true;
        }

        if (commits is not null) return await AnswerRelease2Async(pending, answers);
        foreach (var answer in answers)
            if (!TryAppend(answer)) return false;
        return true;
    }

    private async Task<bool> AnswerRelease2Async(PendingAnswer pending, IReadOnlyList<ReadOnlyMemory<byte>> answers)
    {
        if (pending.Fault is not null)
        {
            // Only a whole content block is acknowledged; of those that are none, the peer can know only the one we refuse for its size.
            if (pending.Fault.Kind == MllpFaultKind.Oversize) await SendBlockAsync(FrameWriter.NotCommitted);
            return true;
        }

        await SendBlockAsync(FrameWriter.Committed);
        foreach (var answer in answers)
        {
            for (var attempt = 0; ; attempt++)
            {
                if (!TryAppend(answer)) return false;
                commits!.Expect();
                await SendAsync();
                if (await commits.WaitAsync()) break;
                if (attempt == context.Options.CommitRetries) throw new TimeoutException("The peer did not commit an answer.");
            }
        }

        return true;
    }

    private bool TryAppend(ReadOnlyMemory<byte> answer)
    {
        try
        {
            FrameWriter.Write(answer.Span, output);
            framesInOutput++;
            return true;
        }
        catch (ArgumentException e)
        {
            context.Report(connection, e);
            return false;
        }
    }

    private Task SendBlockAsync(byte block) => TryAppend(new[] { block }) ? SendAsync() : Task.CompletedTask;

    private async Task SendAsync()
    {
        if (output.WrittenCount == 0) return;
        var sending = stream.WriteAsync(output.WrittenMemory, sendDeadline.Token);
        if (!sending.IsCompleted) sendDeadline.Arm(context.Options.SendTimeout);
        try
        {
            await sending;
        }
        catch (OperationCanceledException) when (sendDeadline.HasExpired)
        {
            throw new TimeoutException("The peer did not read its answers in time.");
        }

        sendDeadline.Disarm();
        MllpMetrics.BytesSent.Add(output.WrittenCount, context.Tags);
        MllpMetrics.FramesSent.Add(framesInOutput, context.Tags);
        framesInOutput = 0;
        if (output.Capacity > 4 * CoalesceBytes) output = new();
        else output.ResetWrittenCount();
    }

    private void ReleaseAnswered()
    {
        answered.ForEach(Release);
        answered.Clear();
    }

    private void Release(PendingAnswer pending)
    {
        bytes.Return(pending.HeldBytes);
        context.Memory.Return(pending.HeldMemory);
        places.Return(1);
    }
}
