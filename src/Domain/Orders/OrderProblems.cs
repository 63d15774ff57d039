using CloudPacs.Hl7v2;

namespace CloudPacs.Domain.Orders;

/// <summary>What can be wrong with an order message, with its code of HL7 table 0357 and what the sender can do.</summary>
internal static class OrderProblems
{
    public static Problem NoControl(OrderUnit unit) =>
        Error(101, unit.ControlField, "The order control is empty: send NW, XO, CA or another code of HL7 table 0119 in ORC-1.");

    public static Problem UnknownControl(OrderUnit unit) =>
        Error(103, unit.ControlField, "The order control is not in HL7 table 0119: correct ORC-1.");

    public static Problem NoKey(OrderUnit unit) =>
        Error(101, unit.KeyField, "The order has no number: send a placer, filler or accession number or a Study Instance UID.");

    public static Problem UnknownOrder(OrderUnit unit) =>
        Error(204, unit.KeyField, "No order has these numbers: send the order (NW) first, or correct the numbers.");

    public static Problem UnknownStep(OrderUnit unit) =>
        Error(204, unit.StepField, "The order has no step with this id: leave the step id out to mean the whole order, or correct it.");

    public static Problem Conflict(OrderUnit unit, string text) => Error(205, unit.KeyField, text);

    public static Problem OtherPatient(OrderUnit unit) =>
        Error(205, unit.KeyField, "The order belongs to another patient: correct the patient or the order number, or merge or link the patients first.");

    public static Problem OfAnother(ErrorLocation location, string name) =>
        Error(205, location, $"The {name} belongs to an order of another patient: correct it, or merge or link the patients first.");

    public static Problem NumberTaken(OrderUnit unit, string segment, int field) =>
        Error(205, unit.At(segment, field), "The number belongs to another order: send the number that was assigned to this one.");

    public static Problem NoSteps(OrderUnit unit) =>
        Error(100, new ErrorLocation("OBR", Math.Max(1, unit.First.OrcOccurrence)), "The order has no procedure, so no worklist entry can be made: send an OBR with it.");

    public static Problem SeveralPatients(int pid) =>
        Error(100, new ErrorLocation("PID", pid), "The message has orders of several patients: send one message for each patient.");

    public static Problem NoPatient() =>
        Error(101, new ErrorLocation("PID", 1, 3), "The patient of the order is needed: send PID with an identifier in PID-3.");

    public static Problem NoModality(OrderUnit unit) => Error(101, unit.First.IpcOccurrence > 0 ? unit.At("IPC", 5) : unit.At("OBR", 24),
        "No modality was found for the procedure: send one, or add the procedure to the catalogue.");

    public static Problem NoAccession(OrderUnit unit) => Error(101, AccessionField(unit),
        "The order has no accession number and the sender's policy does not allow making one: send it, or set missingAccession.");

    public static Problem TooLong(OrderUnit unit, ErrorLocation location) => Error(102, location,
        "The id is longer than the 16 characters that DICOM allows: send a shorter one, or set longId to surrogate for this sender.");

    public static Problem BadPattern(OrderUnit unit, string reason) => Error(207, AccessionField(unit),
        $"The accession number pattern of this sender cannot be used, {reason}: correct accessionPattern.");

    public static Problem NoStudyUid(OrderUnit unit) => Error(101, UidField(unit),
        "The order has no Study Instance UID and the sender's policy does not allow making one: send it, or set missingUid.");

    public static Problem BadUidRoot(OrderUnit unit) => Error(207, UidField(unit),
        "The UID root of this sender gives no valid Study Instance UID: correct uidRoot.");

    public static Problem DuplicateStep(OrderUnit unit) =>
        Error(205, unit.StepField, "The step id is used by another order of the same procedure: send another step id.");

    public static Problem AlreadyCompleted(OrderUnit unit) =>
        Error(205, unit.KeyField, "The examination is COMPLETED and is not opened again: place a new order under a new number.");

    public static Problem Refused(OrderUnit unit, string state, int code) => code == 204 ? UnknownOrder(unit) : Error(code, unit.ControlField,
        $"{unit.Control} is not possible for a step that is {state}: {Advice(unit.Control)}");

    public static ErrorLocation AccessionField(OrderUnit unit) => unit.First.IpcOccurrence > 0 ? unit.At("IPC", 1) : unit.At("OBR", 18);

    public static ErrorLocation UidField(OrderUnit unit) => unit.First.IpcOccurrence > 0 ? unit.At("IPC", 3) : unit.At("ZDS", 1);

    private static string Advice(string? control) => control switch
    {
        "CA" => "send DC to stop it, or name in OBR-20 the steps that shall still be cancelled.",
        "HD" or "OH" or "HR" => "only steps that have not begun can be held; send DC to stop it.",
        "DC" => "a completed examination can only be corrected by its report.",
        _ => "place a new order under a new number.",
    };

    private static Problem Error(int code, ErrorLocation location, string text) => new(code, Severity.Error, location, text);
}
