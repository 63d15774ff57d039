using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Orders;

/// <summary>The orders that have a number, as far as a command for a patient can mean them.</summary>
/// <param name="run">The commands.</param>
/// <param name="keys">Those of the command.</param>
/// <param name="request">What is asked; null when something else than an order is.</param>
/// <param name="patient">Whose order it should be; null when nobody is named.</param>
internal sealed class OrderSearch(CommandRun run, OrderKeys keys, OrderRequest? request, PatientRow? patient)
{
    private readonly bool _placesNew =
        request is OrderRequest.Place or OrderRequest.PlaceReplacement or OrderRequest.PlaceParent or OrderRequest.PlaceChild;

    /// <summary>Orders of several applications have the number, and none of them was named.</summary>
    public bool IsAmbiguous { get; private set; }

    public IReadOnlyList<OrderRow> ByPlacer(Identifier number) =>
        InUse(run.Workspace.FindByPlacer(number)) is { Count: > 0 } hits
            ? hits
            : OfAnyApplication(number, keys.IsPlacerBare, run.Workspace.FindByPlacer, static order => order.PlacerNumber);

    public IReadOnlyList<OrderRow> ByFiller(Identifier number) =>
        InUse(run.Workspace.FindByFiller(number)) is { Count: > 0 } hits
            ? hits
            : OfAnyApplication(number, keys.IsFillerBare, run.Workspace.FindByFiller, static order => order.FillerNumber);

    public IReadOnlyList<OrderRow> ByAccession(Identifier number) => InUse(run.Workspace.FindByAccession(number));

    public IReadOnlyList<OrderRow> ByStudyUid(string uid) => run.Workspace.FindByStudyUid(uid);

    /// <summary>Whether nothing was ever done for the order, so that its numbers may name another one.</summary>
    public static bool IsCanceled(OrderRow order) =>
        order.Procedures.Count > 0
        && order.Procedures.TrueForAll(static procedure => procedure.Steps.TrueForAll(static step => step.StepState == StepState.Canceled));

    /// <summary>Whether a number of the command is that of an order of another patient, which was cancelled.</summary>
    public bool TakesFreedNumber() =>
        Has(keys.Placer, run.Workspace.FindByPlacer) || Has(keys.Filler, run.Workspace.FindByFiller)
        || Has(keys.Accession, run.Workspace.FindByAccession);

    private bool Has(Identifier? number, Func<Identifier, IReadOnlyList<OrderRow>> find) =>
        number is { } sent && find(sent).Any(order => IsCanceled(order) && !PatientRegistry.IsOf(run, order, patient));

    /// <summary>
    /// Numbers of orders that were cancelled may be used again for another patient: the old order is history of its own patient.
    /// </summary>
    private IReadOnlyList<OrderRow> InUse(IReadOnlyList<OrderRow> orders)
    {
        if (orders.Count == 0 || !orders.Any(IsCanceled)) return orders;
        Func<OrderRow, bool> isMeant = patient is null
            ? static order => !IsCanceled(order)
            : order => PatientRegistry.IsOf(run, order, patient);
        return _placesNew || orders.Any(isMeant) ? [.. orders.Where(order => isMeant(order) || !IsCanceled(order))] : orders;
    }

    /// <summary>
    /// Who names no application may speak of the order of another one: a system that schedules or performs what was placed elsewhere. It
    /// is found when the patient has only one order of that number; a new order is never one of another application.
    /// </summary>
    private IReadOnlyList<OrderRow> OfAnyApplication(
        Identifier number, bool isBare, Func<string, IReadOnlyList<OrderRow>> find, Func<OrderRow, Identifier?> numberOf)
    {
        if (!isBare || _placesNew) return [];
        var orders = InUse([.. find(number.Value).Where(order => PatientRegistry.IsOf(run, order, patient))]);
        var count = orders.Select(numberOf).Distinct().Count();
        IsAmbiguous |= count > 1;
        return count == 1 ? orders : [];
    }
}
