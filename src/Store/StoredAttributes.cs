namespace CloudPacs.Store;

/// <summary>
/// The attributes of a row: the bytes that are stored, and beside them what those who understand the bytes have made of them, so that it is
/// made once. Bytes of new attributes are made when they are first asked for. Attributes never become others: a row that changes gets new
/// ones, so whoever takes the change back has both as they were.
/// </summary>
public sealed class StoredAttributes
{
    private readonly Func<object, ReadOnlyMemory<byte>>? _write;
    private ReadOnlyMemory<byte>? _bytes;

    /// <param name="bytes">As they are stored.</param>
    public StoredAttributes(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <param name="form">What the bytes say; must not change any more.</param>
    /// <param name="write">Makes the bytes of it.</param>
    public StoredAttributes(object form, Func<object, ReadOnlyMemory<byte>> write)
    {
        Form = form;
        _write = write;
    }

    public static StoredAttributes None { get; } = new(ReadOnlyMemory<byte>.Empty);

    /// <summary>What the bytes say; null as long as nobody has read them.</summary>
    public object? Form { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes ??= _write!(Form!);

    /// <summary>Keeps what the bytes were found to say, with bytes that say the same, perhaps in a newer form.</summary>
    public void Keep(object form, ReadOnlyMemory<byte> bytes) => (Form, _bytes) = (form, bytes);
}
