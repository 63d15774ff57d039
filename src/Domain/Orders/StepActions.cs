using System.Collections.Frozen;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Requests that move steps from state to state without new values: close, hold, release, start.</summary>
internal static class StepActions
{
    private static readonly FrozenDictionary<OrderAction, Action<OrderRun, StepRow, OrderRule>> Acts =
        new Dictionary<OrderAction, Action<OrderRun, StepRow, OrderRule>>
        {
            [OrderAction.Close] = Close,
            [OrderAction.CloseAsError] = CloseAsError,
            [OrderAction.Replace] = Replace,
            [OrderAction.Hold] = static (run, step, rule) => run.Set(step, rule.After!.Value, AuditVerbs.StepHeld),
            [OrderAction.Release] = Release,
            [OrderAction.Start] = static (run, step, _) => run.Set(step, StepState.Started, AuditVerbs.StepStarted),
            [OrderAction.Reschedule] = Reschedule,
            [OrderAction.Keep] = static (_, _, _) => { },
            [OrderAction.KeepAndWarn] = static (run, step, _) =>
            {
                run.IsPartly = true;
                run.Add(OrderWarnings.StepStays(run.Command, step.StepState));
            },
        }.ToFrozenDictionary();

    /// <summary>Applies the rule of each step, or refuses the whole run.</summary>
    public static void Apply(OrderRun run)
    {
        if (run.Steps.Count == 0)
        {
            if (run.Rule(StepState.Scheduled).Action == OrderAction.Replace) run.Shared.Replaced = run.Orders[0];
            else if (run.Rule(StepState.Scheduled).Action != OrderAction.Keep) run.Add(OrderWarnings.OrderHasNoSteps(run.Command));
            return;
        }

        var rules = run.Steps.ConvertAll(step => (Step: step, Rule: run.Rule(step.StepState)));
        var refused = rules.FindAll(static r => r.Rule.Action == OrderAction.Refuse);
        if (refused.Count > 0 && !MayLeaveOut(run, rules.Count > refused.Count && rules.Exists(static r => IsChange(r.Rule.Action))))
        {
            run.Add(OrderProblems.NotPossible(run.Command, refused[0].Step.StepState));
            return;
        }

        foreach (var (step, rule) in rules)
        {
            if (rule.Action == OrderAction.Refuse) run.Add(OrderWarnings.StepLeftOut(run.Command, step.StepState));
            else Acts[rule.Action](run, step, rule);
        }
    }

    /// <summary>
    /// A command for the whole order leaves out those steps that it cannot apply to, as long as there is one that it can; but a cancel
    /// request says that nothing has been done yet, so one step that has begun refuses it.
    /// </summary>
    public static bool MayLeaveOut(OrderRun run, bool canChangeOthers) =>
        run.Request != OrderRequest.RequestCancel && run.Keys.StepIds.Count == 0 && canChangeOthers;

    private static bool IsChange(OrderAction action) => action is not (OrderAction.Keep or OrderAction.KeepAndWarn);

    private static void Close(OrderRun run, StepRow step, OrderRule rule) => run.Set(step, rule.After!.Value, rule.After switch
    {
        StepState.Completed => AuditVerbs.StepCompleted,
        StepState.Discontinued => AuditVerbs.StepDiscontinued,
        _ => AuditVerbs.StepCanceled,
    });

    private static void CloseAsError(OrderRun run, StepRow step, OrderRule rule)
    {
        Close(run, step, rule);
        foreach (var order in run.Orders.Where(static order => !order.EnteredInError))
        {
            order.EnteredInError = true;
            order.Touch();
            run.Outcome.Record(AuditVerbs.OrderEnteredInError, order.Id);
        }
    }

    private static void Replace(OrderRun run, StepRow step, OrderRule rule)
    {
        run.Shared.Replaced = run.Orders[0];
        run.Outcome.Record(AuditVerbs.OrderReplaced, run.Orders[0].Id);
        if (rule.After is not null) Close(run, step, rule);
        else
        {
            run.IsPartly = true;
            run.Add(OrderWarnings.NothingToClose(run.Command, step.StepState));
        }
    }

    private static void Release(OrderRun run, StepRow step, OrderRule rule)
    {
        StepMoves.Release(run.Outcome, step);
        run.WarnIfOffTheList(step);
    }

    /// <summary>Time and place; a step under way keeps them, with a warning when they would have changed.</summary>
    private static void Reschedule(OrderRun run, StepRow step, OrderRule rule)
    {
        if (rule.After is { } after) run.Set(step, after, AuditVerbs.StepScheduled);
        if (StepPairs.Find(run, step) is not { } news)
        {
            if (rule.After is null) run.Add(OrderWarnings.NoTimeAndPlace(run.Command));
            return;
        }

        var isUnderWay = StepStates.IsUnderWay(step);
        Predicate<Dicom.Tag> takes = isUnderWay ? static _ => false : ChangeableAttributes.TimeAndPlace.Contains;
        var said = isUnderWay ? Only(news.Attributes) : news.Attributes;
        var before = (step.Start, step.Attributes, step.StationAeTitles);
        var leftOut = StepWriter.Update(run.Run, step, said, news.StartIn(run.Context.SiteZone), takes, news);
        if (leftOut && isUnderWay) run.Add(OrderWarnings.TimeAndPlaceKept(run.Command, step.StepState));
        else if (leftOut) run.Add(OrderWarnings.OnlyTimeAndPlaceTaken(run.Command));
        if (!isUnderWay && before != (step.Start, step.Attributes, step.StationAeTitles))
            run.Outcome.Record(AuditVerbs.StepRescheduled, step.Id);
        run.WarnIfOffTheList(step);
    }

    private static Dicom.DataSet Only(Dicom.DataSet attributes)
    {
        var chosen = new Dicom.DataSet();
        foreach (var element in attributes)
            if (ChangeableAttributes.TimeAndPlace.Contains(element.Tag)) chosen.Add(element);
        return chosen;
    }
}
