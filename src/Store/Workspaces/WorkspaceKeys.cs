using CloudPacs.Store.Messages;
using CloudPacs.Store.Search;

namespace CloudPacs.Store.Workspaces;

/// <summary>
/// The values by which the messages of a batch may find stored rows. Bare values: authorities are compared in code by
/// <see cref="Identifier.Matches"/>. Every key is also locked until the batch has ended, so two writers never work on the same thing.
/// </summary>
public sealed class WorkspaceKeys
{
    /// <summary>
    /// Most keys that one transaction locks one by one; with more it locks everything. Times the writers of all engines, and with a few
    /// hundred for tables, they must fit into the server's lock table (max_locks_per_transaction).
    /// </summary>
    public const int MostLocked = 1024;

    public HashSet<string> PatientIds { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Those of <see cref="PatientIds"/> whose patients bring all their orders and visits along (merge, move, delete, A08 …).
    /// </summary>
    public HashSet<string> OrdersOfPatients { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Those of <see cref="OrdersOfPatients"/> whose patients bring what was performed and reported of them along (merge, move).
    /// </summary>
    public HashSet<string> RecordsOfPatients { get; } = new(StringComparer.Ordinal);

    public HashSet<string> VisitNumbers { get; } = new(StringComparer.Ordinal);

    public HashSet<string> PlacerNumbers { get; } = new(StringComparer.Ordinal);

    public HashSet<string> FillerNumbers { get; } = new(StringComparer.Ordinal);

    public HashSet<string> AccessionNumbers { get; } = new(StringComparer.Ordinal);

    /// <summary>Each brings the orders that it was scheduled for along, and the study when it has been stored.</summary>
    public HashSet<string> StudyInstanceUids { get; } = new(StringComparer.Ordinal);

    /// <summary>Study Instance UIDs that bring the study alone, with its series and links.</summary>
    public HashSet<string> Studies { get; } = new(StringComparer.Ordinal);

    /// <summary>Study Instance UIDs that bring the study with all of its instances.</summary>
    public HashSet<string> InstancesOfStudies { get; } = new(StringComparer.Ordinal);

    public HashSet<string> SeriesInstanceUids { get; } = new(StringComparer.Ordinal);

    public HashSet<string> SopInstanceUids { get; } = new(StringComparer.Ordinal);

    /// <summary>Rows of the quarantine.</summary>
    public HashSet<Guid> Quarantined { get; } = [];

    /// <summary>Placer and filler appointment ids.</summary>
    public HashSet<string> AppointmentIds { get; } = new(StringComparer.Ordinal);

    /// <summary>SOP Instance UIDs of performed procedure steps.</summary>
    public HashSet<string> PerformedUids { get; } = new(StringComparer.Ordinal);

    /// <summary>Numbers by which reports are known; each brings the reports that name it as the one they add to or replace.</summary>
    public HashSet<string> ReportNumbers { get; } = new(StringComparer.Ordinal);

    /// <summary>Orders by the id of their row; each brings its bookings and what was performed of it along.</summary>
    public HashSet<Guid> OrderIds { get; } = [];

    /// <summary>Identities to look up among the applied messages.</summary>
    public HashSet<MessageIdentity> Messages { get; } = [];

    /// <summary>Links whose sequence numbers are kept.</summary>
    public HashSet<SequenceKey> Sequences { get; } = [];

    /// <summary>Resources that are not those of loaded rows; the resources of loaded rows come by themselves.</summary>
    public HashSet<(string Type, string Id)> Resources { get; } = [];

    /// <summary>Resources that are known by what they are.</summary>
    public HashSet<ResourceCriteria> Criteria { get; } = [];

    /// <summary>Identifiers of the resources that are written, by their type and value: who looks for one of them waits.</summary>
    public HashSet<(string Type, string Value)> Identifiers { get; } = [];

    /// <summary>
    /// What asks for these keys changes neither patients nor visits, so their resources need not be read. False unless it is said.
    /// </summary>
    public bool KeepsPatients { get; set; }

    public bool IsEmpty => Count == 0;

    /// <summary>How many keys there are, and with them locks.</summary>
    public int Count =>
        PatientIds.Count + OrdersOfPatients.Count + VisitNumbers.Count + PlacerNumbers.Count + FillerNumbers.Count
        + AccessionNumbers.Count + StudyInstanceUids.Count + Studies.Count + InstancesOfStudies.Count + SeriesInstanceUids.Count
        + SopInstanceUids.Count + Quarantined.Count + AppointmentIds.Count + OrderIds.Count + PerformedUids.Count
        + ReportNumbers.Count + Messages.Count + Sequences.Count + Resources.Count + Identifiers.Count
        + Criteria.Sum(static criteria => Math.Max(1, criteria.Identifiers.Count));

    /// <summary>Adds the keys of another message of the batch.</summary>
    public void Add(WorkspaceKeys other)
    {
        KeepsPatients = other.KeepsPatients && (KeepsPatients || IsEmpty);
        PatientIds.UnionWith(other.PatientIds);
        PatientIds.UnionWith(other.OrdersOfPatients);
        OrdersOfPatients.UnionWith(other.OrdersOfPatients);
        RecordsOfPatients.UnionWith(other.RecordsOfPatients);
        VisitNumbers.UnionWith(other.VisitNumbers);
        PlacerNumbers.UnionWith(other.PlacerNumbers);
        FillerNumbers.UnionWith(other.FillerNumbers);
        AccessionNumbers.UnionWith(other.AccessionNumbers);
        StudyInstanceUids.UnionWith(other.StudyInstanceUids);
        Studies.UnionWith(other.Studies);
        InstancesOfStudies.UnionWith(other.InstancesOfStudies);
        SeriesInstanceUids.UnionWith(other.SeriesInstanceUids);
        SopInstanceUids.UnionWith(other.SopInstanceUids);
        Quarantined.UnionWith(other.Quarantined);
        AppointmentIds.UnionWith(other.AppointmentIds);
        OrderIds.UnionWith(other.OrderIds);
        PerformedUids.UnionWith(other.PerformedUids);
        ReportNumbers.UnionWith(other.ReportNumbers);
        Messages.UnionWith(other.Messages);
        Sequences.UnionWith(other.Sequences);
        Resources.UnionWith(other.Resources);
        Criteria.UnionWith(other.Criteria);
        Identifiers.UnionWith(other.Identifiers);
    }

    /// <summary>Whether the other keys hold all of these.</summary>
    internal bool IsWithin(WorkspaceKeys other) =>
        PatientIds.IsSubsetOf(other.PatientIds) && OrdersOfPatients.IsSubsetOf(other.OrdersOfPatients)
        && RecordsOfPatients.IsSubsetOf(other.RecordsOfPatients) && VisitNumbers.IsSubsetOf(other.VisitNumbers)
        && PlacerNumbers.IsSubsetOf(other.PlacerNumbers) && FillerNumbers.IsSubsetOf(other.FillerNumbers)
        && AccessionNumbers.IsSubsetOf(other.AccessionNumbers)
        && StudyInstanceUids.IsSubsetOf(other.StudyInstanceUids) && Studies.IsSubsetOf(other.Studies)
        && InstancesOfStudies.IsSubsetOf(other.InstancesOfStudies)
        && SeriesInstanceUids.IsSubsetOf(other.SeriesInstanceUids) && SopInstanceUids.IsSubsetOf(other.SopInstanceUids)
        && Quarantined.IsSubsetOf(other.Quarantined)
        && AppointmentIds.IsSubsetOf(other.AppointmentIds)
        && OrderIds.IsSubsetOf(other.OrderIds) && PerformedUids.IsSubsetOf(other.PerformedUids)
        && ReportNumbers.IsSubsetOf(other.ReportNumbers) && Messages.IsSubsetOf(other.Messages)
        && Sequences.IsSubsetOf(other.Sequences) && Resources.IsSubsetOf(other.Resources)
        && Criteria.IsSubsetOf(other.Criteria) && Identifiers.IsSubsetOf(other.Identifiers);

    /// <summary>
    /// The sorted, distinct 64-bit locks of all keys: every writer takes them in the same order, so that none waits in a circle.
    /// </summary>
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
        Lock("uid", Studies);
        Lock("uid", InstancesOfStudies);
        Lock("ser", SeriesInstanceUids);
        Lock("ins", SopInstanceUids);
        Lock("apt", AppointmentIds);
        Lock("pps", PerformedUids);
        Lock("rep", ReportNumbers);
        foreach (var order in OrderIds) locks.Add((long)StableHash.Of($"ord:{order}"));
        foreach (var row in Quarantined) locks.Add((long)StableHash.Of($"qua:{row}"));
        foreach (var message in Messages) locks.Add((long)StableHash.Of("msg:" + message.ControlKey));
        foreach (var link in Sequences) locks.Add((long)StableHash.Of($"seq:{link.Id}"));
        foreach (var (type, id) in Resources) locks.Add((long)StableHash.Of($"res:{type}/{id}"));
        foreach (var name in Criteria.SelectMany(static criteria => criteria.Locks)) locks.Add((long)StableHash.Of(name));
        foreach (var (type, value) in Identifiers) locks.Add((long)StableHash.Of(ResourceCriteria.IdentifierLock(type, value)));
        long[] sorted = [.. locks];
        Array.Sort(sorted);
        return sorted;

        void Lock(string kind, HashSet<string> values)
        {
            foreach (var value in values) locks.Add((long)StableHash.Of($"{kind}:{value}"));
        }
    }
}
