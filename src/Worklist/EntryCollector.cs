using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Worklist;

/// <summary>Entries and parts of entries that a batch changed.</summary>
/// <param name="Entries">Whole entries of the orders that changed.</param>
/// <param name="Patients">Patients that changed: all their entries show it.</param>
/// <param name="Visits">Visits that changed.</param>
internal sealed record WorklistChanges(
    IReadOnlyList<WorklistEntry> Entries, IReadOnlyList<PatientPart> Patients, IReadOnlyList<VisitPart> Visits);

/// <summary>Finds which entries and parts of entries changed with the rows of a workspace.</summary>
internal static class EntryCollector
{
    /// <summary>What rows of a workspace (the changed ones, before they are saved) mean for the worklist.</summary>
    public static WorklistChanges? Collect(Workspace workspace, IEnumerable<Row> rows, EntryFactory factory, long revision)
    {
        var patients = new Dictionary<Guid, PatientPart>();
        var visits = new Dictionary<Guid, VisitPart>();
        var orders = new HashSet<OrderRow>();
        foreach (var row in rows)
        {
            switch (row)
            {
                // A patient whose only id was moved to another has nothing left, no entries either.
                case PatientRow { Identifiers.Count: > 0 } patient:
                    patients[patient.Id] = EntryFactory.CreatePatient(patient, revision);
                    break;
                case VisitRow visit:
                    visits[visit.Id] = factory.CreateVisit(visit, revision);
                    break;
                case OrderRow order:
                    orders.Add(order);
                    break;
                case ProcedureRow procedure when workspace.Order(procedure.OrderId) is { } order:
                    orders.Add(order);
                    break;
                case StepRow step when workspace.Procedure(step.ProcedureId) is { } of && workspace.Order(of.OrderId) is { } order:
                    orders.Add(order);
                    break;
            }
        }

        if (patients.Count == 0 && visits.Count == 0 && orders.Count == 0) return null;
        var entries = new List<WorklistEntry>();
        foreach (var order in orders)
        {
            if (workspace.Survivor(order.PatientId) is not { } patient) continue;
            if (!patients.TryGetValue(patient.Id, out var part)) part = EntryFactory.CreatePatient(patient, revision);
            var visit = order.VisitId is { } id && workspace.Visit(id) is { } row
                ? visits.GetValueOrDefault(id) ?? factory.CreateVisit(row, revision)
                : null;
            foreach (var procedure in order.Procedures)
                foreach (var step in procedure.Steps)
                    entries.Add(factory.Create(step, procedure, order, part, visit, revision));
        }

        return new WorklistChanges(entries, [.. patients.Values], [.. visits.Values]);
    }
}
