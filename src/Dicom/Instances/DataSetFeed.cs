namespace CloudPacs.Dicom;

/// <summary>
/// Reads a data set that is fed in pieces of any size and shows its parts to a visitor. It keeps twelve bytes of what has passed, and a
/// level for each sequence that is open. It reads what <see cref="DataSetParser"/> reads, by the same headers; that one needs the whole
/// buffer, as its values are slices of it.
/// </summary>
internal sealed partial class DataSetFeed
{
    private const uint UndefinedLength = ElementHeader.UndefinedLength;

    private readonly DataSetVisitor _visitor;
    private readonly bool _isBigEndian;
    private readonly Action<string>? _warn;
    private readonly OpenLevel[] _levels;
    private readonly byte[] _head = new byte[ElementHeader.MaxBytes];
    private int _headBytes;
    private int _top;
    private long _position;
    private long _remaining;
    private Tag _tag;
    private bool _isInFragments;
    private string? _error;

    /// <param name="syntax">How the data set is written, apart from deflation.</param>
    /// <param name="visitor">Sees the parts.</param>
    /// <param name="maxDepth">How deep sequences may be nested.</param>
    /// <param name="warn">Is told departures from the standard that are read anyway.</param>
    public DataSetFeed(TransferSyntax syntax, DataSetVisitor visitor, int maxDepth, Action<string>? warn)
    {
        _visitor = visitor;
        _isBigEndian = syntax.IsBigEndian;
        _warn = warn;
        _levels = new OpenLevel[2 * maxDepth + 1];
        _levels[0] = new OpenLevel { End = long.MaxValue, IsExplicitVr = syntax.IsExplicitVr };
    }

    /// <summary>Why reading stopped, without any value of the data set; null while all is well.</summary>
    public string? Error => _error ?? _visitor.Error;

    /// <summary>Where the next header or byte of a value stands, in bytes from the start of the data set.</summary>
    public long Position => _position;

    /// <summary>Elements, items, fragments and delimiters so far.</summary>
    public long Headers { get; private set; }

    /// <summary>All that was fed ends behind a whole top-level element.</summary>
    public bool IsWhole => Error == null && _remaining == 0 && _headBytes == 0 && _top == 0 && !_isInFragments;

    private bool GoesOn => Error == null && !_visitor.IsDone;

    public void Feed(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty && GoesOn) piece = piece[(_remaining > 0 ? PassValue(piece) : PassHeader(piece))..];
    }

    /// <summary>Nothing more follows.</summary>
    public void Finish()
    {
        if (!GoesOn || IsWhole) return;
        if (_remaining > 0) Fail($"The data set ends inside {_tag} at offset {_position}: {_remaining} bytes of its value are missing");
        else if (_isInFragments) Fail($"The data set ends at offset {_position} between fragments of {_tag}");
        else if (_headBytes > 0) Fail($"The data set ends at offset {_position + _headBytes} in the header of an element");
        else Fail($"The data set ends at offset {_position} inside the sequence {_levels[(_top - 1) | 1].Tag}");
    }

    private int PassValue(ReadOnlySpan<byte> piece)
    {
        var count = (int)Math.Min(_remaining, piece.Length);
        if (_tag == Tags.PixelRepresentation) NotePixelRepresentation(piece[..count]);
        _visitor.Value(piece[..count]);
        _position += count;
        _remaining -= count;
        if (_remaining == 0) EndValue();
        return count;
    }

    private void NotePixelRepresentation(ReadOnlySpan<byte> piece)
    {
        ref var level = ref _levels[_top];
        var index = (_isBigEndian ? 1 : 0) - (int)(_position - level.ValueOffset);
        if (index >= 0 && index < piece.Length) level.IsSigned = piece[index] == 1;
    }

    private void EndValue()
    {
        if (_isInFragments) _visitor.EndFragment();
        else _visitor.EndElement();
        CloseWhatEnds();
    }

    private int PassHeader(ReadOnlySpan<byte> piece)
    {
        var isExplicitVr = _levels[_top].IsExplicitVr && !_levels[_top].IsSequence && !_isInFragments;
        if (_headBytes == 0 && piece.Length >= ElementHeader.MaxBytes)
        {
            var size = ElementHeader.SizeOf(piece, isExplicitVr, _isBigEndian);
            ReadHeader(piece[..size]);
            return size;
        }

        var needed = _headBytes < 8 ? 8 : ElementHeader.MaxBytes;
        var count = Math.Min(needed - _headBytes, piece.Length);
        piece[..count].CopyTo(_head.AsSpan(_headBytes));
        _headBytes += count;
        if (_headBytes < needed || ElementHeader.SizeOf(_head, isExplicitVr, _isBigEndian) > _headBytes) return count;
        var head = _head.AsSpan(0, _headBytes);
        _headBytes = 0;
        ReadHeader(head);
        return count;
    }

    private void ReadHeader(ReadOnlySpan<byte> head)
    {
        Headers++;
        if (_isInFragments) ReadFragment(head);
        else if (_levels[_top].IsSequence) ReadItem(head);
        else ReadElement(head);
        if (_remaining == 0) CloseWhatEnds();
    }

    /// <summary>Closes the items and sequences that end here by their lengths.</summary>
    private void CloseWhatEnds()
    {
        while (GoesOn)
        {
            ref var level = ref _levels[_top];
            var left = level.End - _position;
            if (left == 0 && level.IsDefined && !_isInFragments) Close();
            else if (left < 8)
            {
                var what = _isInFragments ? $"A fragment of {_tag}"
                    : level.IsSequence ? $"An item of {level.Tag}"
                    : "The header of an element";
                Fail($"{what} at offset {_position} needs 8 bytes, {left} are left");
            }
            else return;
        }
    }

    private void Close()
    {
        if (_levels[_top--].IsSequence) _visitor.EndSequence();
        else _visitor.EndItem();
    }

    private void ReadElement(ReadOnlySpan<byte> head)
    {
        ref var level = ref _levels[_top];
        var tag = ElementHeader.ReadTag(head, _isBigEndian);
        if (tag.Group == 0xFFFE)
        {
            ReadDelimiter(tag, head, ref level);
            return;
        }

        var start = _position;
        if (level.HasElements && tag <= level.Tag) _warn?.Invoke($"{tag} at offset {start} is out of order or there twice.");
        (level.HasElements, level.Tag) = (true, tag);
        var header = ElementHeader.Read(head, level.IsExplicitVr, _isBigEndian, level.IsSigned);
        var isUndefined = header.Length == UndefinedLength;
        if (header.Form == HeaderForm.Implicit && !isUndefined && header.Length > level.End - start - 8)
        {
            Fail($"{tag} at offset {start} has no value representation");
            return;
        }

        if (header.Form == HeaderForm.Implicit) _warn?.Invoke($"{tag} at offset {start} is written in implicit VR.");
        if (header.Form == HeaderForm.UnknownVr) _warn?.Invoke($"{tag} at offset {start} has an unknown value representation.");
        if (level.End - start < header.Bytes)
        {
            Fail($"The header of an element at offset {start} needs {header.Bytes} bytes, {level.End - start} are left");
            return;
        }

        _position += header.Bytes;
        _tag = tag;
        var element = new ElementStart(tag, header.VR, header.Length, start, _position, _top / 2);
        if (isUndefined) StartUndefined(element, ref level);
        else if (header.Length > level.End - _position)
            Fail($"The value of {tag} at offset {_position} needs {header.Length} bytes, {level.End - _position} are left");
        else if (header.VR == VR.SQ) OpenSequence(element, level.IsExplicitVr);
        else
        {
            level.ValueOffset = _position;
            _visitor.StartElement(element);
            _remaining = header.Length;
            if (_remaining == 0) _visitor.EndElement();
        }
    }

    private void StartUndefined(in ElementStart element, ref OpenLevel level)
    {
        if (element.VR is VR.OB or VR.OW || element.Tag == Tags.PixelData)
        {
            _isInFragments = true;
            _visitor.StartFragments(element);
        }
        // PS3.5 6.2.2 note 4: UN of undefined length is a sequence in implicit little endian.
        else if (element.VR is VR.SQ or VR.UN) OpenSequence(element, level.IsExplicitVr && element.VR == VR.SQ);
        else Fail($"{element.Tag} at offset {element.Offset} has undefined length but is no sequence");
    }

    /// <summary>The end of an item, or a delimiter that closes nothing, as several writers leave behind.</summary>
    private void ReadDelimiter(Tag tag, ReadOnlySpan<byte> head, ref OpenLevel level)
    {
        var start = _position;
        if (tag == Tags.ItemDelimitationItem && _top > 0 && !level.IsDefined)
        {
            _position += 8;
            Close();
        }
        else if (tag != Tags.Item && (tag == Tags.ItemDelimitationItem || tag == Tags.SequenceDelimitationItem)
            && ElementHeader.ReadUInt32(head[4..], _isBigEndian) == 0)
        {
            _position += 8;
            _warn?.Invoke($"{tag} at offset {start} closes nothing.");
        }
        else Fail($"{tag} at offset {start} stands where an element is expected");
    }

    private void OpenSequence(in ElementStart element, bool isExplicitVr)
    {
        if (_top + 2 >= _levels.Length)
        {
            Fail($"{element.Tag} at offset {_position} is nested more than {_levels.Length / 2} levels deep");
            return;
        }

        _visitor.StartSequence(element);
        Open(element.Tag, element.Length, isSequence: true, isExplicitVr);
    }

    private void Open(Tag tag, uint length, bool isSequence, bool isExplicitVr)
    {
        ref var outer = ref _levels[_top];
        _levels[++_top] = new OpenLevel
        {
            Tag = tag,
            IsSequence = isSequence,
            IsDefined = length != UndefinedLength,
            End = length == UndefinedLength ? outer.End : _position + length,
            IsExplicitVr = isExplicitVr,
            IsSigned = outer.IsSigned,
        };
    }

    private void Fail(string text) => _error ??= text + '.';

    /// <summary>A data set (the outermost, or an item) or a sequence that is open.</summary>
    private struct OpenLevel
    {
        /// <summary>Of a sequence its attribute, of a data set the last element's.</summary>
        public Tag Tag;

        /// <summary>Where it ends at the latest, as it or what is around it says.</summary>
        public long End;

        /// <summary>Where the value of the last element begins.</summary>
        public long ValueOffset;

        public bool HasElements;

        public bool IsSequence;

        /// <summary>It ends by its length, not by a delimiter.</summary>
        public bool IsDefined;

        public bool IsExplicitVr;

        public bool IsSigned;
    }
}
