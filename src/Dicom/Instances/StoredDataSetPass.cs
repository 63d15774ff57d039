using System.Buffers;
using System.IO.Pipelines;

namespace CloudPacs.Dicom;

/// <summary>
/// One pass over a data set that was stored, in any transfer syntax, fed in pieces of any size; memory is bounded whatever its size. Bad
/// input is an error text, never an exception. Not safe for use by several threads.
/// </summary>
public abstract class StoredDataSetPass : IDisposable
{
    private const int PieceBytes = 64 * 1024;
    private const int DeflatedPieceBytes = 2 * 1024; // what comes of it may be a thousand times more

    private readonly PlainFeed _feed;
    private readonly DataSetVisitor _visitor;
    private readonly int _pieceBytes;

    private protected StoredDataSetPass(TransferSyntax syntax, DataSetVisitor visitor, InstanceLimits? limits)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        _visitor = visitor;
        _pieceBytes = syntax.IsDeflated ? DeflatedPieceBytes : PieceBytes;
        _feed = new PlainFeed(syntax, visitor, limits ?? InstanceLimits.Standard, warn: null);
    }

    /// <summary>Why the pass stopped; null while all is well.</summary>
    public string? Error => _feed.Error;

    /// <summary>What follows is of no use any more.</summary>
    public bool IsDone => _visitor.IsDone;

    /// <summary>Takes the next bytes of the data set, without file meta information.</summary>
    public void Feed(ReadOnlySpan<byte> piece)
    {
        if (Error == null && !IsDone) _feed.Feed(piece);
    }

    /// <summary>Nothing more follows; to be called once.</summary>
    /// <returns>Whether all went well; else <see cref="Error"/> says why.</returns>
    public bool Finish()
    {
        if (Error == null && !IsDone) _feed.Finish();
        if (Error == null) Complete();
        return Error == null;
    }

    /// <summary>Reads the stream to its end, or until the pass is done.</summary>
    /// <param name="stored">Positioned at the first byte of the data set; not closed.</param>
    /// <param name="output">What the pass writes to; flushed after each piece, so that its reader may hold the pass back.</param>
    /// <param name="cancellationToken">Ends waiting for either.</param>
    /// <returns>Whether all went well; else <see cref="Error"/> says why. What was written until then stays written.</returns>
    public async Task<bool> RunAsync(Stream stored, PipeWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(output);
        var piece = ArrayPool<byte>.Shared.Rent(_pieceBytes);
        try
        {
            while (Error == null && !IsDone)
            {
                var count = await stored.ReadAsync(piece.AsMemory(0, _pieceBytes), cancellationToken).ConfigureAwait(false);
                if (count == 0) break;
                Feed(piece.AsSpan(0, count));
                var flush = await output.FlushAsync(cancellationToken).ConfigureAwait(false);
                if (flush.IsCompleted) return true; // nobody reads any more
            }

            if (!Finish()) return false;
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called once when all has passed without error.</summary>
    private protected virtual void Complete()
    {
    }

    protected virtual void Dispose(bool disposing) => _feed.Dispose();
}
