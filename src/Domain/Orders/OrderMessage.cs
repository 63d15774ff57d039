using CloudPacs.Domain.Patients;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// Applies an order message (ORM, OMG, OMI): all its groups or none, or, where the sender's policy says perGroup, those that can be.
/// Pure: the workspace holds the rows before and after.
/// </summary>
internal static class OrderMessage
{
    public static Outcome Apply(
        MappedMessage message, Workspace workspace, SenderPolicy policy, MessageFacts facts, SiteRules? rules = null)
    {
        var run = new MessageRun(message, workspace, policy, facts, rules);
        run.Outcome.Add(message.Problems);
        var units = OrderUnit.Of(message, policy, facts, workspace);
        if (units.Count == 0)
            run.Outcome.Add(new Problem(100, Severity.Error, new ErrorLocation("ORC", 1), "The message has no order: send an ORC or OBR segment."));
        if (OtherPatient(message) is { } other) run.Outcome.Add(OrderProblems.SeveralPatients(other.PidOccurrence));

        using var savepoint = workspace.Begin();
        var kept = !run.Outcome.HasErrors && Apply(run, units);
        if (kept) savepoint.Keep();
        else Refuse(run.Outcome, units);
        return run.Outcome;
    }

    /// <summary>A second patient of the message, whose orders would go to the first one.</summary>
    private static MappedPatient? OtherPatient(MappedMessage message) =>
        message.Patients.Skip(1).FirstOrDefault(patient => patient.Primary is not { } id || message.Patients[0].Primary?.Names(id) != true);

    /// <returns>Whether the changes stay.</returns>
    private static bool Apply(MessageRun run, List<OrderUnit> units)
    {
        var order = new OrderRun(run, run.Message.Patients.Count > 0 ? run.Message.Patients[0] : null);
        // A control message needs only its key; what describes an order describes its patient too, completely.
        if (order.Person is { } described && units.Exists(static unit => unit.Procedure is not null)) run.Outcome.Add(described.Problems);
        if (run.Outcome.HasErrors) return false;

        // Old news about orders is old news about the patient too.
        if (!units.TrueForAll(unit => IsStale(order, unit))) UpdatePatient(order);
        if (run.Outcome.HasErrors) return false;

        var failed = 0;
        foreach (var unit in units)
        {
            using var savepoint = run.Workspace.Begin();
            var part = order.Start(unit);
            UnitActions.Apply(part);
            run.Outcome.Absorb(part.Outcome);
            run.Outcome.Replies.AddRange(Replies(part));
            if (part.Outcome.HasErrors) failed++;
            else savepoint.Keep();
        }

        return failed == 0 || (run.Policy.PerGroup && failed < units.Count);
    }

    private static bool IsStale(OrderRun order, OrderUnit unit) =>
        unit.Control is { } control && OrderControlTable.IsKnown(control) && !unit.Keys.IsEmpty
        && OrderMatch.Find(order.Message.Workspace, unit.Keys, order.Message.Policy, control == "CH", unit.StepIds.Count > 0).Orders
            is { Count: > 0 } found
        && found.Any(row => order.Clock.IsStale(row, unit.First.TransactionTime));

    private static void UpdatePatient(OrderRun order)
    {
        if (order.Person is not { Primary: not null } person) return;
        order.Patient = PatientRegistry.Upsert(order.Message, person);
        if (order.Patient is null) return;
        var isAhead = order.Message.Message.Procedures.Exists(p => p.Steps.Exists(step => step.Start > order.Message.Facts.LocalNow));
        order.Visit = VisitRegistry.Upsert(order.Message, order.Patient, person, status: null, isAhead);
    }

    private static void Refuse(Outcome outcome, List<OrderUnit> units)
    {
        outcome.Discard();
        outcome.Replies.Clear();
        foreach (var unit in units)
            outcome.Replies.AddRange(unit.Indexes.Select(index => new GroupReply(
                index, AnswerOf(unit.Control, accepted: false), null, unit.Keys.Placer, unit.Keys.Filler, [])));
    }

    private static IEnumerable<GroupReply> Replies(UnitRun part)
    {
        var accepted = !part.Outcome.HasErrors;
        var row = accepted && part.Orders.Count > 0 ? part.Orders[0] : null;
        var control = accepted && part.Answer is { } answer ? answer : AnswerOf(part.Unit.Control, accepted);
        return part.Unit.Indexes.Select(index => new GroupReply(
            index, control, OrderStatus.Code(part.Steps), row?.PlacerNumber ?? part.Keys.Placer, row?.FillerNumber ?? part.Keys.Filler,
            row is null ? [] : [.. StepsOf(part, index).SelectMany(step => Keys(part.Orders, step))]));
    }

    /// <summary>Those that the group describes, when the unit's groups describe one each; else all.</summary>
    private static List<StepRow> StepsOf(UnitRun part, int groupIndex)
    {
        var described = part.Unit.Steps;
        if (described.Count != part.Steps.Count) return part.Steps;
        var own = part.Steps.Where((_, i) => described[i].Group.GroupIndex == groupIndex).ToList();
        return own.Count > 0 ? own : part.Steps;
    }

    private static string AnswerOf(string? control, bool accepted) =>
        control is not null && OrderControlTable.IsKnown(control) ? OrderControlTable.Answer(control, accepted) : "UA";

    private static IEnumerable<StepKeys> Keys(List<OrderRow> orders, StepRow step) =>
        orders.SelectMany(static order => order.Procedures).Where(procedure => procedure.Id == step.ProcedureId)
            .Select(procedure => new StepKeys(procedure.AccessionNumber, procedure.RequestedProcedureId, procedure.StudyInstanceUid, step.StepId));
}
