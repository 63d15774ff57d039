namespace CloudPacs.Pixels.Jpeg;

/// <summary>The samples of one component, which may be fewer than the pixels (ITU-T T.81 A.1.1).</summary>
internal sealed class SamplePlane(int columns, int rows, int stepX, int stepY)
{
    private readonly int _height = (rows + stepY - 1) / stepY;

    /// <summary>Pixels that share a sample, in a row and in a column.</summary>
    public int StepX => stepX;

    public int StepY => stepY;

    public int Width { get; } = (columns + stepX - 1) / stepX;

    public ushort[] Samples { get; } = new ushort[(long)((columns + stepX - 1) / stepX) * ((rows + stepY - 1) / stepY)];

    /// <summary>A sample for each pixel. Halves are smoothed by a triangle as the IJG's library does it, other ratios repeated.</summary>
    public ushort[] Enlarge()
    {
        if (stepX == 1 && stepY == 1) return Samples;
        var result = new ushort[(long)columns * rows];
        var line = new int[Width];
        for (var y = 0; y < rows; y++)
        {
            var row = Samples.AsSpan(y / stepY * Width, Width);
            var target = result.AsSpan(y * columns, columns);
            if (stepX != 2 || stepY > 2 || Width < 3)
            {
                for (var x = 0; x < columns; x++) target[x] = row[x / stepX];
                continue;
            }

            if (stepY == 1)
            {
                for (var x = 0; x < columns; x++)
                {
                    int near = row[x / 2], far = row[Math.Clamp(x / 2 + (x % 2 == 0 ? -1 : 1), 0, Width - 1)];
                    target[x] = (ushort)((3 * near + far + (x % 2 == 0 ? 1 : 2)) >> 2);
                }

                continue;
            }

            var other = Samples.AsSpan(Math.Clamp(y / 2 + (y % 2 == 0 ? -1 : 1), 0, _height - 1) * Width, Width);
            for (var i = 0; i < line.Length; i++) line[i] = 3 * row[i] + other[i];
            for (var x = 0; x < columns; x++)
            {
                int near = line[x / 2], far = line[Math.Clamp(x / 2 + (x % 2 == 0 ? -1 : 1), 0, Width - 1)];
                target[x] = (ushort)((3 * near + far + (x % 2 == 0 ? 8 : 7)) >> 4);
            }
        }

        return result;
    }
}
