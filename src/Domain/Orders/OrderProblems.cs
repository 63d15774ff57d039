using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Why order commands are refused.</summary>
internal static class OrderProblems
{
    public static Problem NoRequest(OrderCommand command) =>
        Error("ORD-001", command, Field.Request, "The command does not say what is asked of the order: name a request.");

    public static Problem NoCommands() => Error("ORD-002", null, Field.Request, "Nothing is asked: send an order.");

    public static Problem SeveralPatients(Details patient) =>
        Error("ORD-003", patient, Field.Patient, "There are orders of several patients: send those of each patient by themselves.");

    public static Problem NoPatient() =>
        Error("ORD-004", null, Field.PatientId, "The patient of the order is needed: send the patient with an identifier.");

    public static Problem NoNumber(OrderCommand command) => Error("ORD-005", command, Field.Number,
        "The order has no number: send a placer, filler or accession number or a Study Instance UID.");

    public static Problem UnknownOrder(OrderCommand command) => Error("ORD-006", command, Field.Number,
        "No order has these numbers: send the order first, or correct the numbers.");

    public static Problem UnknownStep(OrderCommand command) => Error("ORD-007", command, Field.StepId,
        "The order has no step with this id: leave the step id out to mean the whole order, or correct it.");

    public static Problem NumbersDisagree(Details part) => Error("ORD-008", part, Field.Number,
        "Two keys of the order name different orders that are stored: correct the one that is wrong.");

    public static Problem StepOfAnotherOrder(Details part) => Error("ORD-009", part, Field.Number,
        "The step id belongs to an order with another number: send another step id or the number of that order.");

    public static Problem UidOfAnotherOrder(Details part) => Error("ORD-010", part, Field.Number,
        "The Study Instance UID belongs to an order with another number: send another UID.");

    public static Problem OtherPatient(OrderCommand command) => Error("ORD-011", command, Field.Number,
        "The order belongs to another patient: correct the patient or the order number, or merge or link the patients first.");

    public static Problem AccessionOfAnotherPatient(OrderCommand command) => Error("ORD-012", command, Field.AccessionNumber,
        "The accession number belongs to an order of another patient: correct it, or merge or link the patients first.");

    public static Problem UidOfAnotherPatient(OrderCommand command) => Error("ORD-013", command, Field.StudyInstanceUid,
        "The Study Instance UID belongs to an order of another patient: correct it, or merge or link the patients first.");

    public static Problem NumberTaken(OrderCommand command, Field field) => Error("ORD-014", command, field,
        "The number belongs to another order: send the number that was assigned to this one.");

    public static Problem NoSteps(OrderCommand command) => Error("ORD-015", command, Field.Procedure,
        "The order has no procedure, so no worklist entry can be made: send the procedure with it.");

    public static Problem NoModality(OrderCommand command) => Error("ORD-016", command, Field.Modality,
        "No modality was found for the procedure: send one, or add the procedure to the catalogue.");

    public static Problem NoAccession(OrderCommand command) => Error("ORD-017", command, Field.AccessionNumber,
        "The order has no accession number and the sender's policy does not allow making one: send it, or set missingAccession.");

    public static Problem TooLong(OrderCommand command, Field field) => Error("ORD-018", command, field,
        "The id is longer than the 16 characters that DICOM allows: send a shorter one, or set longId to surrogate for this sender.");

    public static Problem BadAccessionFormat(OrderCommand command, string reason) => Error("ORD-019", command, Field.AccessionNumber,
        $"The accession number pattern of this sender cannot be used, {reason}: correct accessionPattern.");

    public static Problem NoStudyUid(OrderCommand command) => Error("ORD-020", command, Field.StudyInstanceUid,
        "The order has no Study Instance UID and the sender's policy does not allow making one: send it, or set missingUid.");

    public static Problem BadUidRoot(OrderCommand command) => Error("ORD-021", command, Field.StudyInstanceUid,
        "The UID root of this sender gives no valid Study Instance UID: correct uidRoot.");

    public static Problem DuplicateStep(OrderCommand command) => Error("ORD-022", command, Field.StepId,
        "The step id is used by another order of the same procedure: send another step id.");

    public static Problem AlreadyCompleted(OrderCommand command) => Error("ORD-023", command, Field.Number,
        "The examination is COMPLETED and is not opened again: place a new order under a new number.");

    public static Problem NotPossible(OrderCommand command, StepState state) => Error("ORD-024", command, Field.Request,
        $"{OrderWords.Of(command)} is not possible for a step that is {StepStates.Name(state)}: {Advice(command.Request)}",
        StepStates.Name(state));

    public static Problem SeveralApplications(Details part) => Error("ORD-025", part, Field.Number,
        "Orders of several applications have this number: send the application with it.");

    private static string Advice(OrderRequest? request) => request switch
    {
        OrderRequest.RequestCancel => "ask to discontinue it, or name the steps that shall still be cancelled.",
        OrderRequest.Hold => "only steps that have not begun can be held; ask to discontinue it.",
        OrderRequest.RequestDiscontinue => "a completed examination can only be corrected by its report.",
        _ => "place a new order under a new number.",
    };

    private static Problem Error(string code, Details? part, Field field, string text, string? detail = null) =>
        new(code, Severity.Error, part, field, text, detail);
}
