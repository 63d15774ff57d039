namespace CloudPacs.Dicom.Network.Scu;

/// <summary>
/// The presentation contexts by which instances are sent: for each SOP class one for each syntax that its instances are stored in, so that
/// the receiver can take all of them as they are, and one for what is written anew.
/// </summary>
internal sealed class ContextPlan
{
    private const int MaxContexts = 128;
    private readonly Dictionary<string, int> _associations = [];

    public static ContextPlan None { get; } = new([]);

    private ContextPlan(List<List<ProposedContext>> associations) => Associations = associations;

    /// <summary>What each association proposes, at most 128 contexts.</summary>
    public IReadOnlyList<IReadOnlyList<ProposedContext>> Associations { get; }

    /// <summary>By which of them an instance is sent.</summary>
    public int AssociationOf(IStoredInstance instance) => _associations[instance.SopClassUid];

    public static ContextPlan Of(IReadOnlyList<IStoredInstance> instances)
    {
        var associations = new List<List<ProposedContext>>();
        var plan = new ContextPlan(associations);
        foreach (var sopClass in instances.GroupBy(static instance => instance.SopClassUid))
        {
            // PS3.5 lists fewer syntaxes than an association has contexts.
            List<ProposedContext> contexts =
            [
                .. sopClass.Select(static instance => instance.TransferSyntax).DistinctBy(static syntax => syntax.Uid)
                    .Take(MaxContexts - 1).Select(syntax => new ProposedContext(sopClass.Key, syntax)),
                ProposedContext.LittleEndian(sopClass.Key),
            ];
            if (associations is not [.., var last] || last.Count + contexts.Count > MaxContexts) associations.Add(last = []);
            last.AddRange(contexts);
            plan._associations.Add(sopClass.Key, associations.Count - 1);
        }

        return plan;
    }
}
