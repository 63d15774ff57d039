using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Orders;

/// <summary>What the keys of a command found: no order, one, or several that share a key; or two keys that contradict each other.</summary>
internal readonly record struct OrderMatch(IReadOnlyList<OrderRow> Orders, Func<Details, Problem>? Conflict = null)
{
    private static readonly OrderMatch Nothing = new([]);

    public bool IsFound => Orders.Count > 0;

    /// <summary>
    /// First hit wins: placer, filler, accession number, Study UID. An order that is found by a weaker key while it
    /// has another number of a stronger one is another order of the same procedure, not a hit. Further keys that hit must hit the same.
    /// </summary>
    /// <param name="run">The commands.</param>
    /// <param name="keys">Those of the command.</param>
    /// <param name="request">What is asked; null when something else than an order is.</param>
    /// <param name="patient">Whose order it should be; null when nobody is named.</param>
    public static OrderMatch Find(CommandRun run, OrderKeys keys, OrderRequest? request, PatientRow? patient)
    {
        var search = new OrderSearch(run, keys, request, patient);
        var missed = new List<Func<OrderRow, bool>>();
        List<OrderRow>? found = null;
        foreach (var (hits, isOther) in Levels(search, keys, run.Policy))
        {
            var orders = hits.Where(order => request != OrderRequest.PlaceChild || !order.IsParent).ToList();
            if (found is not null)
            {
                if (orders.Count == 0) continue;
                var common = found.Intersect(orders).ToList();
                if (common.Count == 0) return Nothing with { Conflict = OrderProblems.NumbersDisagree };
                found = common;
                continue;
            }

            var same = orders.FindAll(order => !missed.Exists(differs => differs(order)));
            if (same.Count > 0) found = same;
            else if (orders.Count > 0 && Has(orders, keys.StepIds))
                return Nothing with { Conflict = OrderProblems.StepOfAnotherOrder };
            else if (orders.Count > 0 && isOther is null
                && orders.TrueForAll(order => order.Procedures.TrueForAll(p => IsOtherAccession(p, keys))))
                return Nothing with { Conflict = OrderProblems.UidOfAnotherOrder };
            if (isOther is not null) missed.Add(isOther);
        }

        if (found is null && search.IsAmbiguous) return Nothing with { Conflict = OrderProblems.SeveralApplications };
        return found is null || IsOtherFiller(found, keys) ? Nothing : new OrderMatch(found);
    }

    /// <summary>
    /// The steps that a command is about: those it names, else those of the procedures that it names, else all of its orders.
    /// </summary>
    public static List<StepRow> Steps(IEnumerable<OrderRow> orders, OrderKeys keys, IReadOnlyCollection<string> stepIds)
    {
        var procedures = orders.SelectMany(static order => order.Procedures).ToList();
        procedures = Narrow(procedures, p => p.StudyInstanceUid == keys.StudyInstanceUid);
        procedures = Narrow(procedures, p => keys.Accession is { } number && p.AccessionNumber.Matches(number));
        procedures = Narrow(procedures, p => p.RequestedProcedureId == keys.RequestedProcedureId);
        var steps = procedures.SelectMany(static procedure => procedure.Steps);
        return [.. stepIds.Count == 0 ? steps : steps.Where(step => stepIds.Any(id => StepIds.IsKnownAs(step, id)))];
    }

    private static IEnumerable<(IReadOnlyList<OrderRow> Hits, Func<OrderRow, bool>? IsOther)> Levels(
        OrderSearch search, OrderKeys keys, DomainPolicy policy)
    {
        if (keys.Placer is { } placer) yield return (search.ByPlacer(placer), order => Differs(order.PlacerNumber, placer));
        if (keys.Filler is { } filler) yield return (search.ByFiller(filler), order => Differs(order.FillerNumber, filler));
        if (keys.Accession is { } accession)
            yield return (
                search.ByAccession(accession), order => order.Procedures.TrueForAll(p => Differs(p.AccessionNumber, accession)));
        if (keys.StudyInstanceUid is { } uid && !(policy.SharesStudyUids && keys.Accession is not null))
            yield return (search.ByStudyUid(uid), null);
    }

    private static bool Differs(Identifier? stored, Identifier sent) =>
        stored is { } known && known.SameAuthority(sent) && known.Value != sent.Value;

    /// <summary>
    /// One placer order may be served by several filler orders: another filler number with a procedure of its own is another of them.
    /// </summary>
    private static bool IsOtherFiller(List<OrderRow> found, OrderKeys keys) =>
        keys.Filler is { } filler && found.TrueForAll(order => Differs(order.FillerNumber, filler))
        && (keys.Accession is not null || keys.StudyInstanceUid is not null)
        && found.TrueForAll(order => order.Procedures.Count > 0 && order.Procedures.TrueForAll(p => IsOtherProcedure(p, keys)));

    private static bool IsOtherProcedure(ProcedureRow procedure, OrderKeys keys) =>
        (keys.Accession is null || IsOtherAccession(procedure, keys))
        && (keys.StudyInstanceUid is null || procedure.StudyInstanceUid != keys.StudyInstanceUid);

    private static bool IsOtherAccession(ProcedureRow procedure, OrderKeys keys) =>
        keys.Accession is { } accession && Differs(procedure.AccessionNumber, accession);

    private static bool Has(List<OrderRow> orders, IReadOnlyList<string> stepIds) =>
        stepIds is [var stepId, ..]
        && orders.Exists(order => order.Procedures.Exists(p => p.Steps.Exists(s => StepIds.IsKnownAs(s, stepId))));

    /// <summary>Those that are named, or all when none is.</summary>
    public static List<ProcedureRow> Narrow(List<ProcedureRow> procedures, Predicate<ProcedureRow> isNamed)
    {
        var named = procedures.FindAll(isNamed);
        return named.Count > 0 ? named : procedures;
    }
}
