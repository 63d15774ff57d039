using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping.Running;

/// <summary>
/// Segments that come once a patient, order, appointment or document, and came again: only the first is read, and the others are told
/// where they say something else.
/// </summary>
internal static class RepeatedSegments
{
    private const int MaxPlaces = 20;

    /// <summary>Each with the segments that begin what it belongs to (HL7 v2.5.1 chapters 3, 4, 9 and 10).</summary>
    private static readonly (string Id, string[] Beginnings)[] Single =
    [
        ("PD1", ["PID"]), ("PV1", ["PID", "MRG"]), ("PV2", ["PID", "MRG", "PV1"]), ("SCH", []), ("TXA", []), ("ZDS", ["ORC", "OBR"]),
    ];

    /// <param name="message">As it was read.</param>
    /// <param name="problems">Takes a warning for each place.</param>
    public static void Tell(Message message, List<Problem> problems)
    {
        var told = 0;
        foreach (var (id, beginnings) in Single)
        {
            var segments = message.Segments(id);
            for (var n = 1; n < segments.Count && told < MaxPlaces; n++)
            {
                var (before, again) = (segments[n - 1], segments[n]);
                if (IsBegun(message, before.Index, again.Index, beginnings) || SaysSame(before, again)) continue;
                told++;
                var place = new ErrorLocation(id, again.Occurrence);
                problems.Add(new Problem(100, Severity.Warning, place, "This segment does not repeat here: only the first is read."));
            }
        }
    }

    private static bool IsBegun(Message message, int from, int to, string[] beginnings)
    {
        for (var i = from + 1; i < to; i++)
        {
            if (Array.Exists(beginnings, message[i].Is)) return true;
        }

        return false;
    }

    /// <summary>Whatever the number is that PV1 has in its first field.</summary>
    private static bool SaysSame(Segment one, Segment other)
    {
        for (var n = one.Is("PV1") ? 2 : 1; n <= Math.Max(one.FieldCount, other.FieldCount); n++)
        {
            if (!one.Field(n).Raw.SequenceEqual(other.Field(n).Raw)) return false;
        }

        return true;
    }
}
