using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Patients;

/// <summary>Changes the id of a patient (A47, older A46), and moves an id with its orders to another patient (A43).</summary>
internal static class IdentifierChanges
{
    public static void Change(MessageRun run, MappedPatient mapped)
    {
        if (Ids(run, mapped) is not var (next, priors)) return;
        var prior = priors[0];
        if (run.Workspace.FindPatients(prior) is not [var row, ..])
        {
            if (PatientRegistry.Upsert(run, mapped) is null) return;
            run.Outcome.Warn(204, PatientProblems.At("MRG", mapped.PidOccurrence, 1), "No patient has the id that shall change: the patient was stored under the new id.");
            return;
        }

        if (run.Workspace.FindPatients(next).Any(owner => owner.Id != row.Id))
        {
            run.Outcome.Add(PatientProblems.IdentifierTaken(mapped.PidOccurrence));
            return;
        }

        if (PatientIdentifiers.HoldsCurrent(row, next) && PatientIdentifiers.HoldsPrior(row, prior))
            run.Outcome.Warn(205, PatientProblems.At("MRG", mapped.PidOccurrence, 1), "The id was changed before: only the rest of the patient's data was taken.");
        else
        {
            Row[] rows = [row];
            var before = RowSnapshot.Of(rows);
            PatientIdentifiers.MakePrimary(row, next);
            foreach (var old in priors.Where(id => PatientIdentifiers.Holds(row, id))) PatientIdentifiers.AddPrior(row, old);
            row.Touch();
            run.Workspace.LogMerge(run.Facts.TriggerEvent, row.Id, row.Id, run.Facts.ReceivedAt, run.Facts.MessageId, before, RowSnapshot.Of(rows));
            run.Outcome.Record("patient.id-changed", row.Id);
        }

        PatientRegistry.Upsert(run, mapped);
    }

    public static void Move(MessageRun run, MappedPatient mapped)
    {
        if (Ids(run, mapped) is not var (_, priors)) return;
        var sources = priors.ConvertAll(id => (Id: id, Owner: run.Workspace.FindPatients(id) is [var owner, ..] ? owner : null));
        if (PatientRegistry.Upsert(run, mapped) is not { } to) return;
        foreach (var (id, from) in sources)
        {
            var location = PatientProblems.At("MRG", mapped.PidOccurrence, 1);
            if (from is null) run.Outcome.Warn(204, location, "No patient has the id that shall move: nothing was moved.");
            else if (from.Id == to.Id) run.Outcome.Warn(205, location, "The id belongs to this patient already: nothing was moved.");
            else Move(run, location, id, from, to);
        }
    }

    private static void Move(MessageRun run, Hl7v2.ErrorLocation location, Identifier id, PatientRow from, PatientRow to)
    {
        var all = run.Workspace.OrdersOf(from.Id);
        var leavesNone = !from.Identifiers.Exists(held => !held.IsPrior && !held.Identifier.Names(id));
        // An order does not say which of several ids it was placed under; the numbers of the same authority tell it best.
        var orders = leavesNone ? all : [.. all.Where(order => IsOf(order, id))];
        var visitIds = orders.Select(static o => o.VisitId).OfType<Guid>().ToHashSet();
        var visits = run.Workspace.VisitsOf(from.Id).Where(visit => leavesNone || visitIds.Contains(visit.Id) || visit.Number.SameAuthority(id)).ToList();
        PatientMerge.MoveAll(run, from, to, orders, visits, () =>
        {
            // Those that were merged into this patient hold the id too, and would lead it back.
            foreach (var holder in HoldersOf(run, id, from))
            {
                holder.Identifiers.RemoveAll(held => held.Identifier.Names(id));
                holder.Touch();
            }

            if (!to.Identifiers.Exists(held => held.Identifier.Names(id)))
                to.Identifiers.Add(new PatientIdentifier(id, IsPrimary: false, IsPrior: false));
            if (leavesNone) from.Active = false;
            else if (!from.Identifiers.Exists(static held => held.IsPrimary) && from.Identifiers.Find(static held => !held.IsPrior) is { } first)
                PatientIdentifiers.MakePrimary(from, first.Identifier);
        });
        var attributes = Attributes.Read(from.Attributes);
        PatientRegistry.StampPrimary(from, attributes);
        from.Attributes = Attributes.Write(attributes);
        run.Outcome.Record("patient.id-moved", to.Id);
        if (orders.Count < all.Count)
            run.Outcome.Warn(207, location, "The patient keeps other ids: only the orders numbered by the same authority moved with the id.");
    }

    private static List<PatientRow> HoldersOf(MessageRun run, Identifier id, PatientRow owner) =>
        [.. run.Workspace.Rows.OfType<PatientRow>().Where(row => PatientIdentifiers.Holds(row, id) && run.Workspace.Survivor(row.Id)?.Id == owner.Id)];

    private static bool IsOf(OrderRow order, Identifier id) =>
        order.PlacerNumber?.SameAuthority(id) == true || order.FillerNumber?.SameAuthority(id) == true;

    private static (Identifier Next, List<Identifier> Priors)? Ids(MessageRun run, MappedPatient mapped)
    {
        if (run.Scoped(mapped.Primary) is not { } next)
        {
            run.Outcome.Add(PatientProblems.NoIdentifier(mapped.PidOccurrence));
            return null;
        }

        var priors = mapped.Prior.ConvertAll(id => run.Scoped(id));
        if (priors.Count == 0) run.Outcome.Add(PatientProblems.NoPriorIdentifier(mapped.PidOccurrence));
        else if (priors.Exists(next.Names) && run.Facts.TriggerEvent != "A43") run.Outcome.Add(PatientProblems.MergeIntoItself(mapped.PidOccurrence));
        else return (next, priors);
        return null;
    }
}
