namespace CloudPacs.Dicom;

/// <summary>Shows another visitor a data set that passes as if it had other attributes.</summary>
/// <param name="inner">Sees the attributes in order, the changed ones in the byte order of the others.</param>
/// <param name="changes">What is other.</param>
/// <param name="isBigEndian">What passes is big endian.</param>
internal sealed class ChangingVisitor(DataSetVisitor inner, AttributeChanges changes, bool isBigEndian) : DataSetVisitor
{
    private readonly TransferSyntax _syntax = isBigEndian ? TransferSyntax.ExplicitVrBigEndian : TransferSyntax.ExplicitVrLittleEndian;

    /// <summary>What is still to be shown, in order.</summary>
    private readonly Queue<DataElement> _pending = new(changes.Values.Concat(changes.Items).OrderBy(static element => element.Tag));

    private readonly List<byte> _declared = [];
    private SpecificCharacterSet _characterSet = SpecificCharacterSet.Default;
    private bool _isDeclaration; // the element that passes
    private bool _isDeclared;
    private int _depth; // sequences that are open
    private bool _isLeftOut;
    private bool _isExtended; // the sequence that is open gets more items
    private bool _isOver;

    public override string? Error => inner.Error;

    public override bool IsDone => _isOver || inner.IsDone;

    public override void StartElement(in ElementStart element)
    {
        if (_depth > 0)
        {
            if (!_isLeftOut) inner.StartElement(element);
            return;
        }

        if (element.Tag == Tags.SpecificCharacterSet && !_isDeclared)
        {
            _isDeclaration = _isLeftOut = true;
            return;
        }

        Reach(element.Tag);
        if (!_isLeftOut) inner.StartElement(element);
    }

    public override void Value(ReadOnlySpan<byte> piece)
    {
        if (_isDeclaration) _declared.AddRange(piece);
        else if (!_isLeftOut) inner.Value(piece);
    }

    public override void EndElement()
    {
        if (_isDeclaration) Declare();
        else if (!_isLeftOut) inner.EndElement();
    }

    public override void StartSequence(in ElementStart element)
    {
        if (_depth++ == 0)
        {
            Reach(element.Tag, isSequence: true);
            _isExtended = !_isLeftOut && _pending.TryPeek(out var next) && next.Tag == element.Tag;
        }

        if (!_isLeftOut) inner.StartSequence(element);
    }

    public override void StartItem()
    {
        if (!_isLeftOut) inner.StartItem();
    }

    public override void EndItem()
    {
        if (!_isLeftOut) inner.EndItem();
    }

    public override void EndSequence()
    {
        if (--_depth == 0 && _isExtended)
        {
            Show(_pending.Dequeue(), new ItemsOnly(inner));
            _isExtended = false;
        }

        if (!_isLeftOut) inner.EndSequence();
    }

    public override void StartFragments(in ElementStart element)
    {
        if (_depth == 0) Reach(element.Tag);
        if (!_isLeftOut) inner.StartFragments(element);
    }

    public override void StartFragment(long offset, uint length)
    {
        if (!_isLeftOut) inner.StartFragment(offset, length);
    }

    public override void EndFragment()
    {
        if (!_isLeftOut) inner.EndFragment();
    }

    public override void EndFragments(long end)
    {
        if (!_isLeftOut) inner.EndFragments(end);
    }

    /// <summary>Nothing more passes.</summary>
    public void Complete()
    {
        Declare();
        while (_pending.TryDequeue(out var next)) Show(next, inner);
    }

    /// <summary>An attribute of the data set itself comes: what stands before it is shown, and whether it stays is known.</summary>
    private void Reach(Tag tag, bool isSequence = false)
    {
        if (tag > Tags.SpecificCharacterSet) Declare();
        if (tag >= changes.EndsBefore)
        {
            _isOver = _isLeftOut = true;
            return;
        }

        var isReplaced = changes.Values.Contains(tag) || (changes.Items.Contains(tag) && !isSequence);
        while (_pending.TryPeek(out var next) && (next.Tag < tag || (next.Tag == tag && isReplaced))) Show(_pending.Dequeue(), inner);
        _isLeftOut = isReplaced || changes.LeavesOut(tag);
    }

    /// <summary>The character set of the data set is known from here on.</summary>
    private void Declare()
    {
        if (_isDeclared) return;
        _isDeclared = true;
        var isPassed = _isDeclaration;
        (_isDeclaration, _isLeftOut) = (false, false);
        if (isPassed)
        {
            var terms = DataElement.FromWire(Tags.SpecificCharacterSet, VR.CS, _declared.ToArray(), SpecificCharacterSet.Default);
            _characterSet = SpecificCharacterSet.Parse(terms.Values);
        }

        if (_characterSet.IsDefault && _pending.Any(NeedsLetters))
        {
            _characterSet = SpecificCharacterSet.Utf8;
            ShowDeclaration("ISO_IR 192"u8);
        }
        else if (isPassed && !changes.LeavesOut(Tags.SpecificCharacterSet)) ShowDeclaration([.. _declared]);
    }

    private void ShowDeclaration(ReadOnlySpan<byte> terms)
    {
        inner.StartElement(new ElementStart(Tags.SpecificCharacterSet, VR.CS, (uint)terms.Length, 0, 0, Depth: 0));
        if (!terms.IsEmpty) inner.Value(terms);
        inner.EndElement();
    }

    private static bool NeedsLetters(DataElement element) =>
        element.Values.Any(static value => !System.Text.Ascii.IsValid(value))
        || element.Items.Any(static item => item.Any(NeedsLetters));

    private void Show(DataElement element, DataSetVisitor visitor)
    {
        var bytes = DataSetWriter.WriteUndeclared(new DataSet(1).Add(element), _syntax, _characterSet);
        new DataSetFeed(_syntax, visitor, DataSetReaderOptions.Standard.MaxDepth, warn: null).Feed(bytes);
    }

    /// <summary>The items of a sequence without the sequence, which is open already.</summary>
    private sealed class ItemsOnly(DataSetVisitor inner) : DataSetVisitor
    {
        private int _depth;

        public override void StartElement(in ElementStart element) => inner.StartElement(element);

        public override void Value(ReadOnlySpan<byte> piece) => inner.Value(piece);

        public override void EndElement() => inner.EndElement();

        public override void StartSequence(in ElementStart element)
        {
            if (_depth++ > 0) inner.StartSequence(element);
        }

        public override void StartItem() => inner.StartItem();

        public override void EndItem() => inner.EndItem();

        public override void EndSequence()
        {
            if (--_depth > 0) inner.EndSequence();
        }
    }
}
