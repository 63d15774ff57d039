using System.Text;

namespace CloudPacs.Dicom;

/// <summary>Collects from a data set that passes what <see cref="InstanceScan"/> tells.</summary>
internal sealed class InstanceVisitor(TransferSyntax syntax, InstanceLimits limits, Action<string> warn) : DataSetVisitor, IDisposable
{
    private const int TableBytes = 4 * 1024 * 1024;

    private OffsetHint? _extendedTable;
    private FragmentList? _fragments;
    private PassingPart _part;

    private enum PassingPart
    {
        Other,
        Text,
        ExtendedTable,
        Fragment,
    }

    public AttributeCollector Attributes { get; } = new(syntax.IsBigEndian, limits.MaxIndexBytes);

    public bool HasNonAsciiText { get; private set; }

    /// <summary>As soon as it begins; the length of fragments is known at their end.</summary>
    public PixelDataElement? PixelData { get; private set; }

    public bool HasOpenFragments { get; private set; }

    /// <summary>There are more fragments than are allowed.</summary>
    public override string? Error =>
        _fragments is { IsFull: true } ? $"{Tags.PixelData} has more than {limits.MaxFragments} fragments." : null;

    public override void StartElement(in ElementStart element)
    {
        Attributes.StartElement(element);
        _part = VrRules.For(element.VR).Kind == VrKind.Text ? PassingPart.Text : PassingPart.Other;
        if (element.Depth > 0 || element.Tag.Group != Tags.PixelData.Group) return;
        if (element.Tag == Tags.ExtendedOffsetTable && _extendedTable == null)
        {
            _extendedTable = new OffsetHint(8, syntax.IsBigEndian, TableBytes);
            _part = PassingPart.ExtendedTable;
        }
        else if (IsPixelData(element.Tag)) StartPixelData(element, element.Length, isEncapsulated: false);
    }

    public override void Value(ReadOnlySpan<byte> piece)
    {
        switch (_part)
        {
            case PassingPart.Text:
                // An escape sequence leads to other letters in bytes that look like ASCII.
                HasNonAsciiText = HasNonAsciiText || !Ascii.IsValid(piece) || piece.Contains(SpecificCharacterSet.EscapeByte);
                break;
            case PassingPart.ExtendedTable:
                _extendedTable!.Add(piece);
                break;
            case PassingPart.Fragment:
                _fragments!.Add(piece);
                return;
        }

        Attributes.Value(piece);
    }

    public override void EndElement() => Attributes.EndElement();

    public override void StartSequence(in ElementStart element) => Attributes.StartSequence(element);

    public override void StartItem() => Attributes.StartItem();

    public override void EndItem() => Attributes.EndItem();

    public override void EndSequence() => Attributes.EndSequence();

    public override void StartFragments(in ElementStart element)
    {
        Attributes.StartFragments(element);
        _part = PassingPart.Other;
        if (element.Depth > 0 || !IsPixelData(element.Tag) || !StartPixelData(element, 0, isEncapsulated: true)) return;
        _fragments = new FragmentList(_extendedTable, limits.MaxFragments);
        HasOpenFragments = true;
    }

    public override void StartFragment(long offset, uint length)
    {
        _part = HasOpenFragments ? PassingPart.Fragment : PassingPart.Other;
        if (HasOpenFragments) _fragments!.Open(offset, length);
    }

    public override void EndFragment()
    {
        if (HasOpenFragments) _fragments!.Close();
    }

    public override void EndFragments(long end)
    {
        if (!HasOpenFragments) return;
        HasOpenFragments = false;
        PixelData = PixelData! with { Length = end - PixelData.ValueOffset };
    }

    /// <summary>Where the frames lie, once all has passed.</summary>
    /// <param name="attributes">The indexed attributes.</param>
    public FrameTable? ToFrameTable(DataSet attributes)
    {
        if (PixelData == null) return null;
        var numberOfFrames = attributes.GetInt32(Tags.NumberOfFrames);
        if (numberOfFrames is null or < 1 && attributes.GetString(Tags.NumberOfFrames) != null) warn("Number of Frames is not a count.");
        var count = Math.Max(1, numberOfFrames ?? 1);
        return _fragments != null
            ? _fragments.ToTable(count, syntax.Uid, warn)
            : PlainFrames.Find(attributes, PixelData, count, warn);
    }

    public void Dispose()
    {
        Attributes.Dispose();
        _fragments?.Dispose();
        _extendedTable?.Dispose();
    }

    private static bool IsPixelData(Tag tag) => tag == Tags.PixelData || tag == Tags.FloatPixelData || tag == Tags.DoubleFloatPixelData;

    private bool StartPixelData(in ElementStart element, uint length, bool isEncapsulated)
    {
        if (PixelData != null)
        {
            warn($"{element.Tag} at offset {element.Offset} follows other pixel data; the first counts.");
            return false;
        }

        if (isEncapsulated != syntax.IsEncapsulated)
            warn($"{element.Tag} is {(isEncapsulated ? "in fragments" : "not in fragments")}, as {syntax.Name} does not have it.");
        PixelData = new PixelDataElement(element.Tag, element.VR, isEncapsulated, element.Offset, element.ValueOffset, length);
        return true;
    }
}
