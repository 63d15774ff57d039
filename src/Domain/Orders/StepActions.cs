using System.Collections.Frozen;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Order controls that move steps from state to state without new values: close, hold, release, start.</summary>
internal static class StepActions
{
    private static readonly FrozenDictionary<OrderAction, Action<UnitRun, StepRow, OrderRule>> Acts =
        new Dictionary<OrderAction, Action<UnitRun, StepRow, OrderRule>>
        {
            [OrderAction.Close] = Close,
            [OrderAction.CloseAsError] = CloseAsError,
            [OrderAction.Replace] = Replace,
            [OrderAction.Hold] = static (unit, step, rule) => unit.Set(step, rule.After!.Value, "step.held"),
            [OrderAction.Release] = Release,
            [OrderAction.Start] = static (unit, step, _) => unit.Set(step, StepState.Started, "step.started"),
            [OrderAction.Reschedule] = Reschedule,
            [OrderAction.Keep] = static (_, _, _) => { },
            [OrderAction.KeepAndWarn] = static (unit, step, _) =>
            {
                unit.AnswerUnable();
                unit.Warn($"{Asked(unit)} changes nothing: the step is {StepStateTable.Name(step.StepState)}.");
            },
        }.ToFrozenDictionary();

    /// <summary>Applies the rule of each step, or refuses the whole unit.</summary>
    public static void Apply(UnitRun unit)
    {
        if (unit.Steps.Count == 0)
        {
            if (unit.Rule(StepState.Scheduled).Action == OrderAction.Replace) unit.Order.Replaced = unit.Orders[0];
            else if (unit.Rule(StepState.Scheduled).Action != OrderAction.Keep) unit.Warn($"{Asked(unit)} changes nothing: the order has no steps.");
            return;
        }

        var rules = unit.Steps.ConvertAll(step => (Step: step, Rule: unit.Rule(step.StepState)));
        var refused = rules.FindAll(static r => r.Rule.Action == OrderAction.Refuse);
        if (refused.Count > 0 && !MayLeaveOut(unit, rules.Count > refused.Count && rules.Exists(static r => IsChange(r.Rule.Action))))
        {
            var (step, rule) = refused[0];
            unit.Fail(OrderProblems.Refused(unit.Unit, StepStateTable.Name(step.StepState), rule.Code));
            return;
        }

        foreach (var (step, rule) in rules)
        {
            if (rule.Action == OrderAction.Refuse) unit.Warn($"{Asked(unit)} left out a step that is {StepStateTable.Name(step.StepState)}.");
            else Acts[rule.Action](unit, step, rule);
        }
    }

    /// <summary>
    /// A message for the whole order leaves out those steps that it cannot apply to, as long as there is one that it can; but a cancel request
    /// says that nothing has been done yet, so one step that has begun refuses it.
    /// </summary>
    public static bool MayLeaveOut(UnitRun unit, bool canChangeOthers) => unit.Control != "CA" && unit.Unit.StepIds.Count == 0 && canChangeOthers;

    private static bool IsChange(OrderAction action) => action is not (OrderAction.Keep or OrderAction.KeepAndWarn);

    private static string Asked(UnitRun unit) => (unit.Control, unit.Unit.Status) switch
    {
        ("SC", null) => "SC without ORC-5",
        ("SC" or "XO" or "XX", { } status) => $"{unit.Control} with ORC-5 {status}",
        _ => unit.Control,
    };

    private static void Close(UnitRun unit, StepRow step, OrderRule rule) => unit.Set(step, rule.After!.Value, rule.After switch
    {
        StepState.Completed => "step.completed",
        StepState.Discontinued => "step.discontinued",
        _ => "step.canceled",
    });

    private static void CloseAsError(UnitRun unit, StepRow step, OrderRule rule)
    {
        Close(unit, step, rule);
        foreach (var order in unit.Orders.Where(static order => !order.EnteredInError))
        {
            order.EnteredInError = true;
            order.Touch();
            unit.Outcome.Record("order.entered-in-error", order.Id);
        }
    }

    private static void Replace(UnitRun unit, StepRow step, OrderRule rule)
    {
        unit.Order.Replaced = unit.Orders[0];
        unit.Outcome.Record("order.replaced", unit.Orders[0].Id);
        if (rule.After is not null) Close(unit, step, rule);
        else
        {
            unit.AnswerUnable();
            unit.Warn($"{Asked(unit)} closes nothing: the step is {StepStateTable.Name(step.StepState)}; the order that follows is linked to it all the same.");
        }
    }

    private static void Release(UnitRun unit, StepRow step, OrderRule rule)
    {
        StepMoves.Release(unit.Outcome, step);
        unit.WarnIfOffTheList(step);
    }

    /// <summary>Time and place; a step under way keeps them, with a warning when they would have changed.</summary>
    private static void Reschedule(UnitRun unit, StepRow step, OrderRule rule)
    {
        if (rule.After is { } after) unit.Set(step, after, "step.scheduled");
        if (StepPairs.Find(unit, step) is not { } news)
        {
            if (rule.After is null) unit.Warn("The message says nothing of the time and place of a step of the order: send an OBR with it.");
            return;
        }

        var isUnderWay = step.StepState is StepState.Started or StepState.Departed;
        var leftOut = StepWriter.Update(unit.Message, step, Only(news.Attributes), news.Start, isUnderWay ? static _ => false : ChangeableAttributes.TimeAndPlace.Contains);
        if (leftOut) unit.Warn($"Time and place were not changed: the step is {StepStateTable.Name(step.StepState)}.");
        else if (step.State != Store.RowState.Unchanged) unit.Outcome.Record("step.rescheduled", step.Id);
        unit.WarnIfOffTheList(step);
    }

    private static Dicom.DataSet Only(Dicom.DataSet attributes)
    {
        var chosen = new Dicom.DataSet();
        foreach (var element in attributes)
            if (ChangeableAttributes.TimeAndPlace.Contains(element.Tag)) chosen.Add(element);
        return chosen;
    }
}
