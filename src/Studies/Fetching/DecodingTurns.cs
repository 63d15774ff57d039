namespace CloudPacs.Studies.Fetching;

/// <summary>Decoding takes a core: as many frames at a time are decoded as there are.</summary>
internal static class DecodingTurns
{
    private static readonly SemaphoreSlim Turns = new(Environment.ProcessorCount);

    public static async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await Turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Turns.Release();
        }
    }
}
