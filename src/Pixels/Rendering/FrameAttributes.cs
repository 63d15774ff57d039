using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.Pixels.Rendering;

/// <summary>
/// Attributes of one frame: in its own functional group, else in the shared ones, else in the data set itself (PS3.3 C.7.6.16).
/// </summary>
internal sealed class FrameAttributes
{
    private readonly DataSet _header;
    private readonly DataSet? _own;
    private readonly DataSet? _shared;

    public FrameAttributes(DataSet header, int number)
    {
        _header = header;
        var frames = header.GetItems(Tags.PerFrameFunctionalGroupsSequence);
        if (number <= frames.Count) _own = frames[number - 1];
        _shared = header.GetItems(Tags.SharedFunctionalGroupsSequence) is [var first, ..] ? first : null;
    }

    /// <summary>The item that describes the frame: of the functional group, or the data set itself.</summary>
    public DataSet Group(Tag sequence) =>
        (_own?.GetItems(sequence) is [var own, ..] ? own : null)
        ?? (_shared?.GetItems(sequence) is [var shared, ..] ? shared : null)
        ?? _header;

    /// <summary>The first value as a number; null when missing or not a finite one.</summary>
    public static double? Number(DataSet dataSet, Tag tag) => Numbers(dataSet, tag) is [var first, ..] ? first : null;

    /// <summary>All values; null when missing or one is no finite number.</summary>
    public static double[]? Numbers(DataSet dataSet, Tag tag)
    {
        var texts = dataSet.GetStrings(tag);
        if (texts.Count == 0) return null;
        var numbers = new double[texts.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!double.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
                return null;
            numbers[i] = number;
        }

        return numbers;
    }
}
