using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>What those who give order commands should know although the commands were accepted.</summary>
internal static class OrderWarnings
{
    /// <summary>Nobody sees the entry.</summary>
    public static Problem Hidden(Details part, Field field, string reason) => Warning("ORD-031", part, field, reason, reason);

    public static Problem NamesNoOrder(OrderCommand command) =>
        Warning("ORD-032", command, Field.Number, $"{OrderWords.Of(command)} changes nothing: it names no order.");

    public static Problem SeveralOrders(OrderCommand command) => Warning("ORD-033", command, Field.Request,
        "Several orders have these numbers and only the one that fits best was changed: send each under a number of its own.");

    public static Problem StepIdLeftOut(OrderCommand command) =>
        Warning("ORD-034", command, Field.StepId, $"{OrderWords.Of(command)} left out a step id that no step of the order has.");

    public static Problem NoSuchStep(OrderCommand command) =>
        Warning("ORD-035", command, Field.StepId, $"{OrderWords.Of(command)} changes nothing: the order has no step with this id.");

    public static Problem Stale(OrderCommand command) => Warning("ORD-036", command, Field.Request,
        "The command is older than the last one applied to this order: it was not applied; switch staleCheck off if this sender's "
            + "clock is wrong.");

    public static Problem CancelRemembered(OrderCommand command) => Warning("ORD-037", command, Field.Number,
        "No order has these numbers yet: the cancel is remembered and closes the order if it comes in time.");

    public static Problem NoSuchOrder(OrderCommand command) =>
        Warning("ORD-038", command, Field.Number, $"{OrderWords.Of(command)} changes nothing: no order has these numbers.");

    public static Problem State(OrderCommand command, IReadOnlyList<StepRow> steps) =>
        new("ORD-039", Severity.Information, command, Field.Request, steps.Count == 0
            ? "The order has no steps."
            : $"The steps of the order: {string.Join(", ", steps.Select(StateOf))}.");

    private static string StateOf(StepRow step) => $"{step.StepId} {StepStates.Name(step.StepState)}";

    public static Problem StoredOnly(OrderCommand command) =>
        Warning("ORD-040", command, Field.Request, "The command is stored and not applied.");

    public static Problem ParentHasNoEntry(OrderCommand command) =>
        Warning("ORD-041", command, Field.Request, "A parent order makes no entry for the worklist: its children do.");

    public static Problem StepStaysUnderParent(OrderCommand command, StepState state) => Warning("ORD-042", command, Field.Request,
        $"A step of the order is {StepStates.Name(state)} and stays although the order is a parent now.", StepStates.Name(state));

    public static Problem OrderIsParent(OrderCommand command) => Warning("ORD-043", command, Field.Request,
        "The order is a parent without steps: only the patient's data was taken; change its children.");

    public static Problem NoProcedure(OrderCommand command) => Warning("ORD-044", command, Field.Request,
        "There is no procedure for this order: only the patient's data was taken.");

    public static Problem OrderIsClosed(OrderCommand command) =>
        Warning("ORD-045", command, Field.Request, $"{OrderWords.Of(command)} changes nothing: the order is closed.");

    /// <summary>New values for a step that takes none.</summary>
    public static Problem StepIsClosed(OrderCommand command, StepState state) => Warning("ORD-046", command, Field.Request,
        $"{OrderWords.Of(command)} changes nothing: the step is {StepStates.Name(state)}.", StepStates.Name(state));

    /// <summary>A state that the step cannot take or has already.</summary>
    public static Problem StepStays(OrderCommand command, StepState state) => Warning("ORD-047", command, Field.Request,
        $"{OrderWords.Of(command)} changes nothing: the step is {StepStates.Name(state)}.", StepStates.Name(state));

    public static Problem OrderHasNoSteps(OrderCommand command) =>
        Warning("ORD-048", command, Field.Request, $"{OrderWords.Of(command)} changes nothing: the order has no steps.");

    public static Problem StepLeftOut(OrderCommand command, StepState state) => Warning("ORD-049", command, Field.Request,
        $"{OrderWords.Of(command)} left out a step that is {StepStates.Name(state)}.", StepStates.Name(state));

    public static Problem NothingToClose(OrderCommand command, StepState state) => Warning("ORD-050", command, Field.Request,
        $"{OrderWords.Of(command)} closes nothing: the step is {StepStates.Name(state)}; the order that follows is linked to it all the "
            + "same.",
        StepStates.Name(state));

    public static Problem NoTimeAndPlace(OrderCommand command) => Warning("ORD-051", command, Field.Request,
        "Nothing is said of the time and place of a step of the order: send the procedure with it.");

    public static Problem TimeAndPlaceKept(OrderCommand command, StepState state) => Warning("ORD-052", command, Field.Request,
        $"Time and place were not changed: the step is {StepStates.Name(state)}.", StepStates.Name(state));

    public static Problem OnlyTextTaken(OrderCommand command, StepState state) => Warning("ORD-053", command, Field.Request,
        $"The step is {StepStates.Name(state)}: only demographics and text were taken, not procedure, station, times, ids or UID.",
        StepStates.Name(state));

    public static Problem OwnOfStepKept(OrderCommand command) => Warning("ORD-054", command, Field.Request,
        "The order has several steps and none is named: modality, protocol and description of each were kept; name the step to change "
            + "them.");

    public static Problem OffTheList(OrderCommand command, StepState state) => Warning("ORD-055", command, Field.Request,
        $"The step is {StepStates.Name(state)} and so off the worklist: {Advice(state)} to put it on.", StepStates.Name(state));

    public static Problem StaysClosed(OrderCommand command) => Warning("ORD-056", command, Field.Request,
        "A cancel of this order came before it, so it stays closed: send it with a later time to place it again.");

    public static Problem ClosedAtOnce(OrderCommand command) => Warning("ORD-057", command, Field.Request,
        "A cancel of this order came before it, so the order is closed at once: send it with a later time under this number to place "
            + "it again.");

    public static Problem UnlistedStepClosed(OrderCommand command) => Warning("ORD-058", command, Field.Request,
        "A step that is no longer listed was closed; set fullSnapshot off if this sender sends single steps.");

    public static Problem UidKept(OrderCommand command) => Warning("ORD-059", command, Field.Request,
        "The Study Instance UID was not changed: it is fixed once the procedure exists.");

    public static Problem NothingAssigned(OrderCommand command) =>
        Warning("ORD-060", command, Field.Request, "An assigned number changes nothing: the order has these numbers already.");

    public static Problem DraftHasNumber(OrderCommand command) => Warning("ORD-061", command, Field.Request,
        "The order has a number and is a draft off the worklist: schedule it to put it on.");

    public static Problem PlacedHasNumber(OrderCommand command) =>
        Warning("ORD-062", command, Field.Request, "A request for a number changes nothing of an order that is placed.");

    public static Problem NothingReplaced(OrderCommand command) => Warning("ORD-063", command, Field.Request,
        "No replacement was announced before this order: it was placed without a link to the one it replaces.");

    public static Problem NoEntry(OrderCommand command) =>
        Warning("ORD-064", command, Field.Request, "The order has no procedure, so there is no worklist entry for it.");

    public static Problem AskedInFuture(OrderCommand command) => Warning("ORD-065", command, Field.AskedAt,
        "The time at which the order was asked for has not come yet: that of receipt counts instead when later commands are compared.");

    public static Problem SentInFuture() => Warning("ORD-066", null, Field.SentAt,
        "The time at which the commands were sent has not come yet: that of receipt counts instead when later commands are compared.");

    public static Problem BookingEnded(OrderCommand command, StepState state) => Warning("ORD-068", command, Field.Request,
        $"The booking of the order was ended before it came: its step is {StepStates.Name(state)} and so off the worklist.",
        StepStates.Name(state));

    public static Problem OnlyTimeAndPlaceTaken(OrderCommand command) => Warning("ORD-067", command, Field.Request,
        "Only time and place of the step were taken, not what else was said of it: ask for a change of the order to change that.");

    public static Problem HalfReplaced(OrderCommand command) => Warning("ORD-069", command, Field.ProcedureCode,
        "Only the code or only the text of another procedure was sent: the half that was stored belongs to the former one and was taken "
            + "away.");

    public static Problem NotDescribed(OrderCommand command) => Warning("ORD-070", command, Field.ProcedureCode,
        "Neither code nor text of the procedure was sent: the worklist entry does not say what is to be done.");

    public static Problem ProcedureAdded(OrderCommand command) => Warning("ORD-071", command, Field.AccessionNumber,
        "The order has no procedure of these numbers, so it was added: the worklist has one more entry of this order now.");

    public static Problem StepAdded(OrderCommand command) => Warning("ORD-072", command, Field.StepId,
        "The procedure has no step of this id, so it was added: the worklist has one more entry of this order now.");

    public static Problem ParentKept(OrderCommand command) => Warning("ORD-073", command, Field.Parent,
        "The parent of an order does not change: the order stays with the one that it was placed with, or without any.");

    public static Problem NumberUsedAgain(OrderCommand command) => Warning("ORD-074", command, Field.Number,
        "The number was that of an order of another patient, which was cancelled: a new order was placed under it.");

    public static Problem ChangesTheOneBefore(OrderCommand command) => Warning("ORD-075", command, Field.Number,
        "An order before it has the same numbers and was changed by this one: if two are meant, give each a number of its own.");

    public static Problem OnlyStepMeant(OrderCommand command) => Warning("ORD-076", command, Field.StepId,
        "The order has one step, under an id that was made here, and none of this id: that one was taken to be meant.");

    public static Problem StepNamed(OrderCommand command) => Warning("ORD-077", command, Field.StepId,
        "The order has one step, under an id that was made here, and none of this id: that one was changed, and has this id from now on.");

    private static string Advice(StepState state) => state switch
    {
        StepState.Draft => "schedule it",
        StepState.OnHold => "release it",
        _ => "send a new start",
    };

    private static Problem Warning(string code, Details? part, Field field, string text, string? detail = null) =>
        new(code, Severity.Warning, part, field, text, detail);
}
