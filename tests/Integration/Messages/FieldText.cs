namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Segments with some fields more or others, given as <c>ORC-14=+911</c>.</summary>
internal static class FieldText
{
    /// <summary>The segments, each with its fields; a segment that is not there is put where it belongs.</summary>
    /// <param name="segments">Segments in their order.</param>
    /// <param name="values">Fields by segment and number.</param>
    public static string[] With(IEnumerable<string> segments, params string[] values)
    {
        var lines = segments.SelectMany(static segment => segment.Split('\r')).ToList();
        foreach (var value in values.Where(static value => value.Length > 0))
        {
            var equals = value.IndexOf('=', StringComparison.Ordinal);
            var (name, number) = (value[..3], int.Parse(value[4..equals], System.Globalization.CultureInfo.InvariantCulture));
            var index = lines.FindIndex(line => line.StartsWith(name, StringComparison.Ordinal));
            if (index < 0) lines.Insert(index = PlaceOf(name, lines), name);
            var fields = lines[index].Split('|').ToList();
            while (fields.Count <= number) fields.Add("");
            fields[number] = value[(equals + 1)..];
            lines[index] = string.Join('|', fields);
        }

        return [.. lines];
    }

    /// <summary>What is said of the patient stands before the order, and its time before what is ordered.</summary>
    private static int PlaceOf(string name, List<string> lines)
    {
        var next = name is "PV1" or "PV2" or "PD1" ? "ORC" : "OBR";
        var index = lines.FindIndex(line => line.StartsWith(next, StringComparison.Ordinal));
        return index < 0 || name is "IPC" or "NTE" or "OBX" ? lines.Count : index;
    }
}
