using System.Collections.Frozen;
using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Brings one order command to the action that the order table names.</summary>
internal static class OrderActions
{
    private static readonly FrozenDictionary<OrderAction, Action<OrderRun>> WhenUnknown = new Dictionary<OrderAction, Action<OrderRun>>
    {
        [OrderAction.Create] = static run => OrderCreation.Create(run, StepState.Scheduled),
        [OrderAction.CreateIfUpsert] = CreateIfUpsert,
        [OrderAction.RememberCancel] = RememberCancel,
        [OrderAction.SendNumber] = OrderNumbers.Send,
        [OrderAction.MakeParent] = Families.MakeParent,
        [OrderAction.Refuse] = static run => run.Add(OrderProblems.UnknownOrder(run.Command)),
        [OrderAction.Keep] = WarnOfUnknown,
        [OrderAction.KeepAndWarn] = WarnOfUnknown,
        [OrderAction.StoreOnly] = StoreOnly,
    }.ToFrozenDictionary();

    // Any other action is one of the steps.
    private static readonly FrozenDictionary<OrderAction, Action<OrderRun>> WhenKnown = new Dictionary<OrderAction, Action<OrderRun>>
    {
        [OrderAction.Update] = OrderUpdate.Apply,
        [OrderAction.SendNumber] = OrderNumbers.Send,
        [OrderAction.AssignNumber] = OrderNumbers.Assign,
        [OrderAction.MakeParent] = Families.MakeParent,
        [OrderAction.ReportState] = ReportState,
        [OrderAction.StoreOnly] = StoreOnly,
    }.ToFrozenDictionary();

    public static void Apply(OrderRun run)
    {
        run.Outcome.Add(run.Command.Faults);
        if (run.Outcome.HasErrors) return;
        if (run.Command.Request is null) run.Add(OrderProblems.NoRequest(run.Command));
        else Match(run);
    }

    /// <summary>Whether an order that the command names was changed later than the command was given.</summary>
    public static bool IsStale(SharedRun shared, OrderCommand command)
    {
        if (command.Request is null || shared.KeysOf(command) is not { IsEmpty: false } keys) return false;
        var patient = shared.Person is { } person ? PatientRegistry.Find(shared.Run, person) : null;
        var found = OrderMatch.Find(shared.Run, keys, command.Request, patient).Orders;
        return found.Count > 0 && found.Any(row => shared.Clock.IsStale(row, command.AskedAt));
    }

    private static void Match(OrderRun run)
    {
        var whenUnknown = run.Rule(null).Action;
        if (whenUnknown == OrderAction.StoreOnly)
        {
            StoreOnly(run);
            return;
        }

        if (run.Keys.IsEmpty)
        {
            run.Add(whenUnknown == OrderAction.Keep ? OrderWarnings.NamesNoOrder(run.Command) : OrderProblems.NoNumber(run.Command));
            return;
        }

        var match = OrderMatch.Find(run.Run, run.Keys, run.Request, run.Shared.Patient);
        if (match.Conflict is { } conflict)
        {
            run.Outcome.Flag("conflict");
            run.Add(conflict(run.Command));
        }
        else if (!match.IsFound) WhenUnknown[whenUnknown](run);
        else if (match.Orders.Any(order => !PatientRegistry.IsOf(run.Run, order, run.Shared.Patient)))
            run.Add(OrderProblems.OtherPatient(run.Command));
        else if (match.Orders.Any(order => run.Shared.Clock.IsStale(order, run.Command.AskedAt))) KeepStale(run, match.Orders);
        else ApplyToKnown(run, match.Orders);

        if (!run.Outcome.HasErrors) HiddenEntries.Tell(run.Run, run.Steps, run.Command, Field.Request);
        if (whenUnknown == OrderAction.Keep || run.Rule(StepState.Scheduled).Action == OrderAction.ReportState) return;
        if (run.Outcome.Flags.Contains("stale")) return;
        if (run.Shared.Clock.IsAhead(run.Command.AskedAt)) run.Add(OrderWarnings.AskedInFuture(run.Command));
        if (run.Shared.Clock.IsAhead(run.Context.SentAt)) run.Add(OrderWarnings.SentInFuture());
        foreach (var order in run.Orders) run.Shared.Clock.Record(order, run.Command.AskedAt);
    }

    private static void ApplyToKnown(OrderRun run, IReadOnlyList<OrderRow> found)
    {
        var action = run.Rule(StepState.Scheduled).Action;
        var isUpdate = action == OrderAction.Update;
        if (!isUpdate && found.Any(order => order.IsParent && order.PatientId != run.Shared.Patient?.Id))
        {
            run.Add(OrderProblems.NoPatient());
            return;
        }

        run.Orders.AddRange(isUpdate
            ? found.OrderByDescending(order => Describes(run, order))
            : Families.WithChildren(run.Run, found));
        if (!isUpdate) run.Steps.AddRange(OrderMatch.Steps(run.Orders, run.Keys, run.Keys.StepIds));
        if (WhenKnown.TryGetValue(action, out var act)) act(run);
        else if (run.Steps.Count == 0 && run.Keys.StepIds.Count > 0) ApplyToUnknownStep(run);
        else StepActions.Apply(run);
        if (isUpdate && found.Count > 1) run.Add(OrderWarnings.SeveralOrders(run.Command));
        if (!isUpdate && !run.MeansOnlyStep && run.Steps.Count > 0
            && run.Keys.StepIds.Any(id => !run.Steps.Exists(step => StepIds.IsKnownAs(step, id))))
            run.Add(OrderWarnings.StepIdLeftOut(run.Command));
    }

    /// <summary>
    /// The order is known, the step is not: it is the only one, which has an id of ours; else only a command that may make an order may
    /// make it.
    /// </summary>
    private static void ApplyToUnknownStep(OrderRun run)
    {
        if (run.Keys.StepIds.Count == 1 && StepIds.OnlyWithOwnId(run.Orders) is { } only)
        {
            run.MeansOnlyStep = true;
            run.Steps.Add(only);
            run.Add(OrderWarnings.OnlyStepMeant(run.Command));
            StepActions.Apply(run);
            return;
        }

        var action = run.Rule(null).Action;
        if (action == OrderAction.CreateIfUpsert) OrderUpdate.Apply(run);
        else if (action is OrderAction.Refuse or OrderAction.RememberCancel) run.Add(OrderProblems.UnknownStep(run.Command));
        else run.Add(OrderWarnings.NoSuchStep(run.Command));
    }

    private static bool Describes(OrderRun run, OrderRow order) =>
        run.Command.Procedure is not null && ProcedureMatch.Find(run, order) is not null;

    private static void KeepStale(OrderRun run, IReadOnlyList<OrderRow> found)
    {
        run.Orders.AddRange(found);
        run.Outcome.Flag("stale");
        run.Add(OrderWarnings.Stale(run.Command));
    }

    private static void CreateIfUpsert(OrderRun run)
    {
        if (run.Policy.ChangesMakeOrders) OrderCreation.Create(run, StepState.Scheduled);
        else run.Add(OrderProblems.UnknownOrder(run.Command));
    }

    private static void RememberCancel(OrderRun run)
    {
        run.Workspace.Add(new RememberedCancel(run.Workspace.NewId())
        {
            PlacerNumber = run.Keys.Placer,
            FillerNumber = run.Keys.Filler,
            AccessionNumber = run.Keys.Accession,
            ReceivedAt = run.Context.ReceivedAt,
            TransactionTime = run.Context.Past(run.Command.AskedAt),
            MessageTime = run.Context.Past(run.Context.SentAt),
        });
        run.Outcome.Flag("remembered-cancel");
        run.Add(OrderWarnings.CancelRemembered(run.Command));
    }

    private static void WarnOfUnknown(OrderRun run) => run.Add(OrderWarnings.NoSuchOrder(run.Command));

    private static void ReportState(OrderRun run) => run.Add(OrderWarnings.State(run.Command, run.Steps));

    private static void StoreOnly(OrderRun run) => run.Add(OrderWarnings.StoredOnly(run.Command));
}
