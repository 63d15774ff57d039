namespace CloudPacs.Pixels.Rendering;

/// <summary>Part of a picture in another size: each axis by area where it shrinks, between neighbours where it grows.</summary>
internal static class Scaler
{
    public static Picture Scale(Picture picture, Region region, int width, int height)
    {
        var source = Crop(picture, region);
        if (width == source.Width && height == source.Height) return source;
        var samples = source.Samples;
        var horizontal = Axis.Create(source.Width, width);
        var vertical = Axis.Create(source.Height, height);
        var result = new byte[(long)width * height * samples];

        // Rows are narrowed when they are first needed and kept while the kernel covers them.
        var rows = new Dictionary<int, float[]>();
        var sum = new float[width * samples];
        for (var y = 0; y < height; y++)
        {
            var (start, weights) = vertical[y];
            for (var old = y == 0 ? start : vertical[y - 1].Start; old < start; old++) rows.Remove(old);
            Array.Clear(sum);
            for (var k = 0; k < weights.Length; k++)
            {
                if (!rows.TryGetValue(start + k, out var row)) rows[start + k] = row = Narrow(source, start + k, horizontal);
                var weight = weights[k];
                for (var i = 0; i < sum.Length; i++) sum[i] += row[i] * weight;
            }

            var line = result.AsSpan(y * sum.Length, sum.Length);
            for (var i = 0; i < line.Length; i++) line[i] = (byte)Math.Clamp(sum[i] + 0.5f, 0, 255);
        }

        return new Picture(width, height, samples, result);
    }

    private static float[] Narrow(Picture source, int y, (int Start, float[] Weights)[] axis)
    {
        var samples = source.Samples;
        var from = source.Bytes.AsSpan(y * source.Width * samples, source.Width * samples);
        var row = new float[axis.Length * samples];
        for (var x = 0; x < axis.Length; x++)
        {
            var (start, weights) = axis[x];
            for (var sample = 0; sample < samples; sample++)
            {
                float sum = 0;
                for (var k = 0; k < weights.Length; k++) sum += from[(start + k) * samples + sample] * weights[k];
                row[x * samples + sample] = sum;
            }
        }

        return row;
    }

    private static Picture Crop(Picture picture, Region region)
    {
        if (region.IsWhole(picture)) return picture;
        var samples = picture.Samples;
        var bytes = new byte[region.Width * region.Height * samples];
        for (var y = 0; y < region.Height; y++)
        {
            var fromRow = region.Top + (region.IsUpsideDown ? region.Height - 1 - y : y);
            var from = picture.Bytes.AsSpan((fromRow * picture.Width + region.Left) * samples, region.Width * samples);
            var to = bytes.AsSpan(y * region.Width * samples, region.Width * samples);
            if (!region.IsMirrored)
            {
                from.CopyTo(to);
                continue;
            }

            for (var x = 0; x < region.Width; x++)
                from.Slice((region.Width - 1 - x) * samples, samples).CopyTo(to[(x * samples)..]);
        }

        return new Picture(region.Width, region.Height, samples, bytes);
    }

    private static class Axis
    {
        /// <summary>For each place of the result the first source place and the weights from there on, which add up to 1.</summary>
        public static (int Start, float[] Weights)[] Create(int from, int to)
        {
            var axis = new (int, float[])[to];
            var step = (double)from / to;
            for (var i = 0; i < to; i++)
            {
                if (step > 1)
                {
                    double low = i * step, high = Math.Min(from, (i + 1) * step);
                    var start = (int)low;
                    var end = Math.Min(from, (int)Math.Ceiling(high - 1e-9));
                    var weights = new float[Math.Max(1, end - start)];
                    for (var k = 0; k < weights.Length; k++)
                        weights[k] = (float)((Math.Min(high, start + k + 1) - Math.Max(low, start + k)) / (high - low));
                    axis[i] = (start, weights);
                    continue;
                }

                var centre = (i + 0.5) * step - 0.5;
                var left = Math.Clamp((int)Math.Floor(centre), 0, from - 1);
                var share = (float)Math.Clamp(centre - left, 0, 1);
                axis[i] = left + 1 < from && share > 0 ? (left, [1 - share, share]) : (left, [1f]);
            }

            return axis;
        }
    }
}

/// <summary>A rectangle of a picture in whole pixels, and how it is turned.</summary>
internal readonly record struct Region(int Left, int Top, int Width, int Height, bool IsMirrored, bool IsUpsideDown)
{
    public bool IsWhole(Picture picture) => !IsMirrored && !IsUpsideDown && Width == picture.Width && Height == picture.Height;
}
