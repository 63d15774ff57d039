using Npgsql;

namespace CloudPacs.Store.Fhir;

/// <summary>How many bytes of resources are read at once.</summary>
/// <param name="MostBytes">Nothing more is read when there are so many.</param>
/// <param name="Hold">Counts them; null where nobody does.</param>
public readonly record struct ContentLimit(long MostBytes, ContentHold? Hold)
{
    /// <summary>A page with so many bytes ends, however many resources are asked for: it is put together in memory.</summary>
    public const long Page = 64L * 1024 * 1024;

    /// <summary>What is left when a part was read.</summary>
    public ContentLimit Less(long bytes) => this with { MostBytes = MostBytes - bytes };
}

/// <summary>Reads the rows of a statement until they have too many bytes.</summary>
internal static class BoundedReading
{
    /// <param name="command">The statement.</param>
    /// <param name="add">Takes a row, and tells how many bytes it has; null when no more rows are wanted.</param>
    /// <param name="limit">How many bytes are read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many bytes were read, and whether there may be more rows than were.</returns>
    public static async Task<(long Bytes, bool IsCut)> ReadAsync(
        this NpgsqlCommand command, Func<NpgsqlDataReader, long?> add, ContentLimit limit, CancellationToken cancellationToken)
    {
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var disposing = reader.ConfigureAwait(false);
        var bytes = 0L;
        while (bytes < limit.MostBytes)
        {
            if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return (bytes, false);
            if (add(reader) is not { } size) return (bytes, true);
            bytes += size;
            try
            {
                limit.Hold?.Take(size);
            }
            catch (NoRoomException)
            {
                await StopAsync(reader).ConfigureAwait(false);
                throw;
            }
        }

        await StopAsync(reader).ConfigureAwait(false);
        return (bytes, true);
    }

    /// <summary>Has the database give up the rest, which would else be read to its end before the connection is of use again.</summary>
    private static async Task StopAsync(NpgsqlDataReader reader)
    {
        using var stop = new CancellationTokenSource();
        var rest = reader.NextResultAsync(stop.Token);
        await stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await rest.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // As it was told to.
        }
    }
}
