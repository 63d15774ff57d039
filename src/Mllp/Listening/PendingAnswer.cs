namespace CloudPacs.Mllp.Listening;

/// <summary>A frame or fault that is with the receiver and whose answer waits for its turn.</summary>
/// <param name="heldBytes">Its share of the connection's bytes in flight.</param>
/// <param name="heldMemory">Its share of the listener's memory.</param>
internal sealed class PendingAnswer(MllpFault? fault, long heldBytes, long heldMemory)
{
    private readonly TaskCompletionSource<IReadOnlyList<ReadOnlyMemory<byte>>> _completion = new(
        TaskCreationOptions.RunContinuationsAsynchronously);

    public MllpFault? Fault => fault;

    public long HeldBytes => heldBytes;

    public long HeldMemory => heldMemory;

    /// <summary>Ends with the answers, or with what the receiver threw.</summary>
    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> Answers => _completion.Task;

    /// <summary>Calls the receiver; its synchronous part has run when this returns, which keeps the order of arrival.</summary>
    public void Start(Func<ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>>> call) => _ = CompleteAsync(call);

    private async Task CompleteAsync(Func<ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>>> call)
    {
        try
        {
            _completion.SetResult(await call().ConfigureAwait(false));
        }
        catch (Exception e)
        {
            // Not swallowed: whoever awaits Answers gets it.
            _completion.SetException(e);
        }
    }
}
