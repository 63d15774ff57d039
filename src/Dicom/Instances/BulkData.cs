using System.Globalization;
using System.Text;

namespace CloudPacs.Dicom;

/// <summary>A value that stays where it is stored.</summary>
/// <param name="Path">Which element.</param>
/// <param name="Offset">Where the value begins, in bytes from the start of the data set (of a deflated one, after inflating).</param>
/// <param name="Length">Its bytes; -1 when the value is fragments, whose end is not known where they begin.</param>
public sealed record BulkData(ElementPath Path, long Offset, long Length);

/// <summary>
/// Names an element of a data set: sequences with the number of the item, then the attribute. As text it is the tail of a BulkDataURI:
/// <c>00282000</c>, or <c>52009229/1/00283010/2/00283006</c>.
/// </summary>
/// <param name="Steps">Each sequence on the way with the number of the item in it, 1 for the first (PS3.5 7.5).</param>
/// <param name="Tag">The attribute itself.</param>
public sealed record ElementPath(IReadOnlyList<(Tag Sequence, int Item)> Steps, Tag Tag)
{
    private const int MaxSteps = 32;

    public ElementPath(Tag tag) : this([], tag)
    {
    }

    public static bool TryParse(string? text, out ElementPath? path)
    {
        path = null;
        var parts = (text ?? "").Split('/');
        if (parts.Length % 2 == 0 || parts.Length / 2 > MaxSteps) return false;
        var steps = new (Tag, int)[parts.Length / 2];
        for (var i = 0; i < steps.Length; i++)
        {
            if (!Tag.TryParse(parts[2 * i], out var sequence)
                || !int.TryParse(parts[2 * i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var item) || item < 1) return false;
            steps[i] = (sequence, item);
        }

        if (!Tag.TryParse(parts[^1], out var tag)) return false;
        path = new ElementPath(steps, tag);
        return true;
    }

    public bool Equals(ElementPath? other) => other is not null && Tag == other.Tag && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => Steps.Aggregate(Tag.GetHashCode(), static (hash, step) => HashCode.Combine(hash, step));

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (sequence, item) in Steps) text.Append(CultureInfo.InvariantCulture, $"{sequence}/{item}/");
        return text.Append(Tag).ToString();
    }
}
