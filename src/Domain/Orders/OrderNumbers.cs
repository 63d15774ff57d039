using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Numbers that become known, or change, after an order was made.</summary>
internal static class OrderNumbers
{
    /// <summary>Placer and filler number of a message that found the order by another key.</summary>
    public static void TakeOver(UnitRun unit, OrderRow order, bool mayChange)
    {
        var placer = order.PlacerNumber ?? unit.Keys.Placer;
        var filler = mayChange ? unit.Keys.Filler ?? order.FillerNumber : order.FillerNumber ?? unit.Keys.Filler;
        if (placer == order.PlacerNumber && filler == order.FillerNumber) return;
        order.PlacerNumber = placer;
        order.FillerNumber = filler;
        order.Touch();
        RowKeys.Save(order);
    }

    /// <summary>Accession number and procedure id; the Study Instance UID never changes, because images may carry it already.</summary>
    /// <returns>Whether a number was left as it was.</returns>
    public static bool TakeOver(UnitRun unit, ProcedureRow procedure, bool mayChange)
    {
        var leftOut = unit.Keys.StudyInstanceUid is { } uid && uid != procedure.StudyInstanceUid;
        if (leftOut) unit.Warn("The Study Instance UID was not changed: it is fixed once the procedure exists.");
        if (unit.Keys.Accession is { } accession && !accession.Names(procedure.AccessionNumber))
        {
            if (accession.Value.Length > GeneratedNumber.MaxLength) unit.Fail(OrderProblems.TooLong(unit.Unit, OrderProblems.AccessionField(unit.Unit)));
            else if (!mayChange) leftOut = true;
            else
            {
                procedure.AccessionNumber = accession;
                procedure.Touch();
            }
        }

        if (unit.Keys.RequestedProcedureId is not { } id || id == procedure.RequestedProcedureId) return leftOut;
        if (id.Length > GeneratedNumber.MaxLength) unit.Fail(OrderProblems.TooLong(unit.Unit, unit.Unit.At("OBR", 19)));
        else if (!mayChange) leftOut = true;
        else
        {
            procedure.RequestedProcedureId = id;
            procedure.Touch();
        }

        return leftOut;
    }

    /// <summary>NA: the order is known by one number and gets the other.</summary>
    public static void Assign(UnitRun unit)
    {
        var order = unit.Orders[0];
        if (IsTaken(unit, order, unit.Keys.Placer, unit.Message.Workspace.FindByPlacer, "ORC", 2)
            || IsTaken(unit, order, unit.Keys.Filler, unit.Message.Workspace.FindByFiller, "ORC", 3)) return;
        var placer = unit.Keys.Placer ?? order.PlacerNumber;
        var filler = unit.Keys.Filler ?? order.FillerNumber;
        if (placer == order.PlacerNumber && filler == order.FillerNumber)
        {
            unit.Warn("NA changes nothing: the order has these numbers already.");
            return;
        }

        order.PlacerNumber = placer;
        order.FillerNumber = filler;
        order.Touch();
        RowKeys.Save(order);
        unit.Outcome.Record("order.number-assigned", order.Id);
    }

    /// <summary>SN: a draft is made or kept, and the answer NA has our number in ORC-3.</summary>
    public static void Send(UnitRun unit)
    {
        var order = unit.Orders.Count > 0 ? unit.Orders[0] : MakeDraft(unit);
        if (order is null) return;
        unit.Warn(unit.Steps.TrueForAll(static step => step.StepState == StepState.Draft)
            ? "The order has a number and is a draft off the worklist: SC with ORC-5 SC puts it on."
            : "SN changes nothing of an order that is placed; its numbers are in the order reply (Mllp:OrderReplies).");
        if (order.FillerNumber is not null) return;
        order.FillerNumber = unit.Message.Scoped(new MappedIdentifier(GeneratedNumber.Next(unit.Message.Workspace, "filler", "FO")));
        order.Touch();
        RowKeys.Save(order);
        unit.Outcome.Record("order.number-assigned", order.Id);
    }

    private static OrderRow? MakeDraft(UnitRun unit)
    {
        if (unit.Unit.Procedure is not null && unit.Unit.Steps.Count > 0 && unit.Unit.First.ObrOccurrence > 0) return OrderCreation.Create(unit, StepState.Draft);
        if (OrderCreation.NewOrder(unit) is not { } order) return null;
        unit.Outcome.Record("order.placed", order.Id);
        return order;
    }

    private static bool IsTaken(UnitRun unit, OrderRow order, Identifier? number, Func<Identifier, IReadOnlyList<OrderRow>> find, string segment, int field)
    {
        if (number is not { } known || !find(known).Any(other => other.Id != order.Id && !unit.Orders.Contains(other))) return false;
        unit.Fail(OrderProblems.NumberTaken(unit.Unit, segment, field));
        return true;
    }
}
