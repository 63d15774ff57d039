using CloudPacs.Hl7v2.Text;

namespace CloudPacs.Hl7v2.Writing;

/// <summary>A place inside of a segment to write to; numbers as in <see cref="FieldPath"/>.</summary>
internal readonly record struct WriterPlace(int Field, int Repetition, int Component, int SubComponent)
{
    /// <summary>
    /// The stretch of the segment to replace, and the separators to put before the new text when the place does not exist yet.
    /// </summary>
    /// <exception cref="ArgumentException">The place cannot be written.</exception>
    public Splice Find(ReadOnlySpan<byte> line, in Delimiters delimiters)
    {
        var isHeader = line.Length >= 3 && SegmentId.IsHeader(SegmentId.Pack(line[..3]));
        if (Field < 1 || (isHeader && Field < 3))
            throw new ArgumentException("Fields count from 1, and the separators of a header cannot be written.");

        var isBelowField = Component > 0 || SubComponent > 0;
        var splice = new Splice(0, line.Length, []);
        splice = Narrow(line, splice, delimiters.Field, isHeader ? Field : Field + 1);
        if (Repetition > 0 || isBelowField) splice = Narrow(line, splice, delimiters.Repetition, Math.Max(Repetition, 1));
        if (isBelowField) splice = Narrow(line, splice, delimiters.Component, Math.Max(Component, 1));
        if (SubComponent > 0) splice = Narrow(line, splice, delimiters.SubComponent, SubComponent);
        return splice;
    }

    private static Splice Narrow(ReadOnlySpan<byte> line, in Splice outer, byte separator, int n)
    {
        var text = line.Slice(outer.Start, outer.Length);
        if (outer.Padding.Length == 0 && Scan.TryPart(text, separator, n, out var start, out var length))
            return new(outer.Start + start, length, []);
        if (n > 1 && separator == 0) throw new ArgumentException("The message declares no separator for this level.");

        var there = outer.Padding.Length == 0 ? text.Count(separator) + 1 : 1;
        if (n == there) return outer;
        var padding = new byte[outer.Padding.Length + n - there];
        outer.Padding.CopyTo(padding, 0);
        padding.AsSpan(outer.Padding.Length).Fill(separator);
        return new(outer.Start + outer.Length, 0, padding);
    }

    internal readonly record struct Splice(int Start, int Length, byte[] Padding);
}
