using CloudPacs.Dicom;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Changes an order that is stored.</summary>
internal static class OrderUpdate
{
    private static readonly Predicate<Tag> Everything = static _ => true;
    private static readonly Predicate<Tag> TextOnly = ChangeableAttributes.Text.Contains;
    private static readonly Predicate<Tag> ForAllSteps = static tag => !ChangeableAttributes.OwnOfStep.Contains(tag);

    public static void Apply(OrderRun run)
    {
        var order = run.Orders[0];
        if (order.IsParent)
        {
            run.Add(OrderWarnings.OrderIsParent(run.Command));
            return;
        }

        if (run.Command.Procedure is not { } details || run.Command.Steps.Count == 0)
        {
            run.Add(OrderWarnings.NoProcedure(run.Command));
            return;
        }

        var procedure = ProcedureMatch.Find(run, order);
        var isChanged = procedure is null ? Extend(run, order, details) : Update(run, order, procedure, details);
        if (run.Outcome.HasErrors || !isChanged) return;
        OrderNumbers.TakeOver(run, order, mayChange: !order.Procedures.Exists(static p => p.Steps.Exists(StepStates.IsUnderWay)));
        OrderCreation.LinkToReplaced(run, order);
        if (order.VisitId != run.Shared.Visit?.Id && run.Shared.Visit is { } visit)
        {
            order.VisitId = visit.Id;
            order.Touch();
        }

        if (run.Command.Parent is { } parent
            && order.Parent?.Matches(Authorities.Scoped(parent, run.Context.OrderAuthority)) != true)
            run.Add(OrderWarnings.ParentKept(run.Command));
        run.Outcome.Record(AuditVerbs.OrderUpdated, order.Id);
    }

    /// <summary>A procedure that is new in a known order; false when the order is closed.</summary>
    private static bool Extend(OrderRun run, OrderRow order, ProcedureDetails details)
    {
        var isPlaced = run.Request is OrderRequest.Place or OrderRequest.PlaceReplacement or OrderRequest.PlaceChild;
        var steps = order.Procedures.SelectMany(static p => p.Steps).ToList();
        var isClosed = steps.Count > 0 && steps.TrueForAll(static step => step.StepState >= StepState.Completed);
        if (run.Keys.StepIds.Count > 0 || !isClosed || (isPlaced && steps.TrueForAll(static step => step.StepState != StepState.Completed)))
        {
            if (OrderCreation.AddProcedure(run, order, details, StepState.Scheduled) is null) return false;
            if (!isPlaced && steps.Count > 0) run.Add(OrderWarnings.ProcedureAdded(run.Command));
            return true;
        }

        if (isPlaced) run.Add(OrderProblems.AlreadyCompleted(run.Command));
        else run.Add(OrderWarnings.OrderIsClosed(run.Command));
        return false;
    }

    /// <summary>A procedure that is known; false when its steps allow no change.</summary>
    private static bool Update(OrderRun run, OrderRow order, ProcedureRow procedure, ProcedureDetails details)
    {
        var pairs = StepPairs.Of(run, procedure);
        var rules = pairs.ConvertAll(pair =>
            pair.Stored is { } known ? run.Rule(known.StepState) : new OrderRule(OrderAction.Create, StepState.Scheduled));
        var canChange = rules.Exists(static rule => rule.Action is not (OrderAction.Refuse or OrderAction.KeepAndWarn));
        if (rules.Exists(static rule => rule.Action == OrderAction.Refuse) && !StepActions.MayLeaveOut(run, canChange))
        {
            run.Add(OrderProblems.AlreadyCompleted(run.Command));
            return false;
        }

        if (canChange && OrderCreation.HasFaults(run, details)) return false;
        if (run.Request == OrderRequest.Place && run.Shared.Described.Contains(procedure.Id))
            run.Add(OrderWarnings.ChangesTheOneBefore(run.Command));
        var stored = procedure.Steps.ToList();
        var wasOpen = stored.Count(StepStates.IsOpen);
        var isText = stored.Exists(StepStates.IsUnderWay) || (wasOpen == 0 && !rules.Exists(static r => r.Action == OrderAction.Reopen));
        if (canChange) UpdateRequest(run, order, procedure, details, isText);
        for (var i = 0; i < pairs.Count; i++) Apply(run, procedure, pairs[i], rules[i]);
        run.Shared.Described.Add(procedure.Id);
        if (canChange && pairs.Count < wasOpen) CloseUnlisted(run, details, stored, pairs);
        return canChange;
    }

    private static void Apply(OrderRun run, ProcedureRow procedure, StepPair pair, OrderRule rule)
    {
        if (pair.Stored is not { } step)
        {
            if (run.Request is not (OrderRequest.Place or OrderRequest.PlaceReplacement or OrderRequest.PlaceChild))
                run.Add(OrderWarnings.StepAdded(run.Command));
            OrderCreation.AddStep(run, procedure, pair.Details, rule.After!.Value);
            return;
        }

        run.Steps.Add(step);
        switch (rule.Action)
        {
            case OrderAction.Reopen:
                if (Reopen(run, step, rule.After!.Value)) Take(run, step, pair);
                break;
            case OrderAction.Update:
                FlagDuplicate(run, step);
                Take(run, step, pair);
                break;
            case OrderAction.UpdateText:
                FlagDuplicate(run, step);
                var start = pair.Details.StartIn(run.Context.SiteZone);
                var leftOut = StepWriter.Update(run.Run, step, pair.Details.Attributes, start, TextOnly, pair.Details);
                if (leftOut) run.IsPartly = true;
                run.Add(OrderWarnings.OnlyTextTaken(run.Command, step.StepState));
                break;
            default:
                run.IsPartly = true;
                run.Add(OrderWarnings.StepIsClosed(run.Command, step.StepState));
                break;
        }
    }

    private static void Take(OrderRun run, StepRow step, StepPair pair)
    {
        var news = Whole(run, Attributes.Read(step.Attributes), pair.Details.Attributes);
        var leftOut = StepWriter.Update(
            run.Run, step, news, pair.Details.StartIn(run.Context.SiteZone), pair.MeansAll ? ForAllSteps : Everything, pair.Details);
        if (!pair.MeansAll) run.Outcome.Describe(step, pair.Details);
        else if (leftOut) run.Add(OrderWarnings.OwnOfStepKept(run.Command));
        run.WarnIfOffTheList(step);
    }

    /// <summary>Back on the list, unless a cancel that is remembered holds it closed.</summary>
    private static bool Reopen(OrderRun run, StepRow step, StepState after)
    {
        if (step.StepState == StepState.Expired) FlagDuplicate(run, step);
        else if (OrderCreation.RememberedCancelOf(run) is not null)
        {
            run.Add(OrderWarnings.StaysClosed(run.Command));
            return false;
        }

        run.Set(step, after, AuditVerbs.StepReopened);
        foreach (var order in run.Orders.Where(static order => order.EnteredInError))
        {
            order.EnteredInError = false;
            order.Touch();
        }

        return true;
    }

    /// <summary>A new order for an entry that is open already.</summary>
    private static void FlagDuplicate(OrderRun run, StepRow step)
    {
        if (run.Request != OrderRequest.Place) return;
        run.Outcome.Flag("duplicate_new");
        if (step.Flags.Add("duplicate_new")) step.Touch();
    }

    private static void UpdateRequest(OrderRun run, OrderRow order, ProcedureRow procedure, ProcedureDetails details, bool isText)
    {
        var attributes = Attributes.Copy(procedure.Attributes);
        var news = isText ? details.Attributes : Whole(run, attributes, details.Attributes);
        var leftOut = OrderCreation.MergeRequest(run, attributes, details, news, isText ? TextOnly : null);
        leftOut |= OrderNumbers.TakeOver(run, procedure, mayChange: !isText);
        if (isText && leftOut) run.IsPartly = true;
        RowKeys.Save(order, procedure, attributes);
        if (order.Procedures[0] == procedure) run.Outcome.Describe(order, details, isText);
    }

    private static DataSet Whole(OrderRun run, DataSet stored, DataSet news)
    {
        var whole = CodeAndText.Whole(stored, ProtocolSites.WithoutBare(news), out var isHalfReplaced);
        ProtocolSites.Put(stored, news, whole);
        if (isHalfReplaced) run.Add(OrderWarnings.HalfReplaced(run.Command));
        return whole;
    }

    /// <summary>Steps that a complete order no longer lists and that have not begun are closed.</summary>
    private static void CloseUnlisted(OrderRun run, ProcedureDetails details, List<StepRow> stored, List<StepPair> pairs)
    {
        if (run.Request is not (OrderRequest.Place or OrderRequest.Change)) return;
        if (!(run.Policy.ClosesUnlistedSteps ?? run.Command.IsFromFiller)) return;
        var listed = details.Steps.Select(static step => step.StepId).ToHashSet();
        foreach (var step in stored.Where(step =>
            step.StepState == StepState.Scheduled && !listed.Contains(step.StepId) && !pairs.Exists(p => p.Stored == step)))
        {
            run.Set(step, StepState.Canceled, AuditVerbs.StepCanceled);
            run.Add(OrderWarnings.UnlistedStepClosed(run.Command));
        }
    }
}
