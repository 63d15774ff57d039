namespace CloudPacs.Pixels.Decoding;

internal static class Planes
{
    /// <summary>RRR GGG BBB becomes RGB RGB RGB when the shape says that it is by plane; else the same array.</summary>
    public static byte[] Interleave(byte[] cells, ImageShape shape)
    {
        if (!shape.IsPlanar || shape.Samples == 1) return cells;
        var result = new byte[cells.Length];
        var width = shape.CellBytes;
        var plane = (int)shape.Pixels * width;
        for (var sample = 0; sample < shape.Samples; sample++)
        {
            var from = cells.AsSpan(sample * plane, plane);
            if (width == 1)
            {
                for (int i = 0, to = sample; i < from.Length; i++, to += shape.Samples) result[to] = from[i];
                continue;
            }

            for (int i = 0, to = sample * width; i < from.Length; i += width, to += width * shape.Samples)
                from.Slice(i, width).CopyTo(result.AsSpan(to));
        }

        return result;
    }
}
