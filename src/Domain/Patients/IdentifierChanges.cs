using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Patients;

/// <summary>Changes the id of a patient, and moves an id with its orders to another patient.</summary>
internal static class IdentifierChanges
{
    public static void Change(CommandRun run, PatientDetails details)
    {
        if (Ids(run, details, mayBeSame: false) is not var (next, priors)) return;
        var prior = priors[0];
        if (run.Workspace.FindPatients(prior) is not [var row, ..])
        {
            if (PatientRegistry.Upsert(run, details) is null) return;
            run.Add(PatientProblems.UnknownIdToChange(details));
            return;
        }

        if (run.Workspace.FindPatients(next).Any(owner => owner.Id != row.Id))
        {
            run.Add(PatientProblems.IdentifierTaken(details));
            return;
        }

        if (PatientIdentifiers.HoldsPrior(row, prior))
        {
            // Who has not heard that the id was given up knows nothing of the patient that it leads to now.
            if (!PatientIdentifiers.HoldsCurrent(row, next))
            {
                run.Add(PatientProblems.IdToChangeRetired(details));
                return;
            }

            run.Add(PatientProblems.ChangedBefore(details));
        }
        else
        {
            Row[] rows = [row];
            var before = RowSnapshot.Of(rows);
            PatientIdentifiers.MakePrimary(row, next);
            foreach (var old in priors.Where(id => PatientIdentifiers.Holds(row, id))) PatientIdentifiers.AddPrior(row, old);
            row.Touch();
            run.Workspace.LogMerge(
                run.Context.Kind, row.Id, row.Id, run.Context.ReceivedAt, run.Context.JournalId, before, RowSnapshot.Of(rows));
            run.Outcome.Record(AuditVerbs.PatientIdChanged, row.Id);
        }

        PatientRegistry.Upsert(run, details);
    }

    public static void Move(CommandRun run, PatientDetails details)
    {
        if (Ids(run, details, mayBeSame: true) is not var (_, priors)) return;
        var sources = priors.ConvertAll(id => (Id: id, Owner: run.Workspace.FindPatients(id) is [var owner, ..] ? owner : null));
        if (PatientRegistry.Upsert(run, details) is not { } to) return;
        foreach (var (id, from) in sources)
        {
            if (from is null) run.Add(PatientProblems.UnknownIdToMove(details));
            else if (from.Id == to.Id) run.Add(PatientProblems.MovedBefore(details));
            else Move(run, details, id, from, to);
        }
    }

    private static void Move(CommandRun run, PatientDetails details, Identifier id, PatientRow from, PatientRow to)
    {
        var all = run.Workspace.OrdersOf(from.Id);
        var leavesNone = !from.Identifiers.Exists(held => !held.IsPrior && !held.Identifier.Matches(id));
        // An order does not say which of several ids it was placed under; the numbers of the same authority tell it best.
        var orders = leavesNone ? all : [.. all.Where(order => IsOf(order, id))];
        var visitIds = orders.Select(static o => o.VisitId).OfType<Guid>().ToHashSet();
        var visits = run.Workspace.VisitsOf(from.Id)
            .Where(visit => leavesNone || visitIds.Contains(visit.Id) || visit.Number.SameAuthority(id))
            .ToList();
        PatientRecords.Move(run, from, to, orders, visits, leavesNone, () =>
        {
            // Those that were merged into this patient hold the id too, and would lead it back.
            foreach (var holder in HoldersOf(run, id, from))
            {
                holder.Identifiers.RemoveAll(held => held.Identifier.Matches(id));
                holder.Touch();
            }

            if (!to.Identifiers.Exists(held => held.Identifier.Matches(id)))
                to.Identifiers.Add(new PatientIdentifier(id, IsPrimary: false, IsPrior: false));
            if (leavesNone) from.Active = false;
            else if (
                !from.Identifiers.Exists(static held => held.IsPrimary) && from.Identifiers.Find(static held => !held.IsPrior) is { } first)
                PatientIdentifiers.MakePrimary(from, first.Identifier);
        });
        var attributes = Attributes.Copy(from.Attributes);
        PatientRegistry.StampPrimary(from, attributes);
        from.Attributes = Attributes.Renew(from.Attributes, attributes) ?? from.Attributes;
        run.Outcome.Record(AuditVerbs.PatientIdMoved, to.Id);
        if (orders.Count < all.Count) run.Add(PatientProblems.SomeOrdersStay(details));
    }

    private static List<PatientRow> HoldersOf(CommandRun run, Identifier id, PatientRow owner) =>
        [.. run.Workspace.Rows.OfType<PatientRow>()
            .Where(row => PatientIdentifiers.Holds(row, id) && run.Workspace.Survivor(row.Id)?.Id == owner.Id)];

    private static bool IsOf(OrderRow order, Identifier id) =>
        order.PlacerNumber?.SameAuthority(id) == true || order.FillerNumber?.SameAuthority(id) == true;

    private static (Identifier Next, List<Identifier> Priors)? Ids(CommandRun run, PatientDetails details, bool mayBeSame)
    {
        if (run.Scoped(details.Primary) is not { } next)
        {
            run.Add(PatientProblems.NoIdentifier(details));
            return null;
        }

        var priors = details.Prior.Select(run.Scoped).ToList();
        if (priors.Count == 0) run.Add(PatientProblems.NoPriorIdentifier(details));
        else if (!mayBeSame && priors.Exists(next.Matches)) run.Add(PatientProblems.MergeIntoItself(details));
        else return (next, priors);
        return null;
    }
}
