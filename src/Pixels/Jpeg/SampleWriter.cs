using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using JpegLibrary;

namespace CloudPacs.Pixels.Jpeg;

/// <summary>Takes blocks of the library and puts their samples into a plane for each component, then all into cells by pixel.</summary>
internal sealed class SampleWriter : JpegBlockOutputWriter
{
    private readonly ImageShape _shape;
    private readonly SamplePlane[] _planes;
    private readonly short _highest;
    private long _missing;

    public SampleWriter(ImageShape shape, JpegHeader header)
    {
        _shape = shape;
        _highest = (short)((1 << header.Precision) - 1);
        var horizontal = header.Components.Max(component => component.Horizontal);
        var vertical = header.Components.Max(component => component.Vertical);
        _planes = new SamplePlane[header.Components.Length];
        for (var i = 0; i < _planes.Length; i++)
        {
            var component = header.Components[i];
            if (horizontal % component.Horizontal != 0 || vertical % component.Vertical != 0)
                throw PixelException.NotSupported("JPEG with components in a fraction of the full size is not read.");
            _planes[i] = new SamplePlane(shape.Columns, shape.Rows, horizontal / component.Horizontal, vertical / component.Vertical);
        }

        _missing = shape.Pixels * shape.Samples;
    }

    /// <summary>Whether every sample of the picture was there.</summary>
    public bool IsWhole => _missing <= 0;

    public override void WriteBlock(ref short blockRef, int componentIndex, int x, int y)
    {
        if (componentIndex >= _planes.Length || x >= _shape.Columns || y >= _shape.Rows || x < 0 || y < 0) return;
        var plane = _planes[componentIndex];
        int width = Math.Min(8, _shape.Columns - x), height = Math.Min(8, _shape.Rows - y);
        _missing -= width * height;
        // The library repeats samples of smaller components: one of each is wanted.
        for (var row = 0; row < height; row += plane.StepY)
        {
            ref var from = ref Unsafe.Add(ref blockRef, row * 8);
            var to = plane.Samples.AsSpan((y + row) / plane.StepY * plane.Width + x / plane.StepX);
            for (int i = 0, k = 0; i < width; i += plane.StepX, k++)
                to[k] = (ushort)Math.Clamp(Unsafe.Add(ref from, i), (short)0, _highest);
        }
    }

    /// <summary>Samples by pixel in cells of the shape.</summary>
    public byte[] Finish()
    {
        var cells = new byte[_shape.CellsLength];
        var words = MemoryMarshal.Cast<byte, ushort>(cells.AsSpan());
        for (var component = 0; component < _planes.Length; component++)
        {
            var samples = _planes[component].Enlarge();
            var to = component;
            if (_shape.CellBytes == 1)
            {
                for (var i = 0; i < _shape.Pixels; i++, to += _shape.Samples) cells[to] = (byte)samples[i];
                continue;
            }

            for (var i = 0; i < _shape.Pixels; i++, to += _shape.Samples) words[to] = samples[i];
        }

        return cells;
    }
}
