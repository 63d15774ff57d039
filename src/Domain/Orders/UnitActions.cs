using System.Collections.Frozen;
using CloudPacs.Domain.Patients;
using CloudPacs.Hl7v2;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Brings one unit of an order message to the action that the order control table names.</summary>
internal static class UnitActions
{
    private static readonly FrozenDictionary<OrderAction, Action<UnitRun>> WhenUnknown = new Dictionary<OrderAction, Action<UnitRun>>
    {
        [OrderAction.Create] = static unit => OrderCreation.Create(unit, StepState.Scheduled),
        [OrderAction.CreateIfUpsert] = CreateIfUpsert,
        [OrderAction.RememberCancel] = RememberCancel,
        [OrderAction.SendNumber] = OrderNumbers.Send,
        [OrderAction.MakeParent] = Families.MakeParent,
        [OrderAction.Refuse] = static unit => unit.Fail(OrderProblems.UnknownOrder(unit.Unit)),
        [OrderAction.Keep] = WarnOfUnknown,
        [OrderAction.KeepAndWarn] = WarnOfUnknown,
        [OrderAction.StoreOnly] = StoreOnly,
    }.ToFrozenDictionary();

    // Any other action is one of the steps.
    private static readonly FrozenDictionary<OrderAction, Action<UnitRun>> WhenKnown = new Dictionary<OrderAction, Action<UnitRun>>
    {
        [OrderAction.Update] = OrderUpdate.Apply,
        [OrderAction.SendNumber] = OrderNumbers.Send,
        [OrderAction.AssignNumber] = OrderNumbers.Assign,
        [OrderAction.MakeParent] = Families.MakeParent,
        [OrderAction.ReportState] = ReportState,
        [OrderAction.StoreOnly] = StoreOnly,
    }.ToFrozenDictionary();

    public static void Apply(UnitRun unit)
    {
        if (unit.Unit.Control is not { } control) unit.Fail(OrderProblems.NoControl(unit.Unit));
        else if (!OrderControlTable.IsKnown(control)) unit.Fail(OrderProblems.UnknownControl(unit.Unit));
        else
        {
            foreach (var group in unit.Unit.Groups) unit.Outcome.Add(group.Problems);
            if (!OrderControlTable.IsKnownStatus(unit.Unit.Status)) WarnOfStatus(unit);
            if (!unit.Outcome.HasErrors) Match(unit);
        }
    }

    private static void Match(UnitRun unit)
    {
        var whenUnknown = unit.Rule(null).Action;
        if (whenUnknown == OrderAction.StoreOnly)
        {
            StoreOnly(unit);
            return;
        }

        if (unit.Keys.IsEmpty)
        {
            if (whenUnknown != OrderAction.Keep) unit.Fail(OrderProblems.NoKey(unit.Unit));
            else unit.Outcome.Warn(101, unit.Unit.KeyField, $"{unit.Control} changes nothing: it names no order.");
            return;
        }

        var match = OrderMatch.Find(unit.Message.Workspace, unit.Keys, unit.Message.Policy, unit.Control == "CH", unit.Unit.StepIds.Count > 0);
        if (match.Conflict is { } conflict)
        {
            unit.Outcome.Flag("conflict");
            unit.Fail(OrderProblems.Conflict(unit.Unit, conflict));
        }
        else if (!match.IsFound) WhenUnknown[whenUnknown](unit);
        else if (match.Orders.Any(order => !PatientRegistry.IsOf(unit.Message, order, unit.Order.Patient))) unit.Fail(OrderProblems.OtherPatient(unit.Unit));
        else if (match.Orders.Any(order => unit.Order.Clock.IsStale(order, unit.Unit.First.TransactionTime))) KeepStale(unit, match.Orders);
        else ApplyToKnown(unit, match.Orders);

        if (!unit.Outcome.HasErrors) unit.Message.WarnOfHidden(unit.Steps, unit.Unit.ControlField);
        if (whenUnknown == OrderAction.Keep || unit.Rule(StepState.Scheduled).Action == OrderAction.ReportState || unit.Outcome.Flags.Contains("stale")) return;
        foreach (var order in unit.Orders) unit.Order.Clock.Record(order, unit.Unit.First.TransactionTime);
    }

    private static void ApplyToKnown(UnitRun unit, IReadOnlyList<OrderRow> found)
    {
        var action = unit.Rule(StepState.Scheduled).Action;
        var isUpdate = action == OrderAction.Update;
        if (!isUpdate && found.Any(order => order.IsParent && order.PatientId != unit.Order.Patient?.Id))
        {
            unit.Fail(OrderProblems.NoPatient());
            return;
        }

        unit.Orders.AddRange(isUpdate ? found.OrderByDescending(order => Describes(unit, order)) : Families.WithChildren(unit.Message, found, unit.Order.Patient));
        if (!isUpdate) unit.Steps.AddRange(OrderMatch.Steps(unit.Orders, unit.Keys, unit.Unit.StepIds));
        if (WhenKnown.TryGetValue(action, out var act)) act(unit);
        else if (unit.Steps.Count == 0 && unit.Unit.StepIds.Count > 0) ApplyToUnknownStep(unit);
        else StepActions.Apply(unit);
        if (isUpdate && found.Count > 1)
            unit.Warn("Several orders have these numbers and only the one that fits best was changed: send each under a number of its own.");
        if (!isUpdate && unit.Steps.Count > 0 && unit.Unit.StepIds.Any(id => !unit.Steps.Exists(step => step.StepId == id)))
            unit.Outcome.Warn(204, unit.Unit.StepField, $"{unit.Control} left out a step id that no step of the order has.");
    }

    /// <summary>The order is known, the step is not: only a message that may make an order may make it.</summary>
    private static void ApplyToUnknownStep(UnitRun unit)
    {
        var action = unit.Rule(null).Action;
        if (action == OrderAction.CreateIfUpsert) OrderUpdate.Apply(unit);
        else if (action is OrderAction.Refuse or OrderAction.RememberCancel) unit.Fail(OrderProblems.UnknownStep(unit.Unit));
        else unit.Outcome.Warn(204, unit.Unit.StepField, $"{unit.Control} changes nothing: the order has no step with this id.");
    }

    private static bool Describes(UnitRun unit, OrderRow order) => unit.Unit.Procedure is not null && ProcedureMatch.Find(unit, order) is not null;

    private static void KeepStale(UnitRun unit, IReadOnlyList<OrderRow> found)
    {
        unit.Orders.AddRange(found);
        unit.Outcome.Flag("stale");
        unit.Warn("The message is older than the last one applied to this order: it was not applied; switch staleCheck off if this sender's clock is wrong.");
    }

    private static void CreateIfUpsert(UnitRun unit)
    {
        if (unit.Message.Policy.Upsert) OrderCreation.Create(unit, StepState.Scheduled);
        else unit.Fail(OrderProblems.UnknownOrder(unit.Unit));
    }

    private static void RememberCancel(UnitRun unit)
    {
        unit.Message.Workspace.Add(new RememberedCancel(unit.Message.Workspace.NewId())
        {
            PlacerNumber = unit.Keys.Placer,
            FillerNumber = unit.Keys.Filler,
            AccessionNumber = unit.Keys.Accession,
            ReceivedAt = unit.Message.Facts.ReceivedAt,
            TransactionTime = unit.Unit.First.TransactionTime,
            MessageTime = unit.Message.Facts.MessageTime,
        });
        unit.Outcome.Flag("remembered-cancel");
        unit.Outcome.Warn(204, unit.Unit.KeyField, "No order has these numbers yet: the cancel is remembered and closes the order if it comes in time.");
    }

    private static void WarnOfUnknown(UnitRun unit) =>
        unit.Outcome.Warn(204, unit.Unit.KeyField, $"{unit.Control} changes nothing: no order has these numbers.");

    /// <summary>The order reply has the state of the first step only, and a plain acknowledgement none.</summary>
    private static void ReportState(UnitRun unit)
    {
        var states = unit.Steps.Select(static step => $"{step.StepId} {StepStateTable.Name(step.StepState)}");
        unit.Outcome.Add(new Problem(0, Severity.Information, unit.Unit.ControlField, unit.Steps.Count == 0
            ? "The order has no steps."
            : $"The steps of the order: {string.Join(", ", states)}."));
    }

    private static void StoreOnly(UnitRun unit) => unit.Warn($"Order control {unit.Control} is stored and not applied.", 103);

    private static void WarnOfStatus(UnitRun unit) =>
        unit.Outcome.Warn(103, unit.Unit.At("ORC", 5), "The order status is not in HL7 table 0038 and counts as none: correct ORC-5.");
}
