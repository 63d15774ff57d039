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
    private readonly MllpClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private readonly Budget _turn = new(1);
    private readonly CancellationTokenSource _closing = new();
    private ClientConnection? _connection;

    /// <param name="random">For the spread of the pauses between attempts.</param>
    public MllpClient(MllpClientOptions options, TimeProvider time, Random random)
    {
        if (options.MaxAttempts < 1) throw new ArgumentException("MaxAttempts must be at least 1.", nameof(options));
        if (options.CommitRetries < 0) throw new ArgumentException("CommitRetries must not be negative.", nameof(options));
        _options = options;
        _time = time;
        _backoff = new(options.FirstBackoff, options.LongestBackoff, time, random);
    }

    /// <inheritdoc cref="MllpClient(MllpClientOptions, TimeProvider, Random)"/>
    public MllpClient(MllpClientOptions options, TimeProvider time) : this(options, time, new Random())
    {
    }

    /// <summary>Whether a connection is open, as far as this side knows; may be asked while a message is sent.</summary>
    public bool IsConnected => _connection is not null;

    /// <summary>
    /// Sends one message and waits for its answer. That the peer cannot be reached or does not answer is a value, not an exception.
    /// </summary>
    /// <param name="isAnswer">
    /// Tells the answer (MSA-2 equals the message's MSH-10) from other content, which is reported and waited past. Null when no answer is
    /// due (enhanced mode with NE): the message counts as sent when it is written, with release 2 when it is committed.
    /// </param>
    /// <exception cref="ArgumentException">The payload holds an end block or is a commit block, so it cannot be sent.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the client is disposed; the message may have been received.</exception>
    public async Task<MllpAnswer> SendAsync(
        ReadOnlyMemory<byte> payload, Func<ReadOnlyMemory<byte>, bool>? isAnswer, CancellationToken cancellationToken)
    {
        if (FrameWriter.IsCommitBlock(payload.Span)) throw new ArgumentException("A commit block is not a message.", nameof(payload));
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        await _turn.TakeAsync(1, ending.Token).ConfigureAwait(false);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                await _backoff.WaitAsync(ending.Token).ConfigureAwait(false);
                if (_connection?.IsFresh(_options.Release2) == false) await CloseAsync().ConfigureAwait(false);
                var wasOpen = _connection is not null;
                var answer = await AttemptAsync(payload, isAnswer, attempt, ending.Token).ConfigureAwait(false);
                // Most likely the peer had closed an idle connection, which says nothing about the next one.
                if (wasOpen && answer.Status == MllpAnswerStatus.ConnectionLost)
                    answer = await AttemptAsync(payload, isAnswer, attempt, ending.Token).ConfigureAwait(false);
                if (answer.IsAnswered) _backoff.Succeeded();
                else _backoff.Failed();
                if (answer.IsAnswered || attempt == _options.MaxAttempts) return answer;
            }
        }
        finally
        {
            _turn.Return(1);
        }
    }

    /// <summary>Cancels the sends that are not done and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _turn.TakeAsync(1, CancellationToken.None).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        _turn.Return(1);
    }

    private async Task<MllpAnswer> AttemptAsync(
        ReadOnlyMemory<byte> payload, Func<ReadOnlyMemory<byte>, bool>? isAnswer, int attempt, CancellationToken cancellationToken)
    {
        if (_connection is null && await TryConnectAsync(cancellationToken).ConfigureAwait(false) is { } problem)
            return new(MllpAnswerStatus.NotConnected, default, attempt, problem);

        var isSettled = false;
        using var deadline = new Deadline(_time, cancellationToken);
        try
        {
            deadline.Arm(_options.AnswerTimeout);
            if (_options.Release2)
            {
                if (!await SendUntilCommittedAsync(payload, deadline).ConfigureAwait(false))
                    return new(MllpAnswerStatus.NotCommitted, default, attempt, "The peer refuses to store the message.");
                deadline.Arm(_options.AnswerTimeout);
            }
            else
            {
                await _connection!.SendAsync(payload, deadline.Token).ConfigureAwait(false);
            }

            var answer = isAnswer is null ? default : await ReceiveAnswerAsync(isAnswer, deadline.Token).ConfigureAwait(false);
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
            if (!isSettled) await CloseAsync().ConfigureAwait(false);
        }
    }

    /// <returns>Null when connected, else why not.</returns>
    private async Task<string?> TryConnectAsync(CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(_time, cancellationToken);
        deadline.Arm(_options.ConnectTimeout);
        try
        {
            _connection = await ClientConnection.OpenAsync(_options, deadline.Token).ConfigureAwait(false);
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
            deadline.Arm(_options.CommitTimeout);
            await _connection!.SendAsync(payload, deadline.Token).ConfigureAwait(false);
            if (await ReceiveCommitAsync(deadline.Token).ConfigureAwait(false)) return true;
            if (retries == _options.CommitRetries) return false;
        }
    }

    private async Task<bool> ReceiveCommitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var content = await _connection!.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (FrameWriter.IsCommitBlock(content.Span)) return content.Span[0] == FrameWriter.Committed;
            _options.OnUnexpected?.Invoke(content);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReceiveAnswerAsync(
        Func<ReadOnlyMemory<byte>, bool> isAnswer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var content = await _connection!.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (FrameWriter.IsCommitBlock(content.Span)) continue;
            var isOurs = isAnswer(content);
            if (_options.Release2) await CommitAsync(isOurs, cancellationToken).ConfigureAwait(false);
            if (isOurs) return content;
            _options.OnUnexpected?.Invoke(content);
        }
    }

    private async Task CommitAsync(bool isAnswer, CancellationToken cancellationToken)
    {
        try
        {
            await _connection!.SendAsync(new[] { FrameWriter.Committed }, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) when (isAnswer)
        {
            // The answer is here; sending the message again because its sender is gone would only double it.
            await CloseAsync().ConfigureAwait(false);
        }
    }

    private async Task CloseAsync()
    {
        var closing = _connection;
        _connection = null;
        if (closing is not null) await closing.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>The outcome of a send, after all attempts.</summary>
/// <param name="Payload">Content of the answer; empty unless one was awaited and came.</param>
/// <param name="Attempts">How often it was tried; from the second on, the peer may have the message twice.</param>
/// <param name="Problem">What to tell a person; null when answered. Holds nothing of the message.</param>
public sealed record MllpAnswer(MllpAnswerStatus Status, ReadOnlyMemory<byte> Payload, int Attempts, string? Problem)
{
    public bool IsAnswered => Status == MllpAnswerStatus.Answered;
}
