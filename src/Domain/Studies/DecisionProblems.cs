namespace CloudPacs.Domain.Studies;

/// <summary>Why what a person decides about a study is refused.</summary>
internal static class DecisionProblems
{
    public static Problem UnknownStudy(StudyDecision decision) => Error("STU-030", decision, Field.StudyInstanceUid,
        "No study with this Study Instance UID is stored: correct the UID.");

    public static Problem UnknownOrder(OrderDecision decision) => Error("STU-031", decision, Field.Number,
        "No order has these numbers: correct them, or send the order first.");

    public static Problem SeveralOrders(OrderDecision decision) => Error("STU-032", decision, Field.Number,
        "Several requested procedures have these numbers: name the issuer, a further number or the requested procedure id.");

    public static Problem NoCandidate(OrderDecision decision) => Error("STU-033", decision, Field.Number,
        "No order is suggested for the study: name one by a number.");

    public static Problem SeveralCandidates(OrderDecision decision) => Error("STU-034", decision, Field.Number,
        "There are several orders that may be meant: name one by a number.");

    public static Problem NoLink(OrderDecision decision) => Error("STU-035", decision, Field.Number,
        "The study is not linked with this order, and the order is not suggested for it.");

    public static Problem NothingDecided(OrderDecision decision) => Error("STU-036", decision, Field.Whole,
        "Nobody has decided anything that could be taken back.");

    public static Problem LinkedToOtherPatient(OrderDecision decision) => Error("STU-037", decision, Field.Patient,
        "The study is linked with an order of another patient: reject that one first, or relink the study.");

    public static Problem OrderEnteredInError(OrderDecision decision) => Error("STU-038", decision, Field.Number,
        "The order was entered in error: name another one.");

    public static Problem IsLinked(StudyDecision decision) => Error("STU-039", decision, Field.Whole,
        "The study is linked with an order: reject that one first.");

    public static Problem IsGone(StudyDecision decision) => Error("STU-040", decision, Field.StudyInstanceUid,
        "The study is shown no more: it was merged into another one, deleted or rejected.");

    public static Problem OrderStays(OrderDecision decision) => new("STU-066", Severity.Warning, decision, Field.PlacerNumber,
        "The order that was placed for the study has a placer number: it stays, and whoever gave it the number has to cancel it.");

    public static Problem NoDecisions() => Error("STU-041", null, Field.Request, "Nothing is decided: name a study.");

    public static Problem NoOtherImages(StudyDecision decision) => Error("STU-042", decision, Field.Whole,
        "The study has no images of another patient.");

    public static Problem NoAcceptedImages(HideImages decision) => Error("STU-049", decision, Field.Whole,
        "No images of another patient were accepted as those of the study.");

    public static Problem UnknownSeries(SplitStudy decision) => Error("STU-043", decision, Field.Whole,
        "The study has no such series: correct the Series Instance UID.");

    public static Problem NothingLeft(SplitStudy decision) => Error("STU-044", decision, Field.Whole,
        "These are all series of the study: relink the study as a whole.");

    public static Problem OfTwoPatients(MergeStudies decision) => Error("STU-045", decision, Field.Patient,
        "The studies are of different patients: merge the patients first, or link the study with an order of the right one.");

    public static Problem BytesElsewhere(StudyDecision decision) => Error("STU-046", decision, Field.Whole,
        "Images of the study are in another archive: correct the study there.");

    public static Problem UnknownSurvivor(MergeStudies decision) => Error("STU-047", decision, Field.StudyInstanceUid,
        "The study to merge into is not stored, is shown no more, or is the study itself: correct its UID.");

    public static Problem NotMerged(SeparateStudy decision) => Error("STU-048", decision, Field.StudyInstanceUid,
        "The study was not merged into another one.");

    public static Problem ShownNumberTaken(OrderStudy decision) => Error("STU-060", decision, Field.Number,
        "There is an order with a number or the Study Instance UID of the images: accept that one, or reject it first.");

    public static Problem NumberTaken(OrderStudy decision) => Error("STU-061", decision, Field.Number,
        "An order has this number already: accept that one for the study, or give another number.");

    public static Problem UnknownPatient(OrderStudy decision) => Error("STU-062", decision, Field.Patient,
        "The patient of the study is not known here: send the patient with the id that the images show first.");

    public static Problem StudyOnHold(OrderStudy decision) => Error("STU-063", decision, Field.Whole,
        "The study is on hold: end the hold first.");

    private static Problem Error(string code, StudyDecision? decision, Field field, string text) =>
        new(code, Severity.Error, decision, field, text);
}
