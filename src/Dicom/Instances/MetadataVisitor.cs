using System.Text.Json;

namespace CloudPacs.Dicom;

/// <summary>
/// Gathers what passes in explicit VR little endian, the elements of the data set itself until a sequence comes, and of that one item at a
/// time; reads what was gathered, and writes it as JSON.
/// </summary>
internal sealed class MetadataVisitor(TransferSyntax syntax, Utf8JsonWriter json, MetadataForm form, InstanceLimits limits)
    : DataSetVisitor, IDisposable
{
    private const int GatheredBytes = 32 * 1024;
    private const int ItemBytes = 8 * 1024 * 1024;
    private const int UnflushedBytes = 16 * 1024;

    private readonly ByteBuffer _gathered = new(GatheredBytes);
    private readonly List<(Tag Sequence, int Item)> _steps = [];
    private readonly List<(VR VR, BulkData Data)> _bulk = [];
    private readonly JsonForm _jsonForm = new(
        element => element.BulkData is { } data ? form.BulkDataUri(data) : null, NonFiniteIsNull: true);
    private LittleEndianWriter? _writer;
    private SpecificCharacterSet _characterSet = form.UndeclaredCharacterSet;
    private bool _declaresUtf8 = form.DeclaresUtf8;
    private bool _hasValues;
    private bool _isPassing;
    private int _leftOut; // levels of a private sequence that is not shown
    private Tag _last;
    private string? _error;
    private bool _isDone;

    /// <summary>An item is too large to be shown.</summary>
    public override string? Error => _error;

    /// <summary>The pixel data were met.</summary>
    public override bool IsDone => _isDone;

    private LittleEndianWriter Writer => _writer ??= new LittleEndianWriter(_gathered, syntax.IsBigEndian, makesEven: false);

    public override void StartElement(in ElementStart element)
    {
        _isPassing = false;
        if (!Shows(element.Tag)) return;
        if (form.IsBulk(element)) AddBulk(element, element.Length);
        else if (HasRoom(element.Length))
        {
            _isPassing = true;
            Writer.StartElement(element);
        }
    }

    public override void Value(ReadOnlySpan<byte> piece)
    {
        if (_isPassing) Writer.Value(piece);
    }

    public override void EndElement()
    {
        if (_isPassing) Writer.EndElement();
        _isPassing = false;
        if (_steps.Count == 0 && _gathered.Length > GatheredBytes) WriteElements();
    }

    public override void StartFragments(in ElementStart element)
    {
        _isPassing = false;
        if (Shows(element.Tag)) AddBulk(element, -1);
    }

    public override void StartSequence(in ElementStart element)
    {
        if (_leftOut > 0 || !Shows(element.Tag))
        {
            _leftOut++;
            return;
        }

        if (_steps.Count == 0)
        {
            WriteElements();
            if (element.Tag <= _last)
            {
                _leftOut++; // out of order or there twice: a member stands once
                return;
            }

            Declare(element.Tag);
            _last = element.Tag;
            DicomJsonWriter.StartMember(element.Tag, VR.SQ, json);
            _hasValues = false;
        }
        else Writer.StartSequence(element);

        _steps.Add((element.Tag, 0));
    }

    public override void StartItem()
    {
        if (_leftOut > 0 || !HasRoom(0)) return;
        _steps[^1] = (_steps[^1].Sequence, _steps[^1].Item + 1);
        if (_steps.Count > 1) Writer.StartItem();
    }

    public override void EndItem()
    {
        if (_leftOut > 0) return;
        if (_steps.Count > 1)
        {
            Writer.EndItem();
            return;
        }

        if (!_hasValues) DicomJsonWriter.StartValues(json);
        _hasValues = true;
        DicomJsonWriter.WriteObject(Read(), json, _jsonForm, declaresCharacterSet: false);
        FlushSometimes();
    }

    public override void EndSequence()
    {
        if (_leftOut > 0)
        {
            _leftOut--;
            return;
        }

        _steps.RemoveAt(_steps.Count - 1);
        if (_steps.Count > 0)
        {
            Writer.EndSequence();
            return;
        }

        if (_hasValues) json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes what is still gathered; the object itself is closed by its owner.</summary>
    public void Complete()
    {
        WriteElements();
        Declare(new Tag(uint.MaxValue));
    }

    public void Dispose() => _gathered.Dispose();

    private bool Shows(Tag tag) => _leftOut == 0 && !IsDone && Error == null && !(form.LeavesOutPrivate && tag.IsPrivate)
        && (WebModel.Has(tag) || tag == Tags.SpecificCharacterSet);

    private bool HasRoom(uint length)
    {
        if (_gathered.Length + (long)length <= ItemBytes) return true;
        _error ??= $"An item of {_steps.FirstOrDefault().Sequence} or an element holds more than metadata can show.";
        return false;
    }

    /// <summary>The element stands in what is gathered without its value, and is replaced when that was read.</summary>
    private void AddBulk(in ElementStart element, long length)
    {
        var empty = element with { Length = 0, VR = element.VR == VR.SQ ? VR.UN : element.VR };
        Writer.StartElement(empty);
        Writer.EndElement();
        _bulk.Add((empty.VR, new BulkData(new ElementPath([.. _steps], element.Tag), element.ValueOffset, length)));
        if (element.Depth == 0 && element.Tag.Group == Tags.PixelData.Group && element.Tag != Tags.ExtendedOffsetTable
            && element.Tag.Element >= Tags.FloatPixelData.Element) _isDone = true;
    }

    private DataSet Read()
    {
        var options = new DataSetReaderOptions
        {
            UndeclaredCharacterSet = _characterSet,
            MaxDepth = limits.MaxDepth,
            MaxElements = ItemBytes / 8,
        };
        var bytes = _gathered.Written.ToArray();
        if (!DataSetReader.TryRead(bytes, TransferSyntax.ExplicitVrLittleEndian, options, out var read, out var error)) _error ??= error;
        foreach (var (vr, data) in _bulk)
        {
            var holder = read;
            foreach (var (sequence, item) in data.Path.Steps.Skip(_steps.Count))
                holder = holder?.GetItems(sequence).ElementAtOrDefault(item - 1);
            holder?.Add(DataElement.CreateBulk(data.Path.Tag, vr, data));
        }

        _bulk.Clear();
        _gathered.Truncate(0);
        return read;
    }

    private void WriteElements()
    {
        if (_gathered.Length == 0) return;
        var read = Read();
        if (read.GetStrings(Tags.SpecificCharacterSet) is { Count: > 0 } terms) _characterSet = SpecificCharacterSet.Parse(terms);
        foreach (var element in read)
        {
            if (element.Tag <= _last) continue;
            Declare(element.Tag);
            _last = element.Tag;
            DicomJsonWriter.WriteMember(element, json, _jsonForm);
        }

        FlushSometimes();
    }

    private void Declare(Tag next)
    {
        if (!_declaresUtf8 || next <= Tags.SpecificCharacterSet) return;
        _declaresUtf8 = false;
        DicomJsonWriter.DeclareUtf8(json);
    }

    private void FlushSometimes()
    {
        if (json.BytesPending > UnflushedBytes) json.Flush();
    }
}
