using System.Buffers;

namespace CloudPacs.Dicom;

/// <summary>
/// Takes the value of one element out of a stored data set, in little endian whatever it is stored in; of fragments what they hold, one
/// behind another, without the Basic Offset Table.
/// </summary>
public sealed class ElementExtractor : StoredDataSetPass
{
    private readonly PathSearch _search;

    /// <param name="syntax">What the data set is stored in.</param>
    /// <param name="path">Which element.</param>
    /// <param name="output">Where its value is written; not flushed but by <see cref="StoredDataSetPass.RunAsync"/>.</param>
    /// <param name="limits">Null for the standard ones.</param>
    public ElementExtractor(TransferSyntax syntax, ElementPath path, IBufferWriter<byte> output, InstanceLimits? limits = null)
        : this(syntax, new PathSearch(path, new ByteSwapper(output, syntax.IsBigEndian)), limits)
    {
    }

    private ElementExtractor(TransferSyntax syntax, PathSearch search, InstanceLimits? limits) : base(syntax, search, limits) =>
        _search = search;

    /// <summary>The element was met; its value may be empty.</summary>
    public bool IsFound => _search.VR != null;

    /// <summary>Its representation, once it was met.</summary>
    public VR? VR => _search.VR;

    /// <summary>Where its value stands in the data set (of a deflated one, inflated), as it is stored; null for fragments.</summary>
    public ByteRange? Stored => _search.Stored;

    private sealed class PathSearch(ElementPath path, ByteSwapper output) : DataSetVisitor
    {
        private bool _isDone;
        private int _level; // sequences that are open
        private int _matched; // steps of the path whose item is open
        private int _items;
        private int _fragments;
        private bool _isInStep; // the sequence of the next step is open
        private bool _isPassing;

        public VR? VR { get; private set; }

        public ByteRange? Stored { get; private set; }

        public override bool IsDone => _isDone;

        public override void StartElement(in ElementStart element)
        {
            if (!Is(element)) return;
            VR = element.VR;
            Stored = new ByteRange(element.ValueOffset, element.Length);
            _isPassing = true;
            output.Start(element.VR);
        }

        public override void Value(ReadOnlySpan<byte> piece)
        {
            if (_isPassing && _fragments != 1) output.Write(piece);
        }

        public override void EndElement()
        {
            if (_isPassing) End();
        }

        public override void StartSequence(in ElementStart element)
        {
            if (!IsDone && !_isInStep && _level == _matched && _matched < path.Steps.Count && path.Steps[_matched].Sequence == element.Tag)
                (_isInStep, _items) = (true, 0);
            _level++;
        }

        public override void StartItem()
        {
            if (!_isInStep || _level != _matched + 1 || ++_items != path.Steps[_matched].Item) return;
            _matched++;
            _isInStep = false;
        }

        public override void EndItem()
        {
            if (_level > 0 && _level == _matched) _isDone = true;
        }

        public override void EndSequence()
        {
            if (_isInStep && _level == _matched + 1) _isDone = true;
            _level--;
        }

        public override void StartFragments(in ElementStart element)
        {
            if (!Is(element)) return;
            VR = element.VR;
            _isPassing = true;
            output.Start(Dicom.VR.OB);
        }

        public override void StartFragment(long offset, uint length)
        {
            if (_isPassing) _fragments = Math.Min(_fragments + 1, 2);
        }

        public override void EndFragments(long end)
        {
            if (_isPassing) End();
        }

        private bool Is(in ElementStart element) => !IsDone && VR == null && element.Tag == path.Tag && !_isInStep
            && element.Depth == _matched && _matched == path.Steps.Count;

        private void End()
        {
            output.End();
            _isPassing = false;
            _isDone = true;
        }
    }
}
