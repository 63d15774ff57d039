namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>Gathers the fragments of one command set or data set in one piece, up to a limit. What goes beyond is dropped.</summary>
internal sealed class FragmentBuffer(int maxBytes)
{
    private byte[] _bytes = [];
    private int _count;
    private int _maxBytes = maxBytes;

    /// <summary>More has come than the limit allows.</summary>
    public bool IsTooLong { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

    /// <summary>Begins anew, with a limit of its own.</summary>
    public void Begin(int limit)
    {
        _maxBytes = limit;
        Clear();
    }

    /// <summary>False: too long, the fragment was dropped.</summary>
    public bool Add(ReadOnlySpan<byte> fragment, bool isLast)
    {
        if (fragment.Length > _maxBytes - _count) IsTooLong = true;
        if (IsTooLong) return false;

        var needed = _count + fragment.Length;
        // Exact when this is all; doubling when more will come. A data set may outlive us, so its buffer is not pooled.
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, isLast ? needed : Math.Max(needed, (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
        fragment.CopyTo(_bytes.AsSpan(_count));
        _count = needed;
        return true;
    }

    /// <summary>Gives the bytes away and begins anew; empty when they were too many.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var taken = IsTooLong ? default : _bytes.AsMemory(0, _count);
        if (!taken.IsEmpty) _bytes = [];
        Clear();
        return taken;
    }

    public void Clear() => (_count, IsTooLong) = (0, false);
}
