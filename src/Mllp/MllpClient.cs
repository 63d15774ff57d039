using System.Net.Sockets;
using System.Security.Authentication;
using CloudPacs.Mllp.Framing;
using CloudPacs.Mllp.Sending;

namespace CloudPacs.Mllp;

/// <summary>
/// Sends messages to one destination, one at a time and in the order of the calls, at least once each. A message that fails is
/// tried again while the later ones wait. For parallel sending, where order does not matter, use several clients.
/// </summary>
public sealed class MllpClient : IAsyncDisposable
{
    private readonly MllpClientOptions options;
    private readonly TimeProvider time;
    private readonly Backoff backoff;
    private readonly Budget turn = new(1);
    private readonly CancellationTokenSource closing = new();
    private ClientConnection? connection;

    /// <param name="random">For the spread of the pauses between attempts.</param>
    public MllpClient(MllpClientOptions options, TimeProvider time, Random random)
    {
        if (options.MaxAttempts < 1) throw new ArgumentException("MaxAttempts must be at least 1.", nameof(options));
        if (options.CommitRetries < 0) throw new ArgumentException("CommitRetries must not be negative.", nameof(options));
        this.options = options;
        this.time = time;
        backoff = new(options.FirstBackoff, options.LongestBackoff, time, random);
    }

    /// <inheritdoc cref="MllpClient(MllpClientOptions, TimeProvider, Random)"/>
    public MllpClient(MllpClientOptions options, TimeProvider time) : this(options, time, new Random())
    {
    }

    /// <summary>Sends one message and waits for its answer. That the peer cannot be reached or does not answer is a value, not an exception.</summary>
    /// <param name="isAnswer">
    /// Tells the answer (MSA-2 equals the message's MSH-10) from other content, which is reported and waited past. Null when no answer is
    /// due (enhanced mode with NE): the message counts as sent when it is written, with release 2 when it is committed.
    /// </param>
    /// <exception cref="ArgumentException">The payload holds an end block or is a commit block, so it cannot be sent.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the client is disposed; the message may have been received.</exception>
    public async Task<MllpAnswer> SendAsync(ReadOnlyMemory<byte> payload, Func<ReadOnlyMemory<byte>, bool>? isAnswer, CancellationToken cancellationToken)
    {
        if (FrameWriter.IsCommitBlock(payload.Span)) throw new ArgumentException("A commit block is not a message.", nameof(payload));
        ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, this);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closing.Token);
        await turn.TakeAsync(1, ending.Token);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                await backoff.WaitAsync(ending.Token);
                if (connection?.IsFresh(options.Release2) == false) await CloseAsync();
                var wasOpen = connection is not null;
                var answer = await AttemptAsync(payload, isAnswer, attempt, ending.Token);
                // Most likely the peer had closed an idle connection, which says nothing about the next one.
                if (wasOpen && answer.Status == MllpAnswerStatus.ConnectionLost)
                    answer = await AttemptAsync(payload, isAnswer, attempt, ending.Token);
                if (answer.IsAnswered) backoff.Succeeded();
                else backoff.Failed();
                if (answer.IsAnswered || attempt == options.MaxAttempts) return answer;
            }
        }
        finally
        {
            turn.Return(1);
        }
    }

    /// <summary>Cancels the sends that are not done and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await turn.TakeAsync(1, CancellationToken.None);
        await CloseAsync();
        turn.Return(1);
    }

    private async Task<MllpAnswer> AttemptAsync(
        ReadOnlyMemory<byte> payload, Func<ReadOnlyMemory<byte>, bool>? isAnswer, int attempt, CancellationToken cancellationToken)
    {
        if (connection is null && await TryConnectAsync(cancellationToken) is { } problem)
            return new(MllpAnswerStatus.NotConnected, default, attempt, problem);

        var isSettled = false;
        using var deadline = new Deadline(time, cancellationToken);
        try
        {
            deadline.Arm(options.AnswerTimeout);
            if (options.Release2)
            {
                if (!await SendUntilCommittedAsync(payload, deadline))
                    return new(MllpAnswerStatus.NotCommitted, default, attempt, "The peer refuses to store the message.");
                deadline.Arm(options.AnswerTimeout);
            }
            else
            {
                await connection!.SendAsync(payload, deadline.Token);
            }

            var answer = isAnswer is null ? default : await ReceiveAnswerAsync(isAnswer, deadline.Token);
            isSettled = true;
            return new(MllpAnswerStatus.Answered, answer, attempt, null);
        }
        catch (OperationCanceledException) when (deadline.HasExpired)
        {
            return new(MllpAnswerStatus.TimedOut, default, attempt, "No answer came in time.");
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return new(MllpAnswerStatus.ConnectionLost, default, attempt, e.Message);
        }
        finally
        {
            // Whatever may still come would be taken for the answer to the next message.
            if (!isSettled) await CloseAsync();
        }
    }

    /// <returns>Null when connected, else why not.</returns>
    private async Task<string?> TryConnectAsync(CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(time, cancellationToken);
        deadline.Arm(options.ConnectTimeout);
        try
        {
            connection = await ClientConnection.OpenAsync(options, deadline.Token);
            return null;
        }
        catch (OperationCanceledException) when (deadline.HasExpired)
        {
            return "No connection could be made in time.";
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            return e.Message;
        }
    }

    private async Task<bool> SendUntilCommittedAsync(ReadOnlyMemory<byte> payload, Deadline deadline)
    {
        for (var retries = 0; ; retries++)
        {
            deadline.Arm(options.CommitTimeout);
            await connection!.SendAsync(payload, deadline.Token);
            if (await ReceiveCommitAsync(deadline.Token)) return true;
            if (retries == options.CommitRetries) return false;
        }
    }

    private async Task<bool> ReceiveCommitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var content = await connection!.ReceiveAsync(cancellationToken);
            if (FrameWriter.IsCommitBlock(content.Span)) return content.Span[0] == FrameWriter.Committed;
            options.OnUnexpected?.Invoke(content);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReceiveAnswerAsync(Func<ReadOnlyMemory<byte>, bool> isAnswer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var content = await connection!.ReceiveAsync(cancellationToken);
            if (FrameWriter.IsCommitBlock(content.Span)) continue;
            var isOurs = isAnswer(content);
            if (options.Release2) await CommitAsync(isOurs, cancellationToken);
            if (isOurs) return content;
            options.OnUnexpected?.Invoke(content);
        }
    }

    private async Task CommitAsync(bool isAnswer, CancellationToken cancellationToken)
    {
        try
        {
            await connection!.SendAsync(new[] { FrameWriter.Committed }, cancellationToken);
        }
        catch (IOException) when (isAnswer)
        {
            // The answer is here; sending the message again because its sender is gone would only double it.
            await CloseAsync();
        }
    }

    private async Task CloseAsync()
    {
        var closing = connection;
        connection = null;
        if (closing is not null) await closing.DisposeAsync();
    }
}
