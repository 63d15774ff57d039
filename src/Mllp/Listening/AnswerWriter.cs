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

    private readonly Stream _stream;
    private readonly SessionContext _context;
    private readonly MllpConnection _connection;
    private readonly Budget _places;
    private readonly Budget _bytes;
    private readonly Channel<PendingAnswer> _queue;
    private readonly CommitExchange? _commits;
    private readonly Deadline _sendDeadline;
    private readonly List<PendingAnswer> _answered = [];
    private ArrayBufferWriter<byte> _output = new();
    private int _framesInOutput;

    public AnswerWriter(Stream stream, SessionContext context, MllpConnection connection)
    {
        _stream = stream;
        _context = context;
        _connection = connection;
        _places = new(context.Options.MaxInFlight);
        _bytes = new(context.Options.MaxInFlightBytes);
        // Never full: who adds has taken one of as many places before.
        _queue = Channel.CreateBounded<PendingAnswer>(new BoundedChannelOptions(context.Options.MaxInFlight) { SingleReader = true });
        _sendDeadline = new(context.Time, context.Abort);
        if (context.Options.Release2) _commits = new(context);
    }

    public bool IsBusy => _places.Used > 0;

    /// <summary>Waits until one more frame of this size may be in flight. Stopping to read is how a sender is slowed down.</summary>
    /// <returns>The bytes to hold, for <see cref="PendingAnswer"/>.</returns>
    public async ValueTask<long> TakePlaceAsync(int frameBytes, CancellationToken cancellationToken)
    {
        await _places.TakeAsync(1, cancellationToken).ConfigureAwait(false);
        try
        {
            return await _bytes.TakeAsync(frameBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _places.Return(1);
            throw;
        }
    }

    /// <summary>Puts a taken place in the order of answers; false when no more answers are given.</summary>
    public bool TryAdd(PendingAnswer pending)
    {
        if (_queue.Writer.TryWrite(pending)) return true;
        Release(pending);
        return false;
    }

    /// <summary>A commit block of the peer came; false when none is awaited.</summary>
    public bool TryCommit(bool isPositive) => _commits?.TryAccept(isPositive) == true;

    /// <summary>No more frames will be added; what was added is still answered.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>The peer will send nothing any more, thus no commit blocks either.</summary>
    public void PeerFinished()
    {
        Complete();
        _commits?.Close();
    }

    /// <summary>
    /// Runs until all that was added is answered, or until something has no answer; what was ready before that is still sent.
    /// </summary>
    /// <returns>False when the peer does not take its answers.</returns>
    public async Task<bool> RunAsync()
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(_context.Abort).ConfigureAwait(false))
            {
                while (_queue.Reader.TryRead(out var pending))
                {
                    _answered.Add(pending);
                    if (!await AnswerAsync(pending).ConfigureAwait(false))
                    {
                        await SendAsync().ConfigureAwait(false);
                        return true;
                    }

                    var isNextReady = _queue.Reader.TryPeek(out var next) && next.Answers.IsCompleted;
                    if (!isNextReady || _output.WrittenCount >= CoalesceBytes)
                    {
                        await SendAsync().ConfigureAwait(false);
                        ReleaseAnswered();
                    }
                }
            }

            return true;
        }
        catch (Exception e) when (
            e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or TimeoutException)
        {
            MllpMetrics.SendsFailed.Add(1, _context.Tags);
            if (e is TimeoutException) _context.Report(_connection, e);
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
        while (_queue.Reader.TryRead(out var pending))
        {
            await TryGetAnswersAsync(pending).ConfigureAwait(false);
            Release(pending);
        }
    }

    /// <summary>The answers, or null after reporting what the receiver threw.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>?> TryGetAnswersAsync(PendingAnswer pending)
    {
        try
        {
            return await pending.Answers.WaitAsync(_context.Abort).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_context.Abort.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            _context.Report(_connection, e);
            return null;
        }
    }

    public void Dispose() => _sendDeadline.Dispose();

    /// <returns>False when there is no answer, so that those after it must not be given either.</returns>
    private async Task<bool> AnswerAsync(PendingAnswer pending)
    {
        if (await TryGetAnswersAsync(pending).ConfigureAwait(false) is not { } answers)
        {
            if (_commits is null || pending.Fault is not null) return false;
            await SendBlockAsync(FrameWriter.NotCommitted).ConfigureAwait(false);
            return true;
        }

        if (_commits is not null) return await AnswerRelease2Async(pending, answers).ConfigureAwait(false);
        foreach (var answer in answers)
            if (!TryAppend(answer)) return false;
        return true;
    }

    private async Task<bool> AnswerRelease2Async(PendingAnswer pending, IReadOnlyList<ReadOnlyMemory<byte>> answers)
    {
        if (pending.Fault is not null)
        {
            // Only a whole content block is acknowledged; of those that are none, the peer can know only the one we refuse for its size.
            if (pending.Fault.Kind == MllpFaultKind.Oversize) await SendBlockAsync(FrameWriter.NotCommitted).ConfigureAwait(false);
            return true;
        }

        await SendBlockAsync(FrameWriter.Committed).ConfigureAwait(false);
        foreach (var answer in answers)
        {
            for (var attempt = 0; ; attempt++)
            {
                if (!TryAppend(answer)) return false;
                _commits!.Expect();
                await SendAsync().ConfigureAwait(false);
                if (await _commits.WaitAsync().ConfigureAwait(false)) break;
                if (attempt == _context.Options.CommitRetries) throw new TimeoutException("The peer did not commit an answer.");
            }
        }

        return true;
    }

    private bool TryAppend(ReadOnlyMemory<byte> answer)
    {
        try
        {
            FrameWriter.Write(answer.Span, _output);
            _framesInOutput++;
            return true;
        }
        catch (ArgumentException e)
        {
            _context.Report(_connection, e);
            return false;
        }
    }

    private Task SendBlockAsync(byte block) => TryAppend(new[] { block }) ? SendAsync() : Task.CompletedTask;

    private async Task SendAsync()
    {
        if (_output.WrittenCount == 0) return;
        var sending = _stream.WriteAsync(_output.WrittenMemory, _sendDeadline.Token);
        if (!sending.IsCompleted) _sendDeadline.Arm(_context.Options.SendTimeout);
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_sendDeadline.HasExpired)
        {
            throw new TimeoutException("The peer did not read its answers in time.");
        }

        _sendDeadline.Disarm();
        MllpMetrics.BytesSent.Add(_output.WrittenCount, _context.Tags);
        MllpMetrics.FramesSent.Add(_framesInOutput, _context.Tags);
        _framesInOutput = 0;
        if (_output.Capacity > 4 * CoalesceBytes) _output = new();
        else _output.ResetWrittenCount();
    }

    private void ReleaseAnswered()
    {
        _answered.ForEach(Release);
        _answered.Clear();
    }

    private void Release(PendingAnswer pending)
    {
        _bytes.Return(pending.HeldBytes);
        _context.Memory.Return(pending.HeldMemory);
        _places.Return(1);
    }
}
