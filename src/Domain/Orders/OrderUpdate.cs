using CloudPacs.Dicom;
using CloudPacs.Domain.Patients;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Lays new values over an order that is stored: NW again, RO, CH, XO, XX, XR.</summary>
internal static class OrderUpdate
{
    private static readonly Predicate<Tag> Everything = static _ => true;
    private static readonly Predicate<Tag> TextOnly = ChangeableAttributes.Text.Contains;
    private static readonly Predicate<Tag> ForAllSteps = static tag => !ChangeableAttributes.OwnOfStep.Contains(tag);

    public static void Apply(UnitRun unit)
    {
        var order = unit.Orders[0];
        if (order.IsParent)
        {
            unit.Warn("The order is a parent without steps: only the patient's data was taken; change its children.");
            return;
        }

        if (unit.Unit.Procedure is not { } mapped || unit.Unit.Steps.Count == 0)
        {
            unit.Warn("The message has no procedure for this order: only the patient's data was taken.");
            return;
        }

        var procedure = ProcedureMatch.Find(unit, order);
        var isChanged = procedure is null ? Extend(unit, order, mapped) : Update(unit, order, procedure, mapped);
        if (unit.Outcome.HasErrors || !isChanged) return;
        OrderNumbers.TakeOver(unit, order, mayChange: !order.Procedures.Exists(static p => p.Steps.Exists(IsUnderWay)));
        OrderCreation.LinkToReplaced(unit, order);
        if (order.VisitId != unit.Order.Visit?.Id && unit.Order.Visit is { } visit)
        {
            order.VisitId = visit.Id;
            order.Touch();
        }

        unit.Outcome.Record("order.updated", order.Id);
    }

    /// <summary>A procedure that is new in a known order; false when the order is closed.</summary>
    private static bool Extend(UnitRun unit, OrderRow order, MappedProcedure mapped)
    {
        var isPlaced = unit.Control is "NW" or "RO";
        var steps = order.Procedures.SelectMany(static p => p.Steps).ToList();
        var isClosed = steps.Count > 0 && steps.TrueForAll(static step => step.StepState >= StepState.Completed);
        if (unit.Unit.StepIds.Count > 0 || !isClosed || (isPlaced && steps.TrueForAll(static step => step.StepState != StepState.Completed)))
            return OrderCreation.AddProcedure(unit, order, mapped, StepState.Scheduled) is not null;
        if (isPlaced) unit.Fail(OrderProblems.AlreadyCompleted(unit.Unit));
        else unit.Warn($"{unit.Control} changes nothing: the order is closed.");
        return false;
    }

    /// <summary>A procedure that is known; false when its steps allow no change.</summary>
    private static bool Update(UnitRun unit, OrderRow order, ProcedureRow procedure, MappedProcedure mapped)
    {
        var pairs = StepPairs.Of(unit, procedure);
        var rules = pairs.ConvertAll(pair => pair.Stored is { } known ? unit.Rule(known.StepState) : new OrderRule(OrderAction.Create, StepState.Scheduled));
        var canChange = rules.Exists(static rule => rule.Action is not (OrderAction.Refuse or OrderAction.KeepAndWarn));
        if (rules.Exists(static rule => rule.Action == OrderAction.Refuse) && !StepActions.MayLeaveOut(unit, canChange))
        {
            unit.Fail(OrderProblems.AlreadyCompleted(unit.Unit));
            return false;
        }

        if (canChange && OrderCreation.HasFaults(unit, mapped)) return false;
        var stored = procedure.Steps.ToList();
        var wasOpen = stored.Count(static step => step.StepState < StepState.Completed);
        if (canChange) UpdateRequest(unit, order, procedure, mapped, isText: stored.Exists(IsUnderWay) || (wasOpen == 0 && !rules.Exists(static r => r.Action == OrderAction.Reopen)));
        for (var i = 0; i < pairs.Count; i++) Apply(unit, procedure, pairs[i], rules[i]);
        unit.Order.Described.Add(procedure.Id);
        if (canChange && pairs.Count < wasOpen) CloseUnlisted(unit, mapped, stored, pairs);
        return canChange;
    }

    private static void Apply(UnitRun unit, ProcedureRow procedure, StepPair pair, OrderRule rule)
    {
        if (pair.Stored is not { } step)
        {
            OrderCreation.AddStep(unit, procedure, pair.Mapped, rule.After!.Value);
            return;
        }

        unit.Steps.Add(step);
        var name = StepStateTable.Name(step.StepState);
        switch (rule.Action)
        {
            case OrderAction.Reopen:
                if (Reopen(unit, step, rule.After!.Value)) Take(unit, step, pair);
                break;
            case OrderAction.Update:
                FlagDuplicate(unit, step);
                Take(unit, step, pair);
                break;
            case OrderAction.UpdateText:
                FlagDuplicate(unit, step);
                var leftOut = StepWriter.Update(unit.Message, step, pair.Mapped.Attributes, pair.Mapped.Start, TextOnly);
                if (leftOut) unit.AnswerUnable();
                unit.Warn($"The step is {name}: only demographics and text were taken, not procedure, station, times, ids or UID.");
                break;
            default:
                unit.AnswerUnable();
                unit.Warn($"{unit.Control} changes nothing: the step is {name}.");
                break;
        }
    }

    private static void Take(UnitRun unit, StepRow step, StepPair pair)
    {
        var leftOut = StepWriter.Update(unit.Message, step, pair.Mapped.Attributes, pair.Mapped.Start, pair.MeansAll ? ForAllSteps : Everything);
        if (!pair.MeansAll) unit.Outcome.Describe(step, pair.Mapped.Scope);
        else if (leftOut) unit.Warn("The order has several steps and the message names none: modality, protocol and description of each were kept; name the step (OBR-20 or IPC-4) to change them.");
        unit.WarnIfOffTheList(step);
    }

    /// <summary>Back on the list, unless a cancel that is remembered holds it closed.</summary>
    private static bool Reopen(UnitRun unit, StepRow step, StepState after)
    {
        if (step.StepState == StepState.Expired) FlagDuplicate(unit, step);
        else if (OrderCreation.RememberedCancelOf(unit) is not null)
        {
            unit.Warn("A cancel of this order came before it, so it stays closed: send it with a later time (ORC-9) to place it again.");
            return false;
        }

        unit.Set(step, after, "step.reopened");
        foreach (var order in unit.Orders.Where(static order => order.EnteredInError))
        {
            order.EnteredInError = false;
            order.Touch();
        }

        return true;
    }

    /// <summary>A new order for an entry that is open already.</summary>
    private static void FlagDuplicate(UnitRun unit, StepRow step)
    {
        if (unit.Control != "NW") return;
        unit.Outcome.Flag("duplicate_new");
        if (step.Flags.Add("duplicate_new")) step.Touch();
    }

    private static void UpdateRequest(UnitRun unit, OrderRow order, ProcedureRow procedure, MappedProcedure mapped, bool isText)
    {
        var attributes = Attributes.Read(procedure.Attributes);
        var leftOut = OrderCreation.MergeRequest(unit, attributes, mapped, isText ? TextOnly : null);
        leftOut |= OrderNumbers.TakeOver(unit, procedure, mayChange: !isText);
        if (isText && leftOut) unit.AnswerUnable();
        RowKeys.Save(order, procedure, attributes);
        if (!isText) unit.Outcome.Describe(order, mapped.Scope);
    }

    /// <summary>Steps that a complete message no longer lists and that have not begun are closed (mapping reference a.6, 8).</summary>
    private static void CloseUnlisted(UnitRun unit, MappedProcedure mapped, List<StepRow> stored, List<StepPair> pairs)
    {
        if (unit.Control is not ("NW" or "XO" or "XX" or "XR")) return;
        if (!(unit.Message.Policy.FullSnapshot ?? unit.Unit.First.IsFillerFeed)) return;
        var listed = mapped.Steps.Select(static step => step.Group.StepId).ToHashSet();
        foreach (var step in stored.Where(step => step.StepState == StepState.Scheduled && !listed.Contains(step.StepId) && !pairs.Exists(p => p.Stored == step)))
        {
            unit.Set(step, StepState.Canceled, "step.canceled");
            unit.Warn("A step that the message no longer lists was closed; set fullSnapshot off if this sender sends single steps.");
        }
    }

    private static bool IsUnderWay(StepRow step) => step.StepState is StepState.Started or StepState.Departed;
}
