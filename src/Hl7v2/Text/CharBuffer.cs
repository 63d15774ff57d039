using System.Buffers;

namespace CloudPacs.Hl7v2.Text;

/// <summary>Text being built: starts on the stack, grows in rented memory.</summary>
internal ref struct CharBuffer(Span<char> initial)
{
    private Span<char> _chars = initial;
    private char[]? _rented;

    public int Length { get; private set; }

    public readonly Span<char> Written => _chars[..Length];

    public void Append(char value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void Append(char value, int count)
    {
        Reserve(count)[..count].Fill(value);
        Length += count;
    }

    /// <summary>Room for at least <paramref name="count"/> characters, to be followed by <see cref="Advance"/>.</summary>
    public Span<char> Reserve(int count)
    {
        if (_chars.Length - Length >= count) return _chars[Length..];
        var grown = ArrayPool<char>.Shared.Rent(Math.Max(Length + count, _chars.Length * 2));
        Written.CopyTo(grown);
        if (_rented is not null) ArrayPool<char>.Shared.Return(_rented);
        _chars = _rented = grown;
        return _chars[Length..];
    }

    public void Advance(int count) => Length += count;

    public void Truncate(int length) => Length = length;

    public readonly void Dispose()
    {
        if (_rented is not null) ArrayPool<char>.Shared.Return(_rented);
    }
}
