using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Mapping;

namespace CloudPacs.Translation;

/// <summary>Values of a message that stand in for better ones, as the domain knows them.</summary>
internal static class MappedStandIns
{
    /// <summary>The attributes, with those among them that hold a stand-in marked.</summary>
    public static DataSet In(DataSet attributes, IReadOnlyList<MappedStandIn> standIns)
    {
        if (standIns.Count == 0) return attributes;
        Span<Tag> tags = stackalloc Tag[standIns.Count];
        var (first, last) = (0, tags.Length);
        foreach (var standIn in standIns) tags[standIn.LeavesStandIn ? --last : first++] = standIn.Attribute;
        return StandIns.PutTakenBack(StandIns.Put(attributes, tags[..first]), tags[last..]);
    }

    /// <summary>What to tell when the better value that is stored stays.</summary>
    public static IReadOnlyList<(Tag Attribute, Problem? Told)> Of(IReadOnlyList<MappedStandIn> standIns)
    {
        if (standIns.Count == 0) return [];
        var told = new (Tag, Problem?)[standIns.Count];
        for (var i = 0; i < told.Length; i++)
            told[i] = (standIns[i].Attribute, standIns[i].Told is { } problem ? new MappedProblem(problem) : null);
        return told;
    }
}
