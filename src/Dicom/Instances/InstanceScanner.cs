namespace CloudPacs.Dicom;

/// <summary>
/// Reads an instance while it passes on its way to where it is kept: fed in pieces of any size, it keeps the indexed attributes and where
/// the frames lie, in bounded memory whatever the size of the instance. Bad input is an error text, never an exception. Not safe for use by
/// several threads.
/// </summary>
public sealed class InstanceScanner : IDisposable
{
    private const int MaxWarnings = 20;

    private readonly InstanceLimits _limits;
    private readonly InstanceVisitor _visitor;
    private readonly PlainFeed _feed;
    private readonly InstanceDigester? _digester;
    private readonly List<string> _warnings = [];
    private int _unlistedWarnings;

    /// <param name="syntax">What the data set is in; for files <see cref="Part10Head.TransferSyntax"/>.</param>
    /// <param name="limits">Null for the standard ones.</param>
    /// <param name="hasDigests">Whether checksums are made.</param>
    public InstanceScanner(TransferSyntax syntax, InstanceLimits? limits = null, bool hasDigests = true)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        _limits = limits ?? InstanceLimits.Standard;
        _digester = hasDigests ? new InstanceDigester() : null;
        _visitor = new InstanceVisitor(syntax, _limits, Warn);
        _feed = new PlainFeed(syntax, _visitor, _limits, Warn, _digester == null ? null : Digest);
    }

    /// <summary>Why the data set cannot be read, as soon as that is known; null while all is well.</summary>
    public string? Error => _feed.Error;

    /// <summary>Bytes that were fed.</summary>
    public long Length { get; private set; }

    /// <summary>Takes the next bytes of the data set, without file meta information.</summary>
    public void Feed(ReadOnlySpan<byte> piece)
    {
        Length += piece.Length;
        _digester?.AddStored(piece);
        if (Error == null) _feed.Feed(piece);
    }

    /// <summary>Nothing more follows; to be called once. What came before an error is told all the same.</summary>
    public InstanceScan Finish()
    {
        if (Error == null) _feed.Finish();
        var encoded = _visitor.Attributes.ToArray();
        var options = new DataSetReaderOptions { UndeclaredCharacterSet = _limits.UndeclaredCharacterSet, MaxDepth = _limits.MaxDepth };
        // After an error the last attribute may be there in part; it is left out.
        DataSetReader.TryRead(encoded, TransferSyntax.ExplicitVrLittleEndian, options, out var attributes, out _);
        var frames = Error == null ? _visitor.ToFrameTable(attributes) : null;
        if (_unlistedWarnings > 0) _warnings.Add($"There are {_unlistedWarnings} more warnings.");
        return new InstanceScan
        {
            Error = Error,
            Warnings = _warnings,
            Attributes = attributes,
            EncodedAttributes = encoded,
            CutAttributes = _visitor.Attributes.Cut,
            HasNonAsciiText = _visitor.HasNonAsciiText,
            Length = Length,
            PlainLength = _feed.PlainBytes,
            PixelData = _visitor.PixelData,
            Frames = frames,
            Digests = Error != null ? null : _digester?.Finish(_visitor.PixelData != null),
        };
    }

    public void Dispose()
    {
        _feed.Dispose();
        _visitor.Dispose();
        _digester?.Dispose();
    }

    private void Digest(ReadOnlySpan<byte> piece)
    {
        var pixels = _visitor.PixelData;
        var end = pixels == null || _visitor.HasOpenFragments ? long.MaxValue : pixels.ValueOffset + pixels.Length;
        _digester!.AddPlain(piece, pixels?.ValueOffset ?? long.MaxValue, end);
    }

    private void Warn(string text)
    {
        if (_warnings.Count < MaxWarnings) _warnings.Add(text);
        else _unlistedWarnings++;
    }
}
