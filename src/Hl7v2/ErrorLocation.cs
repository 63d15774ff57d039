using System.Globalization;

namespace CloudPacs.Hl7v2;

/// <summary>
/// Where in a message a problem lies (HL7 data type ERL, v2.5.1 2.A.28): every number counts from 1, and <paramref name="Occurrence"/>
/// counts segments of that name in the whole message.
/// </summary>
public sealed record ErrorLocation(
    string Segment, int Occurrence, int? Field = null, int? Repetition = null, int? Component = null, int? SubComponent = null)
{
    /// <summary>The parts joined by <c>^</c>, without the ones at the end that say nothing: <c>OBR^1^18</c>.</summary>
    public override string ToString()
    {
        ReadOnlySpan<int?> parts = [Field, Repetition, Component, SubComponent];
        var text = string.Create(CultureInfo.InvariantCulture, $"{Segment}^{Occurrence}");
        var last = parts.Length;
        while (last > 0 && parts[last - 1] is null) last--;
        foreach (var part in parts[..last]) text += string.Create(CultureInfo.InvariantCulture, $"^{part}");
        return text;
    }
}
