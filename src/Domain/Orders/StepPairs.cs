using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>A step of a command with the stored one that it means; null = a new step.</summary>
/// <param name="Details">What the command says.</param>
/// <param name="Stored">What is stored.</param>
/// <param name="MeansAll">The command named no step: only what holds for all steps is taken.</param>
internal readonly record struct StepPair(StepDetails Details, StepRow? Stored, bool MeansAll);

/// <summary>Finds which stored step a step of a command means.</summary>
internal static class StepPairs
{
    /// <summary>
    /// By step id; without ids one step of the command means all that are stored, and several mean them one by one in order.
    /// </summary>
    public static List<StepPair> Of(OrderRun run, ProcedureRow procedure)
    {
        var stored = InOrder(procedure.Steps);
        var pairs = new List<StepPair>();
        var unnamed = run.Command.Steps.Where(step => run.StepIdOf(step) is null).ToList();
        foreach (var details in run.Command.Steps)
        {
            if (run.StepIdOf(details) is { } id)
            {
                var named = stored.Find(step => StepIds.IsKnownAs(step, id)) ?? StepIds.Named(run, stored, id);
                pairs.Add(new StepPair(details, named, MeansAll: false));
            }
            else if (unnamed.Count == 1 && run.Command.Steps.Count == 1 && stored.Count > 1)
                pairs.AddRange(stored.Select(step => new StepPair(details, step, MeansAll: true)));
            else pairs.Add(new StepPair(details, stored.ElementAtOrDefault(unnamed.IndexOf(details)), MeansAll: false));
        }

        return pairs;
    }

    /// <summary>What the command says of a stored step, or null when it does not describe it.</summary>
    public static StepDetails? Find(OrderRun run, StepRow step)
    {
        var steps = run.Command.Steps;
        if (steps.FirstOrDefault(details => run.StepIdOf(details) is { } id && StepIds.IsKnownAs(step, id)) is { } named) return named;
        if (run.MeansOnlyStep) return steps is [var only, ..] ? only : null;
        var unnamed = steps.Where(details => run.StepIdOf(details) is null).ToList();
        if (unnamed.Count <= 1) return unnamed.FirstOrDefault();
        return unnamed.ElementAtOrDefault(InOrder(run.Steps).IndexOf(step));
    }

    /// <summary>Ids with a running number count 2 before 10.</summary>
    private static List<StepRow> InOrder(IEnumerable<StepRow> steps) =>
        [.. steps.OrderBy(static step => step.StepId.Length).ThenBy(static step => step.StepId, StringComparer.Ordinal)];
}
