using CloudPacs.Domain;
using CloudPacs.Store;

namespace CloudPacs.Translation;

/// <summary>What to tell a sender that wants application answers (ORR^O02, ORG^O20, ORI^O24) about one order group.</summary>
/// <param name="GroupIndex">Place of the group in the message, from 0.</param>
/// <param name="Control">ORC-1 of the answer: OK, UA, CR, UC …</param>
/// <param name="Status">ORC-5 of the answer, or null.</param>
/// <param name="PlacerNumber">ORC-2.</param>
/// <param name="FillerNumber">ORC-3, ours when the message had none.</param>
/// <param name="Steps">The keys of the steps that the group is about: OBR-18 to OBR-20 and ZDS-1, or IPC-1 to IPC-4.</param>
internal sealed record GroupReply(
    int GroupIndex, string Control, string? Status, Identifier? PlacerNumber, Identifier? FillerNumber, IReadOnlyList<StepKeys> Steps)
{
    /// <summary>The answers to the groups of a unit.</summary>
    public static IEnumerable<GroupReply> Of(OrderResult result, OrderUnit unit)
    {
        var control = OrderControlTable.Answer(unit.Control, result.IsDone);
        // A change that was accepted and not (all) made is answered as one that could not be (HL7 table 0119).
        if (result.IsPartly && unit.Control == "XO") control = "UX";
        var status = OrderControlTable.StatusOf(result.State);
        return unit.Indexes.Select(
            index => new GroupReply(index, control, status, result.PlacerNumber, result.FillerNumber, StepsOf(result, unit, index)));
    }

    /// <summary>Those that the group describes, when the unit's groups describe one each; else all.</summary>
    private static IReadOnlyList<StepKeys> StepsOf(OrderResult result, OrderUnit unit, int index)
    {
        var described = unit.Procedure?.Steps.FindAll(step => unit.Groups.Contains(step.Group)) ?? [];
        if (described.Count != result.Steps.Count) return result.Steps;
        var own = result.Steps.Where((_, i) => described[i].Group.GroupIndex == index).ToList();
        return own.Count > 0 ? own : result.Steps;
    }
}
