using CloudPacs.Domain.Patients;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Makes orders with their procedures and steps.</summary>
internal static class OrderCreation
{
    /// <summary>Makes the order that the unit describes; its steps start in <paramref name="state"/>.</summary>
    public static OrderRow? Create(UnitRun unit, StepState state)
    {
        if (!IsComplete(unit) || NewOrder(unit) is not { } order) return null;
        var fillsFiller = order.FillerNumber is null && !unit.Unit.First.IsFillerFeed;
        if (unit.Unit.Procedure is { } mapped && AddProcedure(unit, order, mapped, state) is { } procedure && fillsFiller)
        {
            // For a placer that gave no filler number we are the filler, and our number for the order is its accession number.
            order.FillerNumber = procedure.AccessionNumber;
            RowKeys.Save(order);
        }

        if (unit.Outcome.HasErrors) return null;
        unit.Outcome.Record("order.placed", order.Id);
        return order;
    }

    /// <summary>An order without procedures: a parent, or a draft that is only a number yet.</summary>
    public static OrderRow? NewOrder(UnitRun unit)
    {
        if (unit.Keys.IsEmpty)
        {
            unit.Fail(OrderProblems.NoKey(unit.Unit));
            return null;
        }

        if (unit.Order.Patient is not { } patient)
        {
            unit.Fail(OrderProblems.NoPatient());
            return null;
        }

        var order = unit.Message.Workspace.AddOrder(patient.Id, unit.Message.Facts.Sender);
        order.Facility = unit.Message.Facts.Facility;
        order.VisitId = unit.Order.Visit?.Id;
        order.PlacerNumber = unit.Keys.Placer;
        order.FillerNumber = unit.Keys.Filler;
        LinkToParent(unit, order);
        LinkToReplaced(unit, order);
        unit.Orders.Add(order);
        return order;
    }

    /// <summary>Adds a procedure with its steps; null with a problem.</summary>
    public static ProcedureRow? AddProcedure(UnitRun unit, OrderRow order, MappedProcedure mapped, StepState state)
    {
        if (HasFaults(unit, mapped) || ProcedureFactory.Create(unit.Message, order, unit.Unit) is not { } procedure) return null;
        var attributes = new Dicom.DataSet();
        MergeRequest(unit, attributes, mapped, takes: null);
        RowKeys.Save(order, procedure, attributes);
        unit.Order.Described.Add(procedure.Id);
        unit.Outcome.Describe(order, mapped.Scope);
        foreach (var step in unit.Unit.Steps) AddStep(unit, procedure, step, state);
        return unit.Outcome.HasErrors ? null : procedure;
    }

    public static void AddStep(UnitRun unit, ProcedureRow procedure, MappedStep mapped, StepState state)
    {
        var closedBy = state == StepState.Scheduled ? RememberedCancelOf(unit) : null;
        IReadOnlyList<OrderRow> sharing = unit.Keys.Accession is { } accession ? unit.Message.Workspace.FindByAccession(accession) : [];
        var siblings = sharing.SelectMany(static order => order.Procedures)
            .Where(p => p.Id != procedure.Id && p.RequestedProcedureId == procedure.RequestedProcedureId).ToList();
        if (StepWriter.Create(unit.Message, procedure, unit.Unit, mapped, siblings, closedBy is null ? state : StepState.Canceled) is not { } step) return;
        unit.Steps.Add(step);
        if (closedBy is null) return;
        unit.Outcome.Record("step.canceled", step.Id);
        unit.Warn("A cancel of this order came before it, so the order is closed at once: send it with a later time (ORC-9) under this number to place it again.");
    }

    /// <summary>Faults of required values count only where the values are used.</summary>
    public static bool HasFaults(UnitRun unit, MappedProcedure mapped)
    {
        var problems = mapped.Problems.Concat(unit.Unit.Steps.SelectMany(static step => step.Problems)).ToList();
        unit.Outcome.Add(problems);
        return problems.Exists(static problem => problem.Severity >= Severity.Error);
    }

    /// <summary>The cancel that came before the order and still holds; the latest received if there are several.</summary>
    public static RememberedCancel? RememberedCancelOf(UnitRun unit) =>
        unit.Message.Workspace.FindCancels(unit.Keys.Placer, unit.Keys.Filler, unit.Keys.Accession)
            .FirstOrDefault(cancel => unit.Order.Clock.Applies(cancel, unit.Unit.First.TransactionTime));

    /// <summary>Request and procedure attributes; those of a visit without a number have no other place.</summary>
    public static bool MergeRequest(UnitRun unit, Dicom.DataSet attributes, MappedProcedure mapped, Predicate<Dicom.Tag>? takes)
    {
        var leftOut = Attributes.Merge(attributes, mapped.Attributes, takes);
        if (unit.Order.Visit is null && unit.Order.Person is { } person) Attributes.Merge(attributes, person.VisitAttributes, takes);
        return leftOut;
    }

    public static void LinkToReplaced(UnitRun unit, OrderRow order)
    {
        if (unit.Control != "RO") return;
        if (unit.Order.Replaced is not { } replaced) unit.Warn("No RP stands before this RO: the order was placed without a link to the one it replaces.");
        else if (replaced.Id != order.Id) order.Replaces = replaced.Id;
    }

    private static void LinkToParent(UnitRun unit, OrderRow order)
    {
        if (unit.Message.Scoped(unit.Unit.First.Parent) is { } named) order.Parent = named;
        else if (unit.Control == "CH") order.Parent = unit.Order.Parent;
    }

    private static bool IsComplete(UnitRun unit)
    {
        if (unit.Order.Person is { } person) unit.Outcome.Add(person.Problems);
        if (unit.Unit.Procedure is not null && unit.Unit.Steps.Count > 0) return !unit.Outcome.HasErrors;
        if (unit.Unit.Procedure is { } mapped) HasFaults(unit, mapped);
        if (unit.Outcome.HasErrors) return false;
        if (unit.Message.Policy.AllowNoStep) unit.Warn("The order has no procedure, so there is no worklist entry for it.", 100);
        else unit.Fail(OrderProblems.NoSteps(unit.Unit));
        return !unit.Outcome.HasErrors;
    }
}
