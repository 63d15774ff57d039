using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Says what became of a command.</summary>
internal static class OrderResults
{
    public static OrderResult Refused(OrderCommand command, OrderKeys keys) =>
        new(command, IsDone: false, IsPartly: false, null, keys.Placer, keys.Filler, []);

    public static OrderResult Of(OrderRun run)
    {
        var isDone = !run.Outcome.HasErrors;
        var row = isDone && run.Orders.Count > 0 ? run.Orders[0] : null;
        return new OrderResult(
            run.Command,
            isDone,
            isDone && run.IsPartly,
            StateOf(run.Steps),
            row?.PlacerNumber ?? run.Keys.Placer,
            row?.FillerNumber ?? run.Keys.Filler,
            row is null ? [] : [.. run.Steps.SelectMany(step => Keys(run.Orders, step))]);
    }

    private static StepState? StateOf(List<StepRow> steps)
    {
        if (steps.Count == 0) return null;
        return (steps.Find(StepStates.IsOpen) ?? steps[0]).StepState;
    }

    private static IEnumerable<StepKeys> Keys(List<OrderRow> orders, StepRow step) =>
        orders.SelectMany(static order => order.Procedures).Where(procedure => procedure.Id == step.ProcedureId)
            .Select(
                procedure =>
                    new StepKeys(procedure.AccessionNumber, procedure.RequestedProcedureId, procedure.StudyInstanceUid, step.StepId));
}
