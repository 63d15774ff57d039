using CloudPacs.Dicom;
using CloudPacs.Store.Commitments;

namespace CloudPacs.Studies.Commitment;

/// <summary>Instances as the items of sequences name them (PS3.3 table 10-11).</summary>
public static class References
{
    /// <param name="instance">The instance.</param>
    public static DataSet Item(InstanceReference instance) => new DataSet(2)
        .Set(Tags.ReferencedSopClassUid, instance.SopClassUid).Set(Tags.ReferencedSopInstanceUid, instance.SopInstanceUid);

    /// <summary>The instances of a sequence, each once.</summary>
    /// <returns>Null when an item does not name one.</returns>
    public static IReadOnlyList<InstanceReference>? Read(IReadOnlyList<DataSet> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var found = new HashSet<InstanceReference>(items.Count);
        foreach (var item in items)
        {
            if (item.GetString(Tags.ReferencedSopClassUid) is not { } sopClass || !VrRules.IsUid(sopClass)
                || item.GetString(Tags.ReferencedSopInstanceUid) is not { } instance || !VrRules.IsUid(instance))
                return null;
            found.Add(new InstanceReference(sopClass, instance));
        }

        return [.. found];
    }
}
