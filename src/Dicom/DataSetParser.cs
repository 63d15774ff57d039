namespace CloudPacs.Dicom;

/// <summary>
/// One pass over one buffer. Every length is checked against the buffer before it is used; values are slices, so nothing is allocated from
/// a wire length.
/// </summary>
internal sealed partial class DataSetParser(ReadOnlyMemory<byte> buffer, bool isBigEndian, DataSetReaderOptions options)
{
    private const uint UndefinedLength = ElementHeader.UndefinedLength;
    private static readonly Tag Item = new(0xFFFE, 0xE000);
    private static readonly Tag ItemEnd = new(0xFFFE, 0xE00D);
    private static readonly Tag SequenceEnd = new(0xFFFE, 0xE0DD);

    private int _count;

    /// <summary>Why reading stopped; null when all is well.</summary>
    public string? Error { get; private set; }

    /// <summary>Reading stopped because the buffer ends too early; this many bytes at least are needed to go on.</summary>
    public long NeededBytes { get; private set; }

    /// <summary>The first byte that was not read.</summary>
    public int Position { get; private set; }

    /// <summary>A top-level element reached <see cref="DataSetReaderOptions.StopBefore"/>.</summary>
    public bool Stopped { get; private set; }

    public DataSet ReadTop(int start, bool isExplicitVr)
    {
        Position = start;
        return ReadElements(buffer.Length, isExplicitVr, 0, false, new Scope(options.UndeclaredCharacterSet, false));
    }

    private DataSet ReadElements(int end, bool isExplicitVr, int depth, bool untilItemEnd, Scope scope)
    {
        var elements = new List<DataElement>();
        var isOrdered = true;
        while (Error == null && (Position < end || untilItemEnd))
        {
            if (!Has(8, end, "the header of an element")) break;
            var tag = ReadTag();
            if (tag.Group == 0xFFFE)
            {
                if (tag == ItemEnd && untilItemEnd)
                {
                    Position += 8;
                    break;
                }

                if (tag == Item || !PassStray(tag)) Fail($"{tag} at offset {Position} stands where an element is expected");
                continue;
            }

            if (depth == 0 && tag >= options.StopBefore)
            {
                Stopped = true;
                break;
            }

            if (elements.Count > 0 && tag <= elements[^1].Tag)
            {
                isOrdered = false;
                options.Warn?.Invoke($"{tag} at offset {Position} is out of order or there twice.");
            }

            var element = ReadElement(tag, end, isExplicitVr, depth, scope);
            if (element == null) break;
            elements.Add(element);
            if (tag == Tags.SpecificCharacterSet) Redeclare(elements, scope, element);
            else if (tag == Tags.PixelRepresentation) scope.IsSigned = element.Bytes.Length > 0 && element.Bytes.Span[0] == 1;
        }

        return new DataSet(elements, isOrdered);
    }

    /// <summary>Delimiters that close nothing are passed over, as several writers leave them behind.</summary>
    private bool PassStray(Tag tag)
    {
        if ((tag != ItemEnd && tag != SequenceEnd) || ReadUInt32(Position + 4) != 0) return false;
        options.Warn?.Invoke($"{tag} at offset {Position} closes nothing.");
        Position += 8;
        return Counted();
    }

    private DataElement? ReadElement(Tag tag, int end, bool isExplicitVr, int depth, Scope scope)
    {
        if (!Counted()) return null;
        var start = Position;
        if (!TryReadHeader(end, isExplicitVr, scope, out var header)) return null;
        var (vr, length) = (header.VR, header.Length);
        if (length == UndefinedLength)
        {
            if (vr is VR.OB or VR.OW || tag == Tags.PixelData) return ReadFragments(tag, vr, end);
            // PS3.5 6.2.2 note 4: UN of undefined length is a sequence in implicit little endian.
            if (vr is VR.SQ or VR.UN) return ReadSequence(tag, end, length, isExplicitVr && vr == VR.SQ, depth, scope);
            Fail($"{tag} at offset {start} has undefined length but is no sequence");
            return null;
        }

        if (!Has(length, end, $"the value of {tag}")) return null;
        if (vr == VR.SQ) return ReadSequence(tag, end, length, isExplicitVr, depth, scope);
        var value = buffer.Slice(Position, (int)length);
        if (isExplicitVr && vr == VR.UN && TryReadKnown(tag, length, depth, scope) is { } known) return known;
        Position = (int)(Position + length);
        return DataElement.FromWire(tag, vr, InLittleEndian(value, vr), scope.CharacterSet);
    }

    private DataElement? ReadSequence(Tag tag, int end, uint length, bool isExplicitVr, int depth, Scope scope)
    {
        if (depth >= options.MaxDepth)
        {
            Fail($"{tag} at offset {Position} is nested more than {options.MaxDepth} levels deep");
            return null;
        }

        var items = new List<DataSet>();
        var isDefined = length != UndefinedLength;
        var sequenceEnd = isDefined ? Position + (int)length : end;
        while (Error == null && (!isDefined || Position < sequenceEnd))
        {
            if (!Has(8, sequenceEnd, $"an item of {tag}")) break;
            var itemTag = ReadTag();
            var itemLength = ReadUInt32(Position + 4);
            if (itemTag == SequenceEnd)
            {
                Position += 8;
                if (!isDefined) break;
                continue;
            }

            if (itemTag != Item)
            {
                Fail($"{itemTag} at offset {Position} stands where an item of {tag} is expected");
                break;
            }

            Position += 8;
            if (!Counted()) break;
            var itemScope = new Scope(scope.CharacterSet, scope.IsSigned);
            if (itemLength == UndefinedLength) items.Add(ReadElements(sequenceEnd, isExplicitVr, depth + 1, true, itemScope));
            else if (Has(itemLength, sequenceEnd, $"an item of {tag}"))
                items.Add(ReadElements(Position + (int)itemLength, isExplicitVr, depth + 1, false, itemScope));
        }

        return Error == null ? DataElement.CreateSequence(tag, items) : null;
    }

    /// <summary>UN of a known tag: the value is encoded as in implicit little endian (PS3.5 6.2.2).</summary>
    private DataElement? TryReadKnown(Tag tag, uint length, int depth, Scope scope)
    {
        var vr = ElementHeader.ImplicitVr(tag, scope.IsSigned);
        if (vr == VR.UN) return null;
        var value = buffer.Slice(Position, (int)length);
        if (vr != VR.SQ)
        {
            Position += (int)length;
            return DataElement.FromWire(tag, vr, value, scope.CharacterSet);
        }

        if (depth >= options.MaxDepth) return null;
        var inner = new DataSetParser(value, false, options with { StopBefore = null }) { _count = _count };
        var sequence = inner.ReadSequence(tag, value.Length, length, false, depth, scope);
        _count = inner._count;
        if (sequence != null) Position += (int)length;
        return sequence;
    }

    private DataElement? ReadFragments(Tag tag, VR vr, int end)
    {
        var start = Position;
        while (Has(8, end, $"a fragment of {tag}"))
        {
            var itemTag = ReadTag();
            var length = ReadUInt32(Position + 4);
            if (itemTag == SequenceEnd)
            {
                var fragments = buffer[start..Position];
                Position += 8;
                return DataElement.CreateBinary(tag, vr is VR.OB or VR.OW ? vr : VR.OB, fragments, isEncapsulated: true);
            }

            if (itemTag != Item || length == UndefinedLength)
            {
                Fail($"{itemTag} at offset {Position} stands where a fragment of {tag} is expected");
                return null;
            }

            Position += 8;
            if (!Counted() || !Has(length, end, $"a fragment of {tag}")) return null;
            Position += (int)length;
        }

        return null;
    }

    /// <summary>(0008,0005) holds for its whole data set, also for text that came before it out of order.</summary>
    private static void Redeclare(List<DataElement> elements, Scope scope, DataElement declaration)
    {
        // Only the first declaration counts: going back for each of many would take time in the square of their number.
        if (scope.IsDeclared) return;
        scope.IsDeclared = true;
        var inherited = scope.CharacterSet;
        if (declaration.Values.Count > 0) scope.CharacterSet = SpecificCharacterSet.Parse(declaration.Values);
        Apply(elements, inherited, scope.CharacterSet);
    }

    private static void Apply(IEnumerable<DataElement> elements, SpecificCharacterSet inherited, SpecificCharacterSet declared)
    {
        foreach (var element in elements)
        {
            if (ReferenceEquals(element.CharacterSet, inherited)) element.CharacterSet = declared;
            foreach (var item in element.Items)
                if (!item.Contains(Tags.SpecificCharacterSet)) Apply(item, inherited, declared);
        }
    }

    private bool Counted()
    {
        if (++_count <= options.MaxElements) return true;
        Fail($"The data set has more than {options.MaxElements} elements");
        return false;
    }

    private bool Has(long length, int end, string what)
    {
        if (length <= end - Position) return true;
        if (end == buffer.Length) NeededBytes = Position + length;
        Fail($"{char.ToUpperInvariant(what[0])}{what[1..]} at offset {Position} needs {length} bytes, {end - Position} are left");
        return false;
    }

    private void Fail(string text) => Error ??= text + '.';

    /// <summary>What a data set hands down to its items.</summary>
    private sealed class Scope(SpecificCharacterSet characterSet, bool isSigned)
    {
        public SpecificCharacterSet CharacterSet { get; set; } = characterSet;

        public bool IsSigned { get; set; } = isSigned;

        /// <summary>The data set has named its own character set.</summary>
        public bool IsDeclared { get; set; }
    }
}
