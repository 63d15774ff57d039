namespace CloudPacs.Domain.Patients;

/// <summary>What can be wrong with commands about patients and visits, or worth telling.</summary>
internal static class PatientProblems
{
    public static Problem NoIdentifier(PatientDetails? patient) =>
        Error("PAT-001", patient, Field.PatientId, "The patient has no identifier: send one.");

    public static Problem RetiredIdentifier(PatientDetails patient) =>
        Error(
            "PAT-002", patient, Field.PatientId,
            "This patient id was retired by a merge or a change of id: send the id that took its place.");

    public static Problem NoPriorIdentifier(PatientDetails patient) =>
        Error("PAT-003", patient, Field.PriorId, "The prior patient id is needed: send it.");

    public static Problem MergeIntoItself(PatientDetails patient) =>
        Error("PAT-004", patient, Field.PriorId, "The prior and the surviving patient id are the same: nothing can be merged.");

    public static Problem MergeCircle(PatientDetails patient) =>
        Error("PAT-005", patient, Field.PatientId, "The surviving id was itself merged into the prior one before: undo that merge first.");

    public static Problem IdentifierTaken(PatientDetails patient) =>
        Error("PAT-006", patient, Field.PatientId, "The new id belongs to another patient: merge the two instead of changing the id.");

    public static Problem VisitNumberTaken(PatientDetails patient) =>
        Error(
            "PAT-007", patient, Field.Visit,
            "The new visit number belongs to another visit: merge the visits instead of changing the number.");

    public static Problem OpenEntries(PatientDetails patient, Field field) =>
        Error("PAT-008", patient, field, "Worklist entries are still open: cancel or complete their orders before the record is deleted.");

    public static Problem MissingPartner(string kind) =>
        new("PAT-009", Severity.Error, null, Field.OtherPatient, "Two patients are needed: send the second one.", kind);

    public static Problem MissingVisitNumber(PatientDetails patient, Field field) =>
        Error("PAT-010", patient, field, "The number of the visit or account is needed: send it.");

    public static Problem PriorIdentifierRetired(PatientDetails patient) => Error("PAT-012", patient, Field.PriorId,
        "The prior id was given up before for that of another patient, so nothing was merged: send the id of that patient if the two are "
            + "one person.");

    public static Problem UnknownPriorIdentifier(PatientDetails patient, bool isError) => new(
        "PAT-011", isError ? Severity.Error : Severity.Warning, patient, Field.PriorId,
        "No patient has the prior id: nothing was merged; check the prior id if records are missing.");

    public static Problem OtherIdTaken(PatientDetails patient) => Warning("PAT-021", patient, Field.PatientId,
        "A further id belongs to another patient and was left there: merge the two if they are one person.");

    public static Problem UnknownIdToChange(PatientDetails patient) => Warning("PAT-022", patient, Field.PriorId,
        "No patient has the id that shall change: the patient was stored under the new id.");

    public static Problem ChangedBefore(PatientDetails patient) => Warning("PAT-023", patient, Field.PriorId,
        "The id was changed before: only the rest of the patient's data was taken.");

    public static Problem UnknownIdToMove(PatientDetails patient) =>
        Warning("PAT-024", patient, Field.PriorId, "No patient has the id that shall move: nothing was moved.");

    public static Problem MovedBefore(PatientDetails patient) =>
        Warning("PAT-025", patient, Field.PriorId, "The id belongs to this patient already: nothing was moved.");

    public static Problem SomeOrdersStay(PatientDetails patient) => Warning("PAT-026", patient, Field.PriorId,
        "The patient keeps other ids: only the orders numbered by the same authority moved with the id.");

    public static Problem NoVisitToDelete(PatientDetails patient) =>
        Warning("PAT-027", patient, Field.Visit, "There is no such visit: nothing was deleted.");

    public static Problem NoPatientToDelete(PatientDetails patient) =>
        Warning("PAT-028", patient, Field.PatientId, "There is no such active patient: nothing was deleted.");

    public static Problem LinkedBefore(PatientDetails other) =>
        Warning("PAT-029", other, Field.PatientId, "The two patients are linked already: nothing changed.");

    public static Problem NotLinked(PatientDetails other) =>
        Warning("PAT-030", other, Field.PatientId, "The two patients are not linked: nothing changed.");

    public static Problem MergedBefore(PatientDetails patient) =>
        Warning("PAT-031", patient, Field.PriorId, "The prior id was merged into this patient before: nothing changed.");

    public static Problem OneVisit(PatientDetails patient, Field field) =>
        Warning("PAT-032", patient, field, "The two numbers are those of one visit: nothing was merged.");

    public static Problem NoVisitToMove(PatientDetails patient, Field field) =>
        Warning("PAT-033", patient, field, "The prior patient has no visit of the prior number: nothing was moved.");

    public static Problem VisitMovedBefore(PatientDetails patient, Field field) =>
        Warning("PAT-034", patient, field, "The visit belongs to this patient already: nothing was moved.");

    public static Problem NoPriorVisit(PatientDetails patient, Field field) =>
        Warning("PAT-035", patient, field, "No visit of this patient has the prior number: nothing was merged or changed.");

    public static Problem LeftAsItIs(PatientDetails patient) => Warning("PAT-036", patient, Field.PatientId,
        "This patient id was retired by a merge or a change of id: the data of the patient that took its place were left as they are; send "
            + "the id of that patient.");

    public static Problem VisitWithoutNumber(PatientDetails patient) => Warning("PAT-037", patient, Field.Visit,
        "The visit has no number: what is said of it belongs to none and was left out; send its number or that of its account.");

    public static Problem UnknownVisit(PatientDetails patient) => Warning("PAT-038", patient, Field.Visit,
        "The patient has no visit of this number, and a command of this kind makes none: what is said of the visit was left out; update "
            + "the visit.");

    public static Problem KnownOtherwise(PatientDetails patient, IEnumerable<string> attributes) =>
        Warning("PAT-039", patient, Field.Patient,
            $"The patient is known here with another {string.Join(", ", attributes)}: what is known was left as it is. Compare both: it "
                + "may be another person; else correct it where patients are registered.");

    public static Problem SeveralPatients(PatientDetails patient) => Error("PAT-040", patient, Field.PatientId,
        "The ids are those of several patients, and nothing says which of them is meant: merge them if they are one person, or send the id "
            + "of one with its authority.");

    public static Problem IdToChangeRetired(PatientDetails patient) => Error("PAT-043", patient, Field.PriorId,
        "The prior id was given up before for another one, so nothing was changed: send that one as the prior id.");

    public static Problem NumberNotMerged(PatientDetails patient, Field field) => Warning("PAT-044", patient, field,
        "Patients were merged, and what is theirs went with them; the prior number of a visit or account was left as it is.");

    public static Problem Late(PatientDetails patient) => Warning("PAT-041", patient, Field.Patient,
        "The sender has said something later of this patient: what is known was left as it is; switch staleCheck off if its clock is "
            + "wrong.");

    public static Problem LateVisit(PatientDetails patient) => Warning("PAT-042", patient, Field.Visit,
        "The sender has said something later of this visit: what is known was left as it is; switch staleCheck off if its clock is "
            + "wrong.");

    public static Problem NoReason(PatientDetails patient) => Error("PAT-045", patient, Field.Whole, "A reason is needed.");

    public static Problem NoPatientToHold(PatientDetails patient) =>
        Error("PAT-046", patient, Field.PatientId, "There is no such patient, so nothing is on hold: send an id that is known here.");

    public static Problem OnHold(PatientDetails patient) => Error("PAT-047", patient, Field.PatientId,
        "The patient is on hold and may not be deleted, as somebody said who had a reason: end the hold first.");

    /// <summary>What is said of details that know the patient only by a retired id.</summary>
    public static Problem OnlyRetired(PatientDetails patient, DomainPolicy policy) =>
        policy.RefusesRetiredIds ? RetiredIdentifier(patient) : LeftAsItIs(patient);

    private static Problem Error(string code, PatientDetails? patient, Field field, string text) =>
        new(code, Severity.Error, patient, field, text);

    private static Problem Warning(string code, PatientDetails patient, Field field, string text) =>
        new(code, Severity.Warning, patient, field, text);
}
