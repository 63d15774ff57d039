using CloudPacs.Mapping;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>A step of the message with the stored one that it means; null = a new step.</summary>
/// <param name="Mapped">What the message says.</param>
/// <param name="Stored">What is stored.</param>
/// <param name="MeansAll">The message named no step: only what holds for all steps is taken.</param>
internal readonly record struct StepPair(MappedStep Mapped, StepRow? Stored, bool MeansAll);

/// <summary>Finds which stored step a step of the message means (mapping reference a.8, last paragraph).</summary>
internal static class StepPairs
{
    /// <summary>By step id; without ids one step of the message means all that are stored, and several mean them one by one in order.</summary>
    public static List<StepPair> Of(UnitRun unit, ProcedureRow procedure)
    {
        var stored = InOrder(procedure.Steps);
        var pairs = new List<StepPair>();
        var unnamed = unit.Unit.Steps.Where(step => IdOf(unit, step) is null).ToList();
        foreach (var mapped in unit.Unit.Steps)
        {
            if (IdOf(unit, mapped) is { } id) pairs.Add(new StepPair(mapped, stored.Find(step => step.StepId == id), MeansAll: false));
            else if (unnamed.Count == 1 && unit.Unit.Steps.Count == 1 && stored.Count > 1)
                pairs.AddRange(stored.Select(step => new StepPair(mapped, step, MeansAll: true)));
            else pairs.Add(new StepPair(mapped, stored.ElementAtOrDefault(unnamed.IndexOf(mapped)), MeansAll: false));
        }

        return pairs;
    }

    /// <summary>What the unit says of a stored step, or null when it does not describe it.</summary>
    public static MappedStep? Find(UnitRun unit, StepRow step)
    {
        var steps = unit.Unit.Steps;
        if (steps.FirstOrDefault(mapped => IdOf(unit, mapped) == step.StepId) is { } named) return named;
        var unnamed = steps.Where(mapped => IdOf(unit, mapped) is null).ToList();
        if (unnamed.Count <= 1) return unnamed.FirstOrDefault();
        return unnamed.ElementAtOrDefault(InOrder(unit.Steps).IndexOf(step));
    }

    private static string? IdOf(UnitRun unit, MappedStep mapped) =>
        OrderKeys.Of(mapped.Group, unit.Message.Policy, unit.Message.Facts, unit.Message.Workspace.InstallationNamespace).StepId;

    /// <summary>Ids with a running number count 2 before 10.</summary>
    private static List<StepRow> InOrder(IEnumerable<StepRow> steps) =>
        [.. steps.OrderBy(static step => step.StepId.Length).ThenBy(static step => step.StepId, StringComparer.Ordinal)];
}
