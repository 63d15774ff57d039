using CloudPacs.Store.Messages;

namespace CloudPacs.Store.Workspaces;

/// <summary>
/// The values by which the messages of a batch may find stored rows. Bare values: authorities are compared in code by
/// <see cref="Identifier.Names"/>. Every key is also locked until the batch has ended, so two writers never work on the same thing.
/// </summary>
public sealed class WorkspaceKeys
{
    public HashSet<string> PatientIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of <see cref="PatientIds"/> whose patients bring all their orders and visits along (merge, move, delete, A08 …).</summary>
    public HashSet<string> OrdersOfPatients { get; } = new(StringComparer.Ordinal);

    public HashSet<string> VisitNumbers { get; } = new(StringComparer.Ordinal);

    public HashSet<string> PlacerNumbers { get; } = new(StringComparer.Ordinal);

    public HashSet<string> FillerNumbers { get; } = new(StringComparer.Ordinal);

    public HashSet<string> AccessionNumbers { get; } = new(StringComparer.Ordinal);

    public HashSet<string> StudyInstanceUids { get; } = new(StringComparer.Ordinal);

    /// <summary>Placer and filler appointment ids.</summary>
    public HashSet<string> AppointmentIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Identities to look up among the applied messages.</summary>
    public HashSet<MessageIdentity> Messages { get; } = [];

    /// <summary>Links whose sequence numbers are kept.</summary>
    public HashSet<SequenceKey> Sequences { get; } = [];

    /// <summary>Resources that are not those of loaded rows; the resources of loaded rows come by themselves.</summary>
    public HashSet<(string Type, string Id)> Resources { get; } = [];

    public bool IsEmpty =>
        PatientIds.Count == 0 && OrdersOfPatients.Count == 0 && VisitNumbers.Count == 0 && PlacerNumbers.Count == 0 && FillerNumbers.Count == 0
        && AccessionNumbers.Count == 0 && StudyInstanceUids.Count == 0 && AppointmentIds.Count == 0 && Messages.Count == 0
        && Sequences.Count == 0 && Resources.Count == 0;

    /// <summary>Adds the keys of another message of the batch.</summary>
    public void Add(WorkspaceKeys other)
    {
        PatientIds.UnionWith(other.PatientIds);
        PatientIds.UnionWith(other.OrdersOfPatients);
        OrdersOfPatients.UnionWith(other.OrdersOfPatients);
        VisitNumbers.UnionWith(other.VisitNumbers);
        PlacerNumbers.UnionWith(other.PlacerNumbers);
        FillerNumbers.UnionWith(other.FillerNumbers);
        AccessionNumbers.UnionWith(other.AccessionNumbers);
        StudyInstanceUids.UnionWith(other.StudyInstanceUids);
        AppointmentIds.UnionWith(other.AppointmentIds);
        Messages.UnionWith(other.Messages);
        Sequences.UnionWith(other.Sequences);
        Resources.UnionWith(other.Resources);
    }

    /// <summary>The sorted, distinct 64-bit locks of all keys: every writer takes them in the same order, so that none waits in a circle.</summary>
    internal long[] Locks()
    {
        var locks = new HashSet<long>();
        Lock("pid", PatientIds);
        Lock("pid", OrdersOfPatients);
        Lock("vis", VisitNumbers);
        Lock("plc", PlacerNumbers);
        Lock("fil", FillerNumbers);
        Lock("acc", AccessionNumbers);
        Lock("uid", StudyInstanceUids);
        Lock("apt", AppointmentIds);
        foreach (var message in Messages) locks.Add((long)StableHash.Of("msg:" + message.ControlKey));
        foreach (var link in Sequences) locks.Add((long)StableHash.Of($"seq:{link.Id}"));
        foreach (var (type, id) in Resources) locks.Add((long)StableHash.Of($"res:{type}/{id}"));
        long[] sorted = [.. locks];
        Array.Sort(sorted);
        return sorted;

        void Lock(string kind, HashSet<string> values)
        {
            foreach (var value in values) locks.Add((long)StableHash.Of($"{kind}:{value}"));
        }
    }
}
