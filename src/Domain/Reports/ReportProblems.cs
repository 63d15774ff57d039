namespace CloudPacs.Domain.Reports;

/// <summary>What can be wrong with reports, or worth telling.</summary>
internal static class ReportProblems
{
    public static Problem NoReports() => new("REP-001", Severity.Error, null, Field.Report, "There is no report.");

    public static Problem NoNumber(ReportDetails report) =>
        Error("REP-002", report, Field.ReportNumber, "The report has no number by which later versions of it could be known: send one.");

    public static Problem NoPatient(ReportDetails report) => Error(
        "REP-003", report, Field.PatientId, "The report names neither a patient nor an order that is known: send the patient with it.");

    public static Problem OtherPatient(ReportDetails report) => Error("REP-004", report, Field.Number,
        "The order of the report belongs to another patient: correct the patient or the order number.");

    public static Problem OfAnotherPatient(ReportDetails report) => Error("REP-005", report, Field.ReportNumber,
        "The number is that of a report about another patient: correct the patient or the number.");

    public static Problem SentTwice(ReportDetails report) => Error("REP-006", report, Field.ReportNumber,
        "Two reports that came together have this number and this code: give each a number of its own.");

    public static Problem FollowsItself(ReportDetails report) => Error("REP-007", report, Field.ParentReport,
        "The document that this one adds to or replaces is this one, or adds to or replaces it: correct the number of the parent.");

    public static Problem NoContent(ReportDetails report) => Error("REP-008", report, Field.Content,
        "The report is final and comes with its content, but has none, and nothing of it is known: send the content with it.");

    public static Problem TooLongChain(ReportDetails report, int max) => Error("REP-009", report, Field.ParentReport,
        $"More than {max} documents add to or replace one another in a row, so a circle cannot be ruled out: name the first of them.");

    public static Problem TooManyResults(ObservationDetails result, int max) => new("REP-011", Severity.Error, result, Field.Observation,
        $"A report holds at most {max} discrete results, those of its earlier versions with them: send a document, or another report.");

    public static Problem TakenByPosition(ObservationDetails result) => new("REP-041", Severity.Warning, result, Field.ObservationSubId,
        "The report has more results of this code, and nothing says which one is meant: the first was taken. Send a sub-id with each.");

    public static Problem Waits(ReportDetails report) => Warning("REP-021", report, Field.Number,
        "No order is known for the report: it was kept, and is linked when its order comes.");

    public static Problem Older(ReportDetails report) => Warning("REP-022", report, Field.ReportState,
        "A later version of the report is stored: this one was not applied.");

    public static Problem StateStays(ReportDetails report) => Warning("REP-023", report, Field.ReportState,
        "A later message told the state of the report: its content was taken from this one, its state and its numbers from that.");

    public static Problem FirstOrderLeft(ReportDetails report) => Warning("REP-024", report, Field.Number,
        "The report was linked to another order: it is linked to the one that is named now.");

    public static Problem ReportedInFuture(ReportDetails report) => Warning("REP-025", report, Field.ReportedAt,
        "The time of the report has not come yet: that of receipt counts instead when versions are compared.");

    public static Problem SentInFuture() => new("REP-026", Severity.Warning, null, Field.SentAt,
        "The time of sending has not come yet: that of receipt counts instead when versions are compared.");

    public static Problem ParentUnknown(ReportDetails report) => Warning("REP-027", report, Field.ParentReport,
        "The document that this one adds to or replaces is not known: it is linked when it comes.");

    public static Problem FirstParentLeft(ReportDetails report) => Warning("REP-028", report, Field.ParentReport,
        "The document added to or replaced another one: it counts for the one that is named now.");

    public static Problem StandsBeside(ReportDetails report) => Warning("REP-029", report, Field.ReportNumber,
        "A report of another examination (code) has this number: that stays as it is, and this one stands beside it.");

    public static Problem NoRelation(ReportDetails report) => Warning("REP-030", report, Field.ParentReport,
        "Another document is named, but not whether this one adds to it or replaces it: they are not linked.");

    public static Problem PatientNotChecked(ReportDetails report) => Warning("REP-031", report, Field.PatientId,
        "The report names no patient: it was filed for the one of its order or earlier version, and nothing checks that.");

    public static Problem ContentStays(ReportDetails report) => Warning("REP-032", report, Field.Content,
        "The report comes with its content, but has none: only its state and its numbers were taken.");

    public static Problem ShowsNothing(ReportDetails report) => Warning("REP-033", report, Field.ReportState,
        "The result is final and has no content, nor had an earlier version: the report shows nothing.");

    private static Problem Error(string code, ReportDetails report, Field field, string text) =>
        new(code, Severity.Error, report, field, text);

    private static Problem Warning(string code, ReportDetails report, Field field, string text) =>
        new(code, Severity.Warning, report, field, text);
}
