using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Mapping;

namespace CloudPacs.Translation;

/// <summary>Order messages (ORM, OMG, OMI) as commands.</summary>
internal sealed class OrderTranslation(MappedMessage message, MessageParts parts)
{
    public static OrderCommands Commands(MappedMessage message, SenderPolicy policy, ChangeContext context, MessageParts parts)
    {
        var translation = new OrderTranslation(message, parts);
        return new OrderCommands(
            context, message.Patients.ConvertAll(parts.Patient), OrderUnit.Of(message, policy).ConvertAll(translation.Command))
        {
            Faults = MappedProblem.Of(message),
        };
    }

    private readonly Dictionary<MappedStep, StepDetails> _steps = message.Procedures.SelectMany(static p => p.Steps)
        .ToDictionary(static step => step, step => parts.Add(
            new StepDetails
            {
                Faults = MappedProblem.Of(step.Problems),
                StepId = step.Group.StepId,
                Attributes = MappedStandIns.In(step.Attributes, step.StandIns),
                StandIns = MappedStandIns.Of(step.StandIns),
                Start = step.Start,
                StartInstant = step.StartInstant,
            },
            new PartSource(step.Scope, Group: step.Group.GroupIndex)));

    private readonly Dictionary<MappedProcedure, ProcedureDetails> _procedures = [];

    private OrderCommand Command(OrderUnit unit)
    {
        var first = unit.First;
        return parts.Add(
            new OrderCommand
            {
                Faults = FaultsOf(unit),
                Request = unit.Control is { } control && OrderControlTable.IsKnown(control)
                    ? OrderControlTable.RequestOf(control, first.Status)
                    : null,
                PlacerNumber = first.PlacerNumber?.ToIdentifier(),
                FillerNumber = first.FillerNumber?.ToIdentifier(),
                AccessionNumber = first.AccessionNumber?.ToIdentifier(),
                RequestedProcedureId = first.RequestedProcedureId,
                StudyInstanceUid = first.StudyInstanceUid,
                StepIds = [.. unit.Groups.Select(static group => group.StepId).OfType<string>()],
                Parent = first.Parent?.ToIdentifier(),
                AskedAt = first.TransactionTime,
                Reason = first.Reason,
                IsFromFiller = first.IsFillerFeed,
                Place = first.ObrOccurrence,
                Procedure = unit.Procedure is { } procedure ? Procedure(procedure) : null,
                Steps = [.. unit.Procedure?.Steps.Where(step => unit.Groups.Contains(step.Group)).Select(step => _steps[step]) ?? []],
            },
            unit);
    }

    private ProcedureDetails Procedure(MappedProcedure mapped)
    {
        if (_procedures.TryGetValue(mapped, out var known)) return known;
        var details = new ProcedureDetails
        {
            Faults = MappedProblem.Of(mapped.Problems),
            Attributes = MappedStandIns.In(mapped.Attributes, mapped.StandIns),
            StandIns = MappedStandIns.Of(mapped.StandIns),
            Steps = mapped.Steps.ConvertAll(step => _steps[step]),
        };
        _procedures.Add(mapped, details);
        return parts.Add(details, new PartSource(mapped.Scope));
    }

    /// <summary>Faults of the keys count in every order control; one that is not known says nothing of the rest.</summary>
    private static IReadOnlyList<Problem> FaultsOf(OrderUnit unit)
    {
        var control = unit.At("ORC", 1);
        if (unit.Control is null)
            return
            [
                Fault(
                    101, Hl7v2.Severity.Error, control,
                    "The order control is empty: send NW, XO, CA or another code of HL7 table 0119 in ORC-1.")
            ];
        if (!OrderControlTable.IsKnown(unit.Control))
            return [Fault(103, Hl7v2.Severity.Error, control, "The order control is not in HL7 table 0119: correct ORC-1.")];
        var faults = MappedProblem.Of(unit.Groups.SelectMany(static group => group.Problems));
        if (OrderControlTable.IsKnownStatus(unit.First.Status)) return faults;
        return
        [
            .. faults,
            Fault(
                103, Hl7v2.Severity.Warning, unit.At("ORC", 5),
                "The order status is not in HL7 table 0038 and counts as none: correct ORC-5."),
        ];
    }

    private static MappedProblem Fault(int code, Hl7v2.Severity severity, Hl7v2.ErrorLocation location, string text) =>
        new(new Hl7v2.Problem(code, severity, location, text));
}
