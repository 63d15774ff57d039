using System.Globalization;

namespace CloudPacs.DicomWeb.Retrieving;

/// <summary>The end of <c>/frames/{list}</c> (PS3.18 10.1.5).</summary>
public static class FrameNumbers
{
    /// <summary>Numbers that one request may name.</summary>
    private const int Most = 10_000;

    /// <param name="list">Numbers from 1 on, with commas between.</param>
    /// <param name="numbers">In the order of the list, each once.</param>
    /// <returns>Whether it is a list of numbers; a number above the count of frames is another matter (404).</returns>
    public static bool TryRead(string list, out IReadOnlyList<int> numbers)
    {
        ArgumentNullException.ThrowIfNull(list);
        var read = new List<int>();
        var seen = new HashSet<int>();
        numbers = read;
        foreach (var part in list.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1) return false;
            if (seen.Add(number)) read.Add(number);
            if (read.Count > Most) return false;
        }

        return true;
    }
}
