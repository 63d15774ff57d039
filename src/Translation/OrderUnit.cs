using CloudPacs.Hl7v2;
using CloudPacs.Mapping;

namespace CloudPacs.Translation;

/// <summary>
/// The order groups of a message that are one command: they say the same of the same procedure of the same order, in one ORC and OBR a step
/// or one IPC a step (HL7 v2.5.1 4.4.1, 4.5.6).
/// </summary>
internal sealed class OrderUnit
{
    /// <summary>An order that no group asks for, but a booking.</summary>
    public static OrderUnit Implied { get; } = new() { Groups = [new MappedGroup { Control = "NW" }], Control = "NW" };

    public required IReadOnlyList<MappedGroup> Groups { get; init; }

    /// <summary>ORC-1, or what the sender means when it sends no ORC; null when ORC-1 is empty.</summary>
    public required string? Control { get; init; }

    /// <summary>The procedure that the groups describe; null when they name an order only.</summary>
    public MappedProcedure? Procedure { get; init; }

    public MappedGroup First => Groups[0];

    public IEnumerable<int> Indexes => Groups.Select(static group => group.GroupIndex).Distinct();

    /// <summary>The first segment of that name in the unit; where it has none, where one should be.</summary>
    public ErrorLocation At(string segment, int? field) => new(segment, Math.Max(1, segment switch
    {
        "OBR" => First.ObrOccurrence,
        "IPC" => First.IpcOccurrence,
        "ORC" => First.OrcOccurrence,
        _ => 1,
    }), field);

    public static List<OrderUnit> Of(MappedMessage message, SenderPolicy policy)
    {
        var units = new List<OrderUnit>();
        var taken = new HashSet<MappedGroup>();
        foreach (var group in message.Groups)
        {
            if (taken.Contains(group)) continue;
            var procedure = message.Procedures.Find(p => p.First == group || p.Steps.Exists(step => step.Group == group));
            var groups = message.Groups.FindAll(other => !taken.Contains(other) && Belongs(group, other, procedure));
            taken.UnionWith(groups);
            var control = group.Control ?? (group.OrcOccurrence == 0 ? policy.DefaultOrderControl : null);
            units.Add(new OrderUnit { Groups = groups, Control = control, Procedure = procedure });
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
