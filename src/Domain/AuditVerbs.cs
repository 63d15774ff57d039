namespace CloudPacs.Domain;

/// <summary>
/// The verbs of the audit trail: what can be done to a row (<see cref="AuditAct"/>). They stand in the database and are read by others, so
/// a verb that is there keeps its name.
/// </summary>
public static class AuditVerbs
{
    /// <summary>A patient is known for the first time.</summary>
    public const string PatientCreated = "patient.created";

    /// <summary>What is known of a patient changed.</summary>
    public const string PatientUpdated = "patient.updated";

    /// <summary>An id of the patient took the place of another one.</summary>
    public const string PatientIdChanged = "patient.id-changed";

    /// <summary>An id went to this patient from another one.</summary>
    public const string PatientIdMoved = "patient.id-moved";

    /// <summary>Linked with another patient, without a merge.</summary>
    public const string PatientLinked = "patient.linked";

    /// <summary>A link is undone.</summary>
    public const string PatientUnlinked = "patient.unlinked";

    /// <summary>Another patient was merged into this one.</summary>
    public const string PatientMerged = "patient.merged";

    /// <summary>The patient was merged into another one.</summary>
    public const string PatientRetired = "patient.retired";

    /// <summary>The record of the patient is deleted: it is there, and no longer active.</summary>
    public const string PatientDeactivated = "patient.deactivated";

    /// <summary>Nothing of the patient may be deleted until the hold is ended.</summary>
    public const string PatientHeld = "patient.held";

    /// <summary>The patient is no longer on hold.</summary>
    public const string PatientHoldEnded = "patient.hold-ended";

    /// <summary>A visit is known for the first time.</summary>
    public const string VisitCreated = "visit.created";

    /// <summary>What is known of a visit changed.</summary>
    public const string VisitUpdated = "visit.updated";

    /// <summary>Another visit was merged into this one.</summary>
    public const string VisitMerged = "visit.merged";

    /// <summary>The visit went to another patient.</summary>
    public const string VisitMoved = "visit.moved";

    /// <summary>The visit has another number.</summary>
    public const string VisitNumberChanged = "visit.number-changed";

    /// <summary>An order is known for the first time.</summary>
    public const string OrderPlaced = "order.placed";

    /// <summary>What an order asks for changed.</summary>
    public const string OrderUpdated = "order.updated";

    /// <summary>The order has a number that it had not.</summary>
    public const string OrderNumberAssigned = "order.number-assigned";

    /// <summary>The order is one of several orders that belong together, and stands for them.</summary>
    public const string OrderParent = "order.parent";

    /// <summary>Another order took its place.</summary>
    public const string OrderReplaced = "order.replaced";

    /// <summary>The order should never have been placed.</summary>
    public const string OrderEnteredInError = "order.entered-in-error";

    /// <summary>Numbers that nobody gave were made: accession number, Study Instance UID, requested procedure id.</summary>
    public const string ProcedureNumbered = "procedure.numbered";

    /// <summary>The order was placed here for a study that had been made without one: whoever places orders does not know of it.</summary>
    public const string ProcedureUnscheduled = "procedure.unscheduled";

    /// <summary>The step has its time and place.</summary>
    public const string StepScheduled = "step.scheduled";

    /// <summary>Time, place or attributes of the step changed.</summary>
    public const string StepRescheduled = "step.rescheduled";

    /// <summary>The patient is there.</summary>
    public const string StepArrived = "step.arrived";

    /// <summary>The patient left.</summary>
    public const string StepDeparted = "step.departed";

    /// <summary>The step is on hold.</summary>
    public const string StepHeld = "step.held";

    /// <summary>The step is no longer on hold.</summary>
    public const string StepReleased = "step.released";

    /// <summary>A step that was closed is due again.</summary>
    public const string StepReopened = "step.reopened";

    /// <summary>The modality had begun the step for the wrong entry, and gives it back.</summary>
    public const string StepReturned = "step.returned";

    /// <summary>The step was not performed in time.</summary>
    public const string StepExpired = "step.expired";

    /// <summary>Images are being made.</summary>
    public const string StepStarted = "step.started";

    /// <summary>The step was performed.</summary>
    public const string StepCompleted = "step.completed";

    /// <summary>The step was begun and not finished.</summary>
    public const string StepDiscontinued = "step.discontinued";

    /// <summary>The step is not to be performed.</summary>
    public const string StepCanceled = "step.canceled";

    /// <summary>As <see cref="StepStarted"/>, before the order came: whoever placed it does not know what became of its step.</summary>
    public const string StepWasStarted = "step.was-started";

    /// <summary>As <see cref="StepCompleted"/>, before the order came.</summary>
    public const string StepWasCompleted = "step.was-completed";

    /// <summary>As <see cref="StepDiscontinued"/>, before the order came.</summary>
    public const string StepWasDiscontinued = "step.was-discontinued";

    /// <summary>As <see cref="StepReturned"/>, before the order came.</summary>
    public const string StepWasReturned = "step.was-returned";

    /// <summary>A modality created a performed step (N-CREATE).</summary>
    public const string PerformedStarted = "performed.started";

    /// <summary>A modality changed a performed step (N-SET).</summary>
    public const string PerformedChanged = "performed.changed";

    /// <summary>A performed step was completed.</summary>
    public const string PerformedCompleted = "performed.completed";

    /// <summary>A performed step was discontinued.</summary>
    public const string PerformedDiscontinued = "performed.discontinued";

    /// <summary>A performed step that waited for its order is linked with it.</summary>
    public const string PerformedLinked = "performed.linked";

    /// <summary>A report that waited for its order is linked with it.</summary>
    public const string ReportLinked = "report.linked";

    /// <summary>The first instance of a study is stored.</summary>
    public const string StudyStored = "study.stored";

    /// <summary>The patient of a stored study became known.</summary>
    public const string StudyPatient = "study.patient";

    /// <summary>The study is linked with an order.</summary>
    public const string StudyLinked = "study.linked";

    /// <summary>An order may be the one of the study.</summary>
    public const string StudySuggested = "study.suggested";

    /// <summary>Order and images contradict each other.</summary>
    public const string StudyConflict = "study.conflict";

    /// <summary>A person said that the study was not made for an order.</summary>
    public const string StudyUnlinked = "study.unlinked";

    /// <summary>What a person had decided of the orders of a study holds no more.</summary>
    public const string StudyReconsidered = "study.reconsidered";

    /// <summary>A person said that the study has no order here.</summary>
    public const string StudyIgnored = "study.ignored";

    /// <summary>Images that show another patient are shown as those of the study.</summary>
    public const string StudyImagesAccepted = "study.images-accepted";

    /// <summary>That was taken back: they are not shown.</summary>
    public const string StudyImagesHidden = "study.images-hidden";

    /// <summary>A part of the study became a study of its own.</summary>
    public const string StudySplit = "study.split";

    /// <summary>Another study went into this one.</summary>
    public const string StudyMerged = "study.merged";

    /// <summary>The study went into another one.</summary>
    public const string StudyRetired = "study.retired";

    /// <summary>The study has the series again that went into another one.</summary>
    public const string StudySeparated = "study.separated";

    /// <summary>An instance that was in quarantine is shown.</summary>
    public const string StudyInstanceReleased = "study.instance-released";

    /// <summary>Bytes that were in quarantine took the place of those of an instance, which are there now.</summary>
    public const string StudyInstanceReplaced = "study.instance-replaced";

    /// <summary>What was in quarantine was given up.</summary>
    public const string InstanceDropped = "instance.dropped";

    /// <summary>Instances of the study were deleted by a person: they are hidden until they are erased.</summary>
    public const string StudyDeleted = "study.deleted";

    /// <summary>Instances of the study were rejected by a note, or their time is over.</summary>
    public const string StudyRejected = "study.rejected";

    /// <summary>Instances that were deleted or rejected are shown again.</summary>
    public const string StudyRestored = "study.restored";

    /// <summary>The bytes of instances that were deleted or rejected are gone.</summary>
    public const string StudyErased = "study.erased";

    /// <summary>The study may not be deleted until it is no longer on hold.</summary>
    public const string StudyHeld = "study.held";

    /// <summary>The study is no longer on hold.</summary>
    public const string StudyHoldEnded = "study.hold-ended";

    /// <summary>A caller of another facility was not let add to the study or the order, or reject of it.</summary>
    public const string StudyRefused = "study.refused";

    /// <summary>Instances of the study that were lost are there again.</summary>
    public const string StudyFound = "study.found";

    /// <summary>The archive that has a study does not list it any more, or bytes of it are lost here.</summary>
    public const string StudyMissing = "study.missing";

    /// <summary>A client stored a resource that no row of the domain shows.</summary>
    public const string ResourceCreated = "resource.created";

    /// <summary>A client changed such a resource, or stored it again after it was deleted.</summary>
    public const string ResourceUpdated = "resource.updated";

    /// <summary>A client deleted such a resource; its versions are kept.</summary>
    public const string ResourceDeleted = "resource.deleted";

    private const string Late = "step.was-";

    /// <summary>Whether it was done before the order came: whoever placed the order does not know of it.</summary>
    public static bool IsLate(string verb) => verb.StartsWith(Late, StringComparison.Ordinal);

    /// <summary>A version of a report came: <c>report.final</c> and so on, by its state (R4 DiagnosticReport.status).</summary>
    internal static string Report(string word) => "report." + word;

    /// <summary>A visit has another status (R4 Encounter.status): <c>visit.finished</c> and so on.</summary>
    internal static string Visit(string status) => "visit." + status;

    /// <summary>A booking has another status (R4 Appointment.status): <c>appointment.booked</c> and so on.</summary>
    internal static string Appointment(string status) => "appointment." + status;
}
