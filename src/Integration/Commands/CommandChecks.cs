using System.Collections.Frozen;
using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Domain.Studies;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Commands;

/// <summary>A value of a request that cannot be used.</summary>
/// <param name="Path">Where it stands: <c>orders[0].placerNumber</c>.</param>
/// <param name="Text">What is wrong, without the value.</param>
internal sealed record RequestFault(string Path, string Text);

/// <summary>
/// Finds the values that are readable and yet of no use: a number longer than DICOM allows, a text that does not fit its value
/// representation (PS3.5 6.2), a code that is not in its value set.
/// </summary>
internal sealed class CommandChecks
{
    /// <summary>Value set EncounterStatus of FHIR R4.</summary>
    private static readonly FrozenSet<string> VisitStatuses = FrozenSet.Create(
        StringComparer.Ordinal,
        "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error", "unknown");

    /// <summary>Value set AppointmentStatus of FHIR R4.</summary>
    private static readonly FrozenSet<string> AppointmentStatuses = FrozenSet.Create(
        StringComparer.Ordinal,
        "proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error", "checked-in", "waitlist");

    private readonly List<RequestFault> _faults = [];
    private readonly AttributeChecks _attributes;
    private readonly DateTimeOffset _latest;
    private readonly Predicate<string> _isModality;

    private CommandChecks(DateTimeOffset now, Predicate<string> isModality)
    {
        _attributes = new AttributeChecks(_faults, isModality);
        _isModality = isModality;
        _latest = now.AddDays(1);
    }

    /// <param name="request">What is asked.</param>
    /// <param name="now">Time of receipt.</param>
    /// <param name="isModality">Whether there is such a modality.</param>
    public static IReadOnlyList<RequestFault> Check(CommandRequest request, DateTimeOffset now, Predicate<string> isModality)
    {
        var checks = new CommandChecks(now, isModality);
        checks.CheckRequest(request);
        return checks._faults;
    }

    private void CheckRequest(CommandRequest request)
    {
        var asked = new object?[] { request.Orders, request.Patients, request.Appointment, request.Studies }
            .Count(static part => part is not null);
        if (asked != 1) Add("", "Exactly one of orders, patients, appointment and studies is needed.");
        if (request.Patient is not null && request.Orders is null)
            Add("patient", "A patient is given with orders; commands about patients go to patients.");
        if (request.Patient is { } person && (person.Prior.Count > 0 || person.PriorAccount is not null || person.PriorVisit is not null))
            Add("patient", "Prior numbers belong to a command about patients.");
        Text("actor", request.Actor, VR.LO);
        Asked("sentAt", request.SentAt);
        Id("defaultAuthority", request.DefaultAuthority, VR.LO);
        Id("accessionAuthority", request.AccessionAuthority, VR.LO);
        Text("facility", request.Facility, VR.LO);
        if (request.Patient is { } patient) Patient("patient", patient);
        Each("orders", request.Orders, Order);
        Each("patients", request.Patients, Command);
        Each("studies", request.Studies, Decision);
        if (request.Appointment is { } appointment) Appointment("appointment", appointment);
    }

    private void Order(string path, OrderCommand order)
    {
        if (order.Request is null) Add(path + ".request", "It is needed.");
        Number(path + ".placerNumber", order.PlacerNumber);
        Number(path + ".fillerNumber", order.FillerNumber);
        Number(path + ".accessionNumber", order.AccessionNumber);
        Number(path + ".parent", order.Parent);
        Id(path + ".requestedProcedureId", order.RequestedProcedureId, VR.LO);
        Text(path + ".studyInstanceUid", order.StudyInstanceUid, VR.UI);
        Text(path + ".reason", order.Reason, VR.LT);
        Each(path + ".stepIds", order.StepIds, (at, id) => Id(at, id, VR.LO));
        Asked(path + ".askedAt", order.AskedAt);
        if (order.Place < 0) Add(path + ".place", "It is 0 or more.");
        if (order.Procedure is not { } procedure) return;
        _attributes.Check(path + ".procedure.attributes", procedure.Attributes, WorklistAttributes.Procedure);
        Each(path + ".procedure.steps", procedure.Steps, (at, step) =>
        {
            Id(at + ".stepId", step.StepId, VR.LO);
            Start(at + ".start", step.Start);
            _attributes.Check(at + ".attributes", step.Attributes, WorklistAttributes.Step);
        });
    }

    private void Command(string path, PatientCommand command)
    {
        Patient(path + ".patient", command.Patient);
        if (command is PairCommand pair && pair.Other is { } other) Patient(path + ".other", other);
        if (command is UpdatePatient { VisitStatus: { } status } && !VisitStatuses.Contains(status))
            Add(path + ".visitStatus", "It is not a status of a FHIR Encounter.");
        if (command is UpdatePatient { VisitStatus: not null, Patient.Visit: null })
            Add(path + ".visitStatus", "It is of no visit: name it.");
    }

    private void Decision(string path, StudyDecision decision)
    {
        Text(path + ".studyInstanceUid", decision.StudyInstanceUid, VR.UI);
        Text(path + ".reason", decision.Reason, VR.LT);
        if (decision is DeletionDecision deletion)
        {
            Text(path + ".seriesInstanceUid", deletion.SeriesInstanceUid, VR.UI);
            Text(path + ".sopInstanceUid", deletion.SopInstanceUid, VR.UI);
        }

        if (decision is RestoreInstances restore) Text(path + ".confirmedBy", restore.ConfirmedBy, VR.LO);
        if (decision is MergeStudies merge) Text(path + ".into", merge.Into, VR.UI);
        if (decision is SplitStudy split) Each(path + ".seriesInstanceUids", split.SeriesInstanceUids, (at, uid) => Text(at, uid, VR.UI));
        if (decision is OrderStudy placed)
        {
            Text(path + ".description", placed.Description, VR.LO);
            Start(path + ".start", placed.Start);
            if (placed.Modality is { } modality && !_isModality(modality)) Add(path + ".modality", "There is no such modality.");
        }

        if (decision is not OrderDecision order) return;
        Number(path + ".placerNumber", order.PlacerNumber);
        Number(path + ".fillerNumber", order.FillerNumber);
        Number(path + ".accessionNumber", order.AccessionNumber);
        Id(path + ".requestedProcedureId", order.RequestedProcedureId, VR.LO);
    }

    private void Patient(string path, PatientDetails patient)
    {
        Person(path + ".primary", patient.Primary);
        Each(path + ".others", patient.Others, (at, number) => Person(at, number));
        Each(path + ".prior", patient.Prior, GoesAway);
        Number(path + ".account", patient.Account);
        GoesAway(path + ".priorAccount", patient.PriorAccount);
        Number(path + ".visit", patient.Visit);
        GoesAway(path + ".priorVisit", patient.PriorVisit);
        Text(path + ".patientClass", patient.PatientClass, VR.SH);
        _attributes.Check(path + ".attributes", patient.Attributes, WorklistAttributes.Patient);
        _attributes.Check(path + ".visitAttributes", patient.VisitAttributes, WorklistAttributes.Visit);
    }

    private void Appointment(string path, BookAppointment booking)
    {
        Number(path + ".placerAppointmentId", booking.PlacerAppointmentId);
        Number(path + ".fillerAppointmentId", booking.FillerAppointmentId);
        Number(path + ".placerOrderNumber", booking.PlacerOrderNumber);
        Number(path + ".fillerOrderNumber", booking.FillerOrderNumber);
        Number(path + ".accessionNumber", booking.AccessionNumber);
        Id(path + ".stepId", booking.StepId, VR.LO);
        if (booking.Status is { } status && !AppointmentStatuses.Contains(status))
            Add(path + ".status", "It is not a status of a FHIR Appointment.");
        if (booking.Effect == BookingEffect.None && (booking.Start is not null || booking.Attributes.Count > 0))
            Add(path + ".effect", "With a time or attributes it is setTimeAndPlace; without it nothing is done to the steps.");
        Start(path + ".start", booking.Start);
        _attributes.Check(path + ".attributes", booking.Attributes, WorklistAttributes.Step);
        if (booking.Patient is { } patient) Patient(path + ".patient", patient);
    }

    /// <summary>Two authorities that only differ in what stations are not shown would be shown as one.</summary>
    private void Person(string path, Identifier? given)
    {
        Number(path, given);
        if (given is { UniversalIdType: { } type } && !HierarchicDesignator.IsType(type))
            Add(path + ".universalIdType", "It is not one of DNS, EUI64, ISO, URI, UUID, X400 and X500.");
    }

    private void Number(string path, Identifier? given)
    {
        if (given is not { } number) return;
        Id(path + ".value", number.Value, VR.LO);
        Authority(path, number);
    }

    private void Authority(string path, Identifier number)
    {
        Id(path + ".namespace", number.Namespace, VR.LO);
        Id(path + ".universalId", number.UniversalId, VR.LO);
        Text(path + ".universalIdType", number.UniversalIdType, VR.SH);
        Text(path + ".typeCode", number.TypeCode, VR.SH);
        if (number.UniversalId is null != number.UniversalIdType is null) Add(path, "universalId and universalIdType go together.");
        if (number is { UniversalIdType: "ISO", UniversalId: { } oid } && !VrRules.IsUid(oid))
            Add(path + ".universalId", "It is not an OID.");
    }

    private void GoesAway(string path, Identifier number) => GoesAway(path, (Identifier?)number);

    /// <summary>It may be one that was stored before such ids were refused: only what could not be read or stored is refused.</summary>
    private void GoesAway(string path, Identifier? given)
    {
        if (given is not { } number) return;
        if (IdCharacters.FindProblem(number.Value) is not null && !number.Value.AsSpan().ContainsAny('\uFFFD', '\0'))
            Authority(path, number);
        else Number(path, number);
    }

    private void Start(string path, DateTime? given)
    {
        if (given is not { } start) return;
        if (start.Kind != DateTimeKind.Unspecified) Add(path, "It is local time of the site and has no offset.");
        else if (start.Year is < 1900 or > 2199) Add(path, "Its year is not one of 1900 to 2199.");
        else if (start.Ticks % TimeSpan.TicksPerSecond != 0) Add(path, "It has parts of a second.");
    }

    /// <summary>A time far ahead would make everything after it old news.</summary>
    private void Asked(string path, DateTimeOffset? given)
    {
        if (given > _latest) Add(path, "It is more than a day ahead.");
    }

    private void Text(string path, string? given, VR vr)
    {
        if (given is null) return;
        if (string.IsNullOrWhiteSpace(given)) Add(path, "It is empty; leave it out when there is none.");
        else if (given.Trim().Length != given.Length) Add(path, "It begins or ends with a space.");
        else if (VrRules.FindProblem(given, vr) is { } problem) Add(path, $"It {problem}.");
    }

    /// <summary>A part of an id is what is compared and shown, so it is refused when it could not be shown as it is.</summary>
    private void Id(string path, string? given, VR vr)
    {
        var before = _faults.Count;
        Text(path, given, vr);
        if (given is not null && _faults.Count == before && IdCharacters.FindProblem(given) is { } problem) Add(path, $"It {problem}.");
    }

    private static void Each<T>(string path, IReadOnlyList<T>? items, Action<string, T> check)
    {
        for (var i = 0; i < items?.Count; i++) check($"{path}[{i}]", items[i]);
    }

    private void Add(string path, string text) => _faults.Add(new RequestFault(path, text));
}
