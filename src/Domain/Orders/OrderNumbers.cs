using CloudPacs.Store;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Numbers that become known, or change, after an order was made.</summary>
internal static class OrderNumbers
{
    /// <summary>Placer and filler number of a command that found the order by another key.</summary>
    public static void TakeOver(OrderRun run, OrderRow order, bool mayChange)
    {
        var placer = order.PlacerNumber ?? run.Keys.Placer;
        var filler = mayChange ? run.Keys.Filler ?? order.FillerNumber : order.FillerNumber ?? run.Keys.Filler;
        if (placer == order.PlacerNumber && filler == order.FillerNumber) return;
        order.PlacerNumber = placer;
        order.FillerNumber = filler;
        order.Touch();
        RowKeys.Save(order);
    }

    /// <summary>Accession number and procedure id; the Study Instance UID never changes, because images may carry it already.</summary>
    /// <returns>Whether a number was left as it was.</returns>
    public static bool TakeOver(OrderRun run, ProcedureRow procedure, bool mayChange)
    {
        var leftOut = run.Keys.StudyInstanceUid is { } uid && uid != procedure.StudyInstanceUid;
        if (leftOut) run.Add(OrderWarnings.UidKept(run.Command));
        if (run.Keys.Accession is { } accession && !accession.Matches(procedure.AccessionNumber))
        {
            if (accession.Value.Length > GeneratedNumber.MaxLength) run.Add(OrderProblems.TooLong(run.Command, Field.AccessionNumber));
            else if (!mayChange) leftOut = true;
            else
            {
                procedure.AccessionNumber = accession;
                procedure.Touch();
            }
        }

        if (run.Keys.RequestedProcedureId is not { } id || id == procedure.RequestedProcedureId) return leftOut;
        if (id.Length > GeneratedNumber.MaxLength) run.Add(OrderProblems.TooLong(run.Command, Field.RequestedProcedureId));
        else if (!mayChange) leftOut = true;
        else
        {
            procedure.RequestedProcedureId = id;
            procedure.Touch();
        }

        return leftOut;
    }

    /// <summary>The order is known by one number and gets the other.</summary>
    public static void Assign(OrderRun run)
    {
        var order = run.Orders[0];
        if (IsTaken(run, order, run.Keys.Placer, run.Workspace.FindByPlacer, Field.PlacerNumber)
            || IsTaken(run, order, run.Keys.Filler, run.Workspace.FindByFiller, Field.FillerNumber)) return;
        var placer = run.Keys.Placer ?? order.PlacerNumber;
        var filler = run.Keys.Filler ?? order.FillerNumber;
        if (placer == order.PlacerNumber && filler == order.FillerNumber)
        {
            run.Add(OrderWarnings.NothingAssigned(run.Command));
            return;
        }

        order.PlacerNumber = placer;
        order.FillerNumber = filler;
        order.Touch();
        RowKeys.Save(order);
        run.Outcome.Record(AuditVerbs.OrderNumberAssigned, order.Id);
    }

    /// <summary>A draft is made or kept, and the answer has our number for it.</summary>
    public static void Send(OrderRun run)
    {
        var order = run.Orders.Count > 0 ? run.Orders[0] : MakeDraft(run);
        if (order is null) return;
        run.Add(run.Steps.TrueForAll(static step => step.StepState == StepState.Draft)
            ? OrderWarnings.DraftHasNumber(run.Command)
            : OrderWarnings.PlacedHasNumber(run.Command));
        if (order.FillerNumber is not null) return;
        order.FillerNumber = run.Run.Scoped(new Identifier(GeneratedNumber.Next(run.Workspace, "filler", "FO")));
        order.Touch();
        RowKeys.Save(order);
        run.Outcome.Record(AuditVerbs.OrderNumberAssigned, order.Id);
    }

    private static OrderRow? MakeDraft(OrderRun run)
    {
        if (run.Command.Procedure is not null && run.Command.Steps.Count > 0 && run.Command.Place > 0)
            return OrderCreation.Create(run, StepState.Draft);
        if (OrderCreation.NewOrder(run) is not { } order) return null;
        run.Outcome.Record(AuditVerbs.OrderPlaced, order.Id);
        return order;
    }

    private static bool IsTaken(
        OrderRun run, OrderRow order, Identifier? number, Func<Identifier, IReadOnlyList<OrderRow>> find, Field field)
    {
        if (number is not { } known || !find(known).Any(other => other.Id != order.Id && !run.Orders.Contains(other))) return false;
        run.Add(OrderProblems.NumberTaken(run.Command, field));
        return true;
    }
}
