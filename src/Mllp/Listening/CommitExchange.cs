using System.Threading.Channels;

namespace CloudPacs.Mllp.Listening;

/// <summary>Hands the commit blocks of a release 2 peer from the reading to the writing loop (MLLP release 2, 3.2).</summary>
internal sealed class CommitExchange(SessionContext context)
{
    // One block is awaited at a time; a second one before the first was taken has no meaning and is dropped.
    private readonly Channel<bool> _blocks = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool _isExpected;

    /// <summary>Call before the block goes out that the peer shall commit.</summary>
    public void Expect() => _isExpected = true;

    public bool TryAccept(bool isPositive)
    {
        if (!_isExpected) return false;
        _isExpected = false;
        return _blocks.Writer.TryWrite(isPositive);
    }

    public void Close() => _blocks.Writer.TryComplete();

    /// <returns>False when the peer wants the block again.</returns>
    /// <exception cref="TimeoutException">No block in time: a later one could be taken for another answer's, so the connection
    /// ends.</exception>
    public async Task<bool> WaitAsync()
    {
        using var deadline = new Deadline(context.Time, context.Abort);
        deadline.Arm(context.Options.CommitTimeout);
        try
        {
            return await _blocks.Reader.ReadAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new TimeoutException("The peer closed the connection and did not commit an answer.");
        }
        catch (OperationCanceledException) when (deadline.HasExpired)
        {
            throw new TimeoutException("The peer did not commit an answer in time.");
        }
    }
}
