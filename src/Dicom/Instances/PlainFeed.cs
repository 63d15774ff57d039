namespace CloudPacs.Dicom;

/// <summary>A data set of any transfer syntax that is fed in pieces: a deflated one is inflated on the way.</summary>
internal sealed class PlainFeed : IDisposable
{
    private readonly DataSetFeed _feed;
    private readonly Inflater? _inflater;
    private readonly Action<ReadOnlySpan<byte>>? _seen;
    private readonly int _maxElements;
    private long _received;
    private string? _error;

    /// <param name="seen">Is given each piece after its parts were shown, not deflated.</param>
    public PlainFeed(
        TransferSyntax syntax, DataSetVisitor visitor, InstanceLimits limits, Action<string>? warn, Action<ReadOnlySpan<byte>>? seen = null)
    {
        _feed = new DataSetFeed(syntax, visitor, limits.MaxDepth, warn);
        (_seen, _maxElements) = (seen, limits.MaxInflatedElements);
        if (syntax.IsDeflated)
            _inflater = new Inflater(limits.MaxInflatedBytes, limits.MaxInflationRatio, FeedPlain, () => Error == null && !visitor.IsDone);
    }

    public string? Error => _inflater?.Error ?? _error ?? _feed.Error;

    /// <summary>Bytes that were read, not deflated.</summary>
    public long PlainBytes => _feed.Position;

    public void Feed(ReadOnlySpan<byte> piece)
    {
        _received += piece.Length;
        if (_inflater is null) FeedPlain(piece);
        else _inflater.Feed(piece);
    }

    public void Finish()
    {
        _inflater?.Finish();
        if (Error is null) _feed.Finish();
    }

    public void Dispose() => _inflater?.Dispose();

    private void FeedPlain(ReadOnlySpan<byte> piece)
    {
        _feed.Feed(piece);
        _seen?.Invoke(piece);
        if (_inflater is not null && _feed.Headers > _maxElements + _received / 8)
            _error ??= $"The deflated data set has more than {_maxElements + _received / 8} elements and items.";
    }
}
