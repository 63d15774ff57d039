using System.Runtime.InteropServices;
using CloudPacs.Dicom;

namespace CloudPacs.Pixels.Rendering;

/// <summary>
/// From stored samples to grey: modality transformation, values of interest, polarity (PS3.3 C.11.1, C.11.2, C.7.6.3.1.2), as one table
/// over the stored range of a frame.
/// </summary>
internal sealed class GreyScale
{
    private readonly ImageShape _shape;
    private readonly LookupTable? _modality;
    private readonly LookupTable? _voi;
    private readonly double _slope, _intercept;
    private readonly double _paddingLow, _paddingHigh;
    private readonly bool _isInverse;

    public GreyScale(DataSet header, FrameImage image, int number, Window? wanted)
    {
        _shape = image.Shape;
        var attributes = new FrameAttributes(header, number);
        var transformation = attributes.Group(PixelTags.PixelValueTransformationSequence);
        _slope = FrameAttributes.Number(transformation, PixelTags.RescaleSlope) is { } slope && slope != 0 ? slope : 1;
        _intercept = FrameAttributes.Number(transformation, PixelTags.RescaleIntercept) ?? 0;
        if (header.GetItems(PixelTags.ModalityLutSequence) is [var modality, ..]) _modality = LookupTable.Read(modality, _shape.IsSigned);

        (_paddingLow, _paddingHigh) = Padding(header);
        _isInverse = image.PhotometricInterpretation == "MONOCHROME1" || header.GetString(PixelTags.PresentationLutShape) == "INVERSE";

        var voi = attributes.Group(PixelTags.FrameVoiLutSequence);
        Window = wanted;
        if (wanted != null) return;
        if (voi.GetItems(PixelTags.VoiLutSequence) is [var table, ..])
            _voi = LookupTable.Read(table, _modality == null && (_shape.IsSigned || _intercept < 0));
        if (_voi == null) Window = FirstWindow(voi);
    }

    /// <summary>The window that is used; null with a VOI table or none.</summary>
    public Window? Window { get; }

    public Picture Render(FrameImage image)
    {
        var grey = new byte[_shape.Pixels];
        if (_shape.CellBytes <= 2) RenderByTable(image.Cells, grey);
        else RenderEach(Values(image), grey);
        return new Picture(_shape.Columns, _shape.Rows, 1, grey);
    }

    private static Window? FirstWindow(DataSet voi)
    {
        if (FrameAttributes.Number(voi, PixelTags.WindowCenter) is not { } center
            || FrameAttributes.Number(voi, PixelTags.WindowWidth) is not { } width) return null;
        var function = voi.GetString(PixelTags.VoiLutFunction) switch
        {
            "SIGMOID" => WindowFunction.Sigmoid,
            "LINEAR_EXACT" => WindowFunction.LinearExact,
            _ => WindowFunction.Linear,
        };
        var window = new Window(center, width, function);
        return window.IsValid ? window : null;
    }

    private (double Low, double High) Padding(DataSet header)
    {
        if (FrameAttributes.Number(header, PixelTags.PixelPaddingValue) is not { } value) return (1, 0);
        var limit = FrameAttributes.Number(header, PixelTags.PixelPaddingRangeLimit) ?? value;
        return (Math.Min(Signed(value), Signed(limit)), Math.Max(Signed(value), Signed(limit)));

        // Written as US for signed pixels too.
        double Signed(double number) => _shape.IsSigned && number >= 1L << (_shape.BitsStored - 1) && _shape.BitsStored < 32
            ? number - (1L << Math.Max(_shape.BitsStored, number > 1L << _shape.BitsStored ? 16 : 0))
            : number;
    }

    private void RenderByTable(byte[] cells, byte[] grey)
    {
        var bits = _shape.BitsStored;
        var mask = (1 << bits) - 1;
        var shift = _shape.Shift;
        var table = new byte[1 << bits];
        if (_shape.CellBytes == 1)
        {
            FillTable(table, bits, () =>
            {
                var used = new bool[table.Length];
                foreach (var cell in cells) used[cell >> shift & mask] = true;
                return used;
            });
            for (var i = 0; i < grey.Length; i++) grey[i] = table[cells[i] >> shift & mask];
            return;
        }

        FillTable(table, bits, () =>
        {
            var used = new bool[table.Length];
            foreach (var cell in MemoryMarshal.Cast<byte, ushort>(cells.AsSpan())) used[cell >> shift & mask] = true;
            return used;
        });
        var words = MemoryMarshal.Cast<byte, ushort>(cells.AsSpan());
        for (var i = 0; i < grey.Length; i++) grey[i] = table[words[i] >> shift & mask];
    }

    private void FillTable(byte[] table, int bits, Func<bool[]> findUsed)
    {
        double low = 0, high = 0;
        if (Window == null && _voi == null)
        {
            // Bytes that nothing says more of are meant as they are: a cine loop would flicker if each frame were stretched.
            if (bits <= 8 && _modality == null && _slope == 1 && _intercept == 0 && !_shape.IsSigned) (low, high) = (0, (1 << bits) - 1);
            else (low, high) = Range(findUsed(), bits);
        }

        for (var raw = 0; raw < table.Length; raw++)
        {
            var stored = Stored(raw, bits);
            table[raw] = IsPadding(stored) ? (byte)0 : Grey(Modality(stored), low, high);
        }
    }

    private (double Low, double High) Range(bool[] used, int bits)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (var raw = 0; raw < used.Length; raw++)
        {
            if (!used[raw] || IsPadding(Stored(raw, bits))) continue;
            var value = Modality(Stored(raw, bits));
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        return (low, high);
    }

    private void RenderEach(double[] values, byte[] grey)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (var stored in values)
        {
            if (IsPadding(stored) || !double.IsFinite(stored)) continue;
            var value = Modality(stored);
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        for (var i = 0; i < grey.Length; i++)
            grey[i] = IsPadding(values[i]) || double.IsNaN(values[i]) ? (byte)0 : Grey(Modality(values[i]), low, high);
    }

    private double[] Values(FrameImage image)
    {
        var values = new double[_shape.Pixels];
        var cells = image.Cells.AsSpan();
        if (_shape.IsFloat && _shape.CellBytes == 8) MemoryMarshal.Cast<byte, double>(cells).CopyTo(values);
        else if (_shape.CellBytes == 8) throw PixelException.NotSupported("Whole numbers of 64 bits are not rendered.");
        else if (_shape.IsFloat)
        {
            var floats = MemoryMarshal.Cast<byte, float>(cells);
            for (var i = 0; i < values.Length; i++) values[i] = floats[i];
        }
        else
        {
            var longs = MemoryMarshal.Cast<byte, uint>(cells);
            var above = 32 - _shape.BitsStored;
            for (var i = 0; i < values.Length; i++)
            {
                var raw = longs[i] >> _shape.Shift << above;
                values[i] = _shape.IsSigned ? (int)raw >> above : raw >> above;
            }
        }

        return values;
    }

    private double Stored(int raw, int bits) => _shape.IsSigned && raw >> (bits - 1) != 0 ? raw - (1 << bits) : raw;

    private bool IsPadding(double stored) => stored >= _paddingLow && stored <= _paddingHigh;

    private double Modality(double stored) => _modality != null ? _modality[stored] : stored * _slope + _intercept;

    private byte Grey(double value, double low, double high)
    {
        double white;
        if (Window != null) white = Window.Map(value);
        else if (_voi != null) white = (double)_voi[value] / _voi.Highest;
        else white = high > low ? Math.Clamp((value - low) / (high - low), 0, 1) : 0;
        return (byte)((_isInverse ? 1 - white : white) * 255 + 0.5);
    }
}
