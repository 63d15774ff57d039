using CloudPacs.Store.Orders;
using CloudPacs.Store.Performed;

namespace CloudPacs.Store.Workspaces;

public sealed partial class Workspace
{
    public PerformedStepRow? FindPerformed(string sopInstanceUid)
    {
        Declare(_declared?.PerformedUids, sopInstanceUid, "performed step");
        return FindByKey<PerformedStepRow>(KeyKind.Performed, sopInstanceUid) is [var row, ..] ? Use(row) : null;
    }

    /// <summary>What was performed of an order.</summary>
    public IReadOnlyList<PerformedStepRow> PerformedOf(Guid orderId)
    {
        // Nothing is stored of an order that is not stored itself.
        if (Peek<OrderRow>(orderId) is not { State: RowState.New }) Declare(_declared?.OrderIds, orderId, "performed order");
        var rows = FindByKey<PerformedStepRow>(KeyKind.PerformedOrder, orderId.ToString());
        return [.. rows.Where(row => row.OrderIds.Contains(orderId)).Select(Use)];
    }

    /// <summary>
    /// What was performed and waits for an order with one of these numbers, in the order in which it came; authorities are not looked at.
    /// </summary>
    public IReadOnlyList<PerformedStepRow> FindWaitingPerformed(IEnumerable<AwaitedNumber> numbers)
    {
        var found = new HashSet<PerformedStepRow>();
        foreach (var number in numbers)
        {
            var declared = number.Kind switch
            {
                AwaitedKind.Placer => _declared?.PlacerNumbers,
                AwaitedKind.Filler => _declared?.FillerNumbers,
                AwaitedKind.Accession => _declared?.AccessionNumbers,
                _ => _declared?.StudyInstanceUids,
            };
            Declare(declared, number.Value, "number of a performed order");
            found.UnionWith(
                FindByKey<PerformedStepRow>(RowKey.KindOf(number.Kind), number.Value).Where(row => row.WaitsFor.Contains(number)));
        }

        return found.Count == 0 ? [] : [.. found.OrderBy(static row => row.Id).Select(Use)];
    }

    /// <summary>What was performed of a patient, as far as it is at hand: all of it with the patient's records.</summary>
    public IReadOnlyList<PerformedStepRow> PerformedOfPatient(Guid patientId)
    {
        var rows = FindByKey<PerformedStepRow>(KeyKind.Owner, patientId.ToString());
        return [.. rows.Where(row => row.PatientId == patientId).OrderBy(static row => row.Id).Select(Use)];
    }

    /// <summary>What was performed of a step, as far as it is at hand.</summary>
    public IEnumerable<PerformedStepRow> PeekPerformed(Guid stepId) =>
        All<PerformedStepRow>().Where(row => row.StepIds.Contains(stepId));

    public PerformedStepRow AddPerformed(string sopInstanceUid, string sender, DateTimeOffset start, long? createHash) =>
        Add(new PerformedStepRow(_ids.Next())
        {
            SopInstanceUid = sopInstanceUid,
            PerformedState = PerformedState.InProgress,
            Sender = sender,
            Start = start,
            CreateHash = createHash,
        });
}
