using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;

namespace CloudPacs.Mapping.Running;

/// <summary>Makes requested procedures and steps of order groups, by the seven rules in this project's README.</summary>
internal static class ProcedureGrouping
{
    /// <summary>Steps of one procedure: each with the entries that belong to it, the first of which gave it.</summary>
    internal sealed record Procedure(List<GroupEntry> Entries, List<List<GroupEntry>> Steps);

    /// <summary>Which order control needs the worklist attributes of its procedure, and which only its keys (HL7 table 0119).</summary>
    public static bool NeedsProcedure(MappedGroup group) => group.Control switch
    {
        "NW" or "RO" or "XR" or "CH" or "SN" or "PA" => true,
        // A status that ends or holds says nothing else; one that table 0038 lacks counts as none.
        "XO" or "XX" => group.Status is not ("A" or "CA" or "CM" or "DC" or "ER" or "HD" or "RP"),
        "SC" => group.Status is "SC",
        _ => false,
    };

    /// <summary>
    /// Rule 4: one ZDS after the last group counts for all, but with several accession numbers its UID goes to the groups of the first;
    /// true when others lost it (warning <c>zds-shared</c>).
    /// </summary>
    public static bool UnshareZds(IReadOnlyList<GroupEntry> entries, string? sharedUid, bool shareUid)
    {
        if (sharedUid is null || shareUid || entries.Count < 2) return false;
        return Unshare(entries, sharedUid);
    }

    private static bool Unshare(IReadOnlyList<GroupEntry> entries, string sharedUid)
    {
        var first = entries.Select(entry => entry.Group.AccessionNumber).FirstOrDefault(accession => accession is not null);
        if (first is null || entries.All(entry => entry.Group.AccessionNumber is null || Same(entry.Group.AccessionNumber, first)))
            return false;
        var isChanged = false;
        foreach (var entry in entries)
        {
            if (entry.Group.StudyInstanceUid != sharedUid || Same(entry.Group.AccessionNumber, first)) continue;
            entry.Group.StudyInstanceUid = null;
            isChanged = true;
        }

        return isChanged;
    }

    /// <summary>The procedures of those entries that need one.</summary>
    public static List<Procedure> Group(List<GroupEntry> entries)
    {
        List<Procedure> procedures = [];
        foreach (var entry in entries)
        {
            if (!NeedsProcedure(entry.Group)) continue;
            var procedure = procedures.Count == 0 ? null : Find(procedures, entry);
            if (procedure is null) procedures.Add(procedure = new Procedure([], []));
            procedure.Entries.Add(entry);
            AddStep(procedure, entry);
        }

        return procedures;
    }

    private static Procedure? Find(List<Procedure> procedures, GroupEntry entry) =>
        procedures.Find(known => known.Entries.Exists(other => BelongTogether(other, entry))
            && known.Entries.TrueForAll(other => !Contradict(other.Group, entry.Group)));

    /// <summary>
    /// Rules 1, 3 and 5: shared Study UID; accession and requested procedure id; one accession without step ids; IPCs of one OBR.
    /// </summary>
    private static bool BelongTogether(GroupEntry a, GroupEntry b)
    {
        if (a.Group.StudyInstanceUid is { } uid && uid == b.Group.StudyInstanceUid) return true;
        if (a.Group.GroupIndex == b.Group.GroupIndex) return true;
        if (!Same(a.Group.AccessionNumber, b.Group.AccessionNumber)) return false;
        if (a.Group.RequestedProcedureId is { } id && id == b.Group.RequestedProcedureId) return true;
        return a.Group.StepId is null && b.Group.StepId is null;
    }

    /// <summary>Rules 4 and 5: different accession numbers or Study UIDs are different procedures, whatever else they share.</summary>
    private static bool Contradict(MappedGroup a, MappedGroup b) =>
        (a.AccessionNumber is not null && b.AccessionNumber is not null && !Same(a.AccessionNumber, b.AccessionNumber))
        || (a.StudyInstanceUid is not null && b.StudyInstanceUid is not null && a.StudyInstanceUid != b.StudyInstanceUid);

    /// <summary>Rule 2: a step id that was there before adds to its step; without an id each order, and each IPC, is a step.</summary>
    private static void AddStep(Procedure procedure, GroupEntry entry)
    {
        if (entry.Group.Control == "PA") return; // rule 7: a parent has no step of its own
        foreach (var step in procedure.Steps)
        {
            if (entry.Group.StepId is null || step[0].Group.StepId != entry.Group.StepId) continue;
            step.Add(entry);
            return;
        }

        procedure.Steps.Add([entry]);
    }

    private static bool Same(MappedIdentifier? a, MappedIdentifier? b) => a is { } first && b is { } second && first.Value == second.Value
        && (!first.HasAuthority || !second.HasAuthority || first.SameAuthority(second));
}

/// <summary>One order group, or one IPC of it, with what its run wrote.</summary>
internal sealed record GroupEntry(MappedGroup Group, int Index, Segment Ipc, Segment Tq1, OpenRun Run);
