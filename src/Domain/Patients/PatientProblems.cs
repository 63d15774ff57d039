using CloudPacs.Hl7v2;
using CloudPacs.Mapping;

namespace CloudPacs.Domain.Patients;

/// <summary>What can be wrong with a message about patients and visits, with its code of HL7 table 0357 and what the sender can do.</summary>
internal static class PatientProblems
{
    public static Problem NoIdentifier(int pid) =>
        Error(101, At("PID", pid, 3), "The patient has no identifier: send one in PID-3.");

    public static Problem RetiredIdentifier(int pid) =>
        Error(204, At("PID", pid, 3), "This patient id was retired by a merge or a change of id: send the id that took its place.");

    public static Problem UnknownPatient(int pid) =>
        Error(204, At("PID", pid, 3), "No patient has this id: send the patient (A28 or A04) first.");

    public static Problem NoPriorIdentifier(int pid) =>
        Error(101, At("MRG", pid, 1), "The event needs the prior patient id: send it in MRG-1.");

    public static Problem MergeIntoItself(int pid) =>
        Error(205, At("MRG", pid, 1), "The prior and the surviving patient id are the same: nothing can be merged.");

    public static Problem MergeCircle(int pid) =>
        Error(205, At("PID", pid, 3), "The surviving id was itself merged into the prior one before: undo that merge first.");

    public static Problem IdentifierTaken(int pid) =>
        Error(205, At("PID", pid, 3), "The new id belongs to another patient: merge the two (A40) instead of changing the id.");

    public static Problem VisitNumberTaken(int pid) =>
        Error(205, At("PV1", pid, 19), "The new visit number belongs to another visit: merge the visits (A42) instead of changing the number.");

    public static Problem OpenEntries(string segment, int pid, int field) =>
        Error(207, At(segment, pid, field), "Worklist entries are still open: cancel or complete their orders before the record is deleted.");

    public static Problem MissingPartner(string @event) =>
        Error(101, new ErrorLocation("PID", 2), $"{@event} names two patients: send a second PID.");

    public static Problem MissingVisitNumber(string segment, int pid, int field) =>
        Error(101, At(segment, pid, field), "The event needs the number of the visit or account.");

    public static Problem UnknownEvent() =>
        Error(201, At("MSH", 1, 9), "This event is not one that the engine applies: ask for it or stop sending it.");

    public static ErrorLocation At(string segment, int occurrence, int field) => new(segment, occurrence, field);

    public static ErrorLocation PidOf(MappedPatient patient) => At("PID", patient.PidOccurrence, 3);

    private static Problem Error(int code, ErrorLocation location, string text) => new(code, Severity.Error, location, text);
}
