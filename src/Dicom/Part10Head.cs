namespace CloudPacs.Dicom;

/// <summary>
/// Reads what comes before the data set of a DICOM file (PS3.10 section 7) that is fed in pieces of any size. A missing preamble, missing
/// meta information and a wrong group length are read anyway. It holds the head and no more; not safe for use by several threads.
/// </summary>
public sealed class Part10Head
{
    private const int FirstBytes = 132 + ElementHeader.MaxBytes;

    private readonly DataSetReaderOptions _options;
    private readonly int _maxBytes;
    private readonly Action<string>? _warn;
    private readonly List<string> _warnings = [];
    private byte[] _bytes = new byte[512];
    private int _filled;
    private long _needed = FirstBytes;

    /// <param name="warn">Is told departures from the standard that were read anyway.</param>
    /// <param name="maxBytes">Longest head.</param>
    public Part10Head(Action<string>? warn = null, int maxBytes = 256 * 1024)
    {
        _options = new DataSetReaderOptions { Warn = warn is null ? null : _warnings.Add };
        _warn = warn;
        _maxBytes = maxBytes;
    }

    /// <summary>The head has been read, or cannot be.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Why the head cannot be read; null while all is well.</summary>
    public string? Error { get; private set; }

    /// <summary>Group 0002; empty when the file has none.</summary>
    public DataSet Meta { get; private set; } = [];

    /// <summary>What the data set is written in: as the file says, if its first element looks like it, else as that one looks.</summary>
    public TransferSyntax TransferSyntax { get; private set; } = TransferSyntax.ImplicitVrLittleEndian;

    /// <summary>Where the data set begins, in bytes from the start of the file.</summary>
    public int DataSetOffset { get; private set; }

    /// <summary>Takes the next bytes of the file.</summary>
    /// <param name="piece">As they come.</param>
    /// <param name="dataSet">What of all that was fed belongs to the data set; valid until the next call.</param>
    /// <returns>Whether the head is known, now or since before.</returns>
    public bool Feed(ReadOnlySpan<byte> piece, out ReadOnlySpan<byte> dataSet)
    {
        dataSet = Error == null ? piece : [];
        if (IsKnown) return true;
        if (piece.Length > _bytes.Length - _filled) Array.Resize(ref _bytes, Math.Max(_filled + piece.Length, 2 * _bytes.Length));
        piece.CopyTo(_bytes.AsSpan(_filled));
        _filled += piece.Length;
        if (_filled >= _needed) TryRead(isWhole: false);
        return Give(out dataSet);
    }

    /// <summary>Nothing more follows.</summary>
    /// <param name="dataSet">What of all that was fed belongs to the data set and was not given yet.</param>
    public void Finish(out ReadOnlySpan<byte> dataSet)
    {
        dataSet = [];
        if (IsKnown) return;
        TryRead(isWhole: true);
        Give(out dataSet);
    }

    private void TryRead(bool isWhole)
    {
        _warnings.Clear();
        var parser = new Part10Parser(_bytes.AsMemory(0, _filled), _options, isWhole);
        var (meta, syntax, start, error) = parser.ReadMeta();
        if (!isWhole && parser.NeededBytes > _filled)
        {
            _needed = parser.NeededBytes;
            if (_needed <= _maxBytes) return;
            error = $"What comes before the data set is larger than {_maxBytes} bytes.";
        }

        IsKnown = true;
        (Meta, TransferSyntax, DataSetOffset, Error) = (meta, syntax, start, error);
        foreach (var text in _warnings) _warn?.Invoke(text);
    }

    private bool Give(out ReadOnlySpan<byte> dataSet)
    {
        dataSet = IsKnown && Error == null ? _bytes.AsSpan(DataSetOffset, _filled - DataSetOffset) : [];
        return IsKnown;
    }
}
