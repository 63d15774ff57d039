namespace CloudPacs.Hl7v2;

/// <summary>The segments about one patient in a message about patients; those that were not sent do not exist.</summary>
/// <param name="Pid">The patient; in a merge the one that stays.</param>
/// <param name="Pd1">Additional demographics.</param>
/// <param name="Mrg">The identifiers that go.</param>
/// <param name="Pv1">The visit.</param>
public readonly record struct PatientGroup(Segment Pid, Segment Pd1, Segment Mrg, Segment Pv1)
{
    /// <summary>
    /// Groups by position: each PID starts a group, and so does a further MRG under the same PID (A45). Reads A17, A18, A24, A30 to A51.
    /// </summary>
    public static IReadOnlyList<PatientGroup> Find(Message message)
    {
        var groups = new List<PatientGroup>();
        var open = default(PatientGroup);
        for (var i = 0; i < message.SegmentCount; i++)
        {
            var segment = message[i];
            if (segment.Is(SegmentId.Pid))
            {
                if (open.Pid.Exists) Close(groups, ref open);
                open = open with { Pid = segment };
            }
            else if (segment.Is(SegmentId.Mrg))
            {
                var pid = open.Pid;
                if (open.Mrg.Exists) Close(groups, ref open);
                open = open with { Pid = pid, Mrg = segment };
            }
            else if (segment.Is("PD1") && !open.Pd1.Exists)
            {
                open = open with { Pd1 = segment };
            }
            else if (segment.Is(SegmentId.Pv1) && !open.Pv1.Exists)
            {
                open = open with { Pv1 = segment };
            }
        }

        Close(groups, ref open);
        return groups;
    }

    private static void Close(List<PatientGroup> groups, ref PatientGroup open)
    {
        if (open.Pid.Exists || open.Mrg.Exists) groups.Add(open);
        open = default;
    }
}
