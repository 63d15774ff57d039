using CloudPacs.Domain.Patients;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// What is applied in one go: the order groups of a message that say the same of the same procedure of the same order (one ORC and OBR a
/// step, or one IPC a step; mapping reference a.6).
/// </summary>
internal sealed class OrderUnit
{
    public required IReadOnlyList<MappedGroup> Groups { get; init; }

    /// <summary>ORC-1, or what the sender means when it sends no ORC; null when ORC-1 is empty.</summary>
    public required string? Control { get; init; }

    public string? Status => First.Status;

    public required OrderKeys Keys { get; init; }

    /// <summary>The procedure that the groups describe; null when they name an order only.</summary>
    public MappedProcedure? Procedure { get; init; }

    /// <summary>Those steps of the procedure that belong to these groups.</summary>
    public required IReadOnlyList<MappedStep> Steps { get; init; }

    /// <summary>Step ids that the groups name; empty = the order with all its steps.</summary>
    public required IReadOnlyList<string> StepIds { get; init; }

    public MappedGroup First => Groups[0];

    public IEnumerable<int> Indexes => Groups.Select(static group => group.GroupIndex).Distinct();

    public ErrorLocation ControlField => At("ORC", 1);

    /// <summary>Where the sender should look for the keys.</summary>
    public ErrorLocation KeyField => First.OrcOccurrence > 0 ? At("ORC", 2) : At("OBR", 2);

    public ErrorLocation StepField => First.IpcOccurrence > 0 ? At("IPC", 4) : At("OBR", 20);

    public ErrorLocation At(string segment, int? field) => new(segment, Math.Max(1, segment switch
    {
        "OBR" => First.ObrOccurrence,
        "IPC" => First.IpcOccurrence,
        "ORC" => First.OrcOccurrence,
        _ => 1,
    }), field);

    public static List<OrderUnit> Of(MappedMessage message, SenderPolicy policy, MessageFacts facts, Workspace workspace)
    {
        var units = new List<OrderUnit>();
        var taken = new HashSet<MappedGroup>();
        foreach (var group in message.Groups)
        {
            if (taken.Contains(group)) continue;
            var procedure = message.Procedures.Find(p => p.First == group || p.Steps.Exists(step => step.Group == group));
            var groups = message.Groups.FindAll(other => !taken.Contains(other) && Belongs(group, other, procedure));
            taken.UnionWith(groups);
            var space = workspace.InstallationNamespace;
            units.Add(new OrderUnit
            {
                Groups = groups,
                Control = group.Control ?? (group.OrcOccurrence == 0 ? policy.DefaultOrderControl : null),
                Keys = OrderKeys.Of(group, policy, facts, space),
                Procedure = procedure,
                Steps = [.. procedure?.Steps.Where(step => groups.Contains(step.Group)) ?? []],
                StepIds = [.. groups.Select(g => OrderKeys.Of(g, policy, facts, space).StepId).OfType<string>().Distinct()],
            });
        }

        return units;
    }

    private static bool Belongs(MappedGroup first, MappedGroup other, MappedProcedure? procedure)
    {
        if (other == first) return true;
        if (other.Control != first.Control || other.Status != first.Status) return false;
        if (other.PlacerNumber != first.PlacerNumber || other.FillerNumber != first.FillerNumber) return false;
        return procedure is null
            ? other.GroupIndex == first.GroupIndex
            : procedure.First == other || procedure.Steps.Exists(step => step.Group == other);
    }
}
