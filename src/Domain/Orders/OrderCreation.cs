using CloudPacs.Dicom;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Makes orders with their procedures and steps.</summary>
internal static class OrderCreation
{
    /// <summary>Makes the order that the command describes; its steps start in <paramref name="state"/>.</summary>
    public static OrderRow? Create(OrderRun run, StepState state)
    {
        if (!IsComplete(run) || NewOrder(run) is not { } order) return null;
        var fillsFiller = order.FillerNumber is null && !run.Command.IsFromFiller;
        if (run.Command.Procedure is { } details && AddProcedure(run, order, details, state) is { } procedure && fillsFiller)
        {
            // For a placer that gave no filler number we are the filler, and our number for the order is its accession number.
            order.FillerNumber = procedure.AccessionNumber;
            RowKeys.Save(order);
        }

        if (run.Outcome.HasErrors) return null;
        run.Outcome.Record(AuditVerbs.OrderPlaced, order.Id);
        return order;
    }

    /// <summary>An order without procedures: a parent, or a draft that is only a number yet.</summary>
    public static OrderRow? NewOrder(OrderRun run)
    {
        if (run.Keys.IsEmpty)
        {
            run.Add(OrderProblems.NoNumber(run.Command));
            return null;
        }

        if (run.Shared.Patient is not { } patient)
        {
            run.Add(OrderProblems.NoPatient());
            return null;
        }

        if (new OrderSearch(run.Run, run.Keys, run.Request, patient).TakesFreedNumber())
            run.Add(OrderWarnings.NumberUsedAgain(run.Command));
        var order = run.Workspace.AddOrder(patient.Id, run.Context.Actor);
        order.Facility = run.Context.Facility;
        order.VisitId = run.Shared.Visit?.Id;
        order.PlacerNumber = run.Keys.Placer;
        order.FillerNumber = run.Keys.Filler;
        LinkToParent(run, order);
        LinkToReplaced(run, order);
        run.Orders.Add(order);
        return order;
    }

    /// <summary>Adds a procedure with its steps; null with a problem.</summary>
    public static ProcedureRow? AddProcedure(OrderRun run, OrderRow order, ProcedureDetails details, StepState state)
    {
        if (HasFaults(run, details) || ProcedureFactory.Create(run, order) is not { } procedure) return null;
        var attributes = new DataSet();
        MergeRequest(run, attributes, details, details.Attributes, takes: null);
        if (!IsDescribed(run, attributes)) run.Add(OrderWarnings.NotDescribed(run.Command));
        RowKeys.Save(order, procedure, attributes);
        run.Shared.Described.Add(procedure.Id);
        // With several procedures an order is what its first one is, as its state is.
        if (order.Procedures[0] == procedure) run.Outcome.Describe(order, details);
        foreach (var step in run.Command.Steps) AddStep(run, procedure, step, state);
        if (state == StepState.Scheduled) WaitingBookings.Apply(run, order, procedure);
        return run.Outcome.HasErrors ? null : procedure;
    }

    public static void AddStep(OrderRun run, ProcedureRow procedure, StepDetails details, StepState state)
    {
        var closedBy = state == StepState.Scheduled ? RememberedCancelOf(run) : null;
        IReadOnlyList<OrderRow> sharing = run.Keys.Accession is { } accession ? run.Workspace.FindByAccession(accession) : [];
        var siblings = sharing.SelectMany(static order => order.Procedures)
            .Where(p => p.Id != procedure.Id && p.RequestedProcedureId == procedure.RequestedProcedureId).ToList();
        if (StepWriter.Create(run, procedure, details, siblings, closedBy is null ? state : StepState.Canceled) is not { } step) return;
        run.Steps.Add(step);
        if (closedBy is null) return;
        run.Outcome.Record(AuditVerbs.StepCanceled, step.Id);
        run.Add(OrderWarnings.ClosedAtOnce(run.Command));
    }

    /// <summary>Faults of required values count only where the values are used.</summary>
    public static bool HasFaults(OrderRun run, ProcedureDetails details)
    {
        var problems = details.Faults.Concat(run.Command.Steps.SelectMany(static step => step.Faults)).ToList();
        run.Outcome.Add(problems);
        return problems.Exists(static problem => problem.IsError);
    }

    /// <summary>The cancel that came before the order and still holds; the latest received if there are several.</summary>
    public static RememberedCancel? RememberedCancelOf(OrderRun run) =>
        run.Workspace.FindCancels(run.Keys.Placer, run.Keys.Filler, run.Keys.Accession)
            .FirstOrDefault(cancel => run.Shared.Clock.Applies(cancel, run.Command.AskedAt));

    /// <summary>Request and procedure attributes; those of a visit without a number have no other place.</summary>
    public static bool MergeRequest(OrderRun run, DataSet attributes, ProcedureDetails details, DataSet news, Predicate<Tag>? takes)
    {
        var leftOut = Attributes.Merge(attributes, news, takes, new Saying(run.Outcome, details));
        if (run.Shared.Visit is null && run.Shared.Person is { } person)
            Attributes.Merge(attributes, person.VisitAttributes, takes, new Saying(run.Outcome, person));
        return leftOut;
    }

    private static bool IsDescribed(OrderRun run, DataSet attributes) =>
        CodeAndText.IsIn(attributes) || run.Command.Steps.Any(static step => CodeAndText.IsIn(step.Attributes));

    public static void LinkToReplaced(OrderRun run, OrderRow order)
    {
        if (run.Request != OrderRequest.PlaceReplacement) return;
        if (run.Shared.Replaced is not { } replaced) run.Add(OrderWarnings.NothingReplaced(run.Command));
        else if (replaced.Id != order.Id) order.Replaces = replaced.Id;
    }

    private static void LinkToParent(OrderRun run, OrderRow order)
    {
        if (run.Command.Parent is { } named) order.Parent = Authorities.Scoped(named, run.Context.OrderAuthority);
        else if (run.Request == OrderRequest.PlaceChild) order.Parent = run.Shared.Parent;
    }

    private static bool IsComplete(OrderRun run)
    {
        if (run.Shared.Person is { } person) run.Outcome.Add(person.Faults);
        if (run.Command.Procedure is not null && run.Command.Steps.Count > 0) return !run.Outcome.HasErrors;
        if (run.Command.Procedure is { } details) HasFaults(run, details);
        if (run.Outcome.HasErrors) return false;
        if (run.Policy.AllowsOrdersWithoutSteps) run.Add(OrderWarnings.NoEntry(run.Command));
        else run.Add(OrderProblems.NoSteps(run.Command));
        return !run.Outcome.HasErrors;
    }
}
