using System.Collections.Frozen;
using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Store;

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
    /// <summary>Attributes that are values of the commands, with the name that they have there.</summary>
    private static readonly FrozenDictionary<Tag, string> Values = new Dictionary<Tag, string>
    {
        [Tags.PatientId] = "primary",
        [Tags.AdmissionId] = "visit",
        [Tags.AccessionNumber] = "accessionNumber",
        [Tags.StudyInstanceUid] = "studyInstanceUid",
        [Tags.RequestedProcedureId] = "requestedProcedureId",
        [Tags.PlacerOrderNumberImagingServiceRequest] = "placerNumber",
        [Tags.FillerOrderNumberImagingServiceRequest] = "fillerNumber",
        [Tags.ScheduledProcedureStepId] = "stepId",
        [Tags.ScheduledProcedureStepStartDate] = "start",
        [Tags.ScheduledProcedureStepStartTime] = "start",
    }.ToFrozenDictionary();

    /// <summary>Value set EncounterStatus of FHIR R4.</summary>
    private static readonly FrozenSet<string> VisitStatuses = FrozenSet.Create(
        StringComparer.Ordinal,
        "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error", "unknown");

    /// <summary>Value set AppointmentStatus of FHIR R4.</summary>
    private static readonly FrozenSet<string> AppointmentStatuses = FrozenSet.Create(
        StringComparer.Ordinal,
        "proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error", "checked-in", "waitlist");

    private readonly List<RequestFault> _faults = [];

    public static IReadOnlyList<RequestFault> Check(CommandRequest request)
    {
        var checks = new CommandChecks();
        checks.CheckRequest(request);
        return checks._faults;
    }

    /// <summary>Whether commands have a value for what the attribute says, so that it is not taken among attributes.</summary>
    public static bool IsValue(Tag tag) => Values.ContainsKey(tag);

    private void CheckRequest(CommandRequest request)
    {
        var asked = new object?[] { request.Orders, request.Patients, request.Appointment }.Count(static part => part is not null);
        if (asked != 1) Add("", "Exactly one of orders, patients and appointment is needed.");
        if (request.Patient is not null && request.Orders is null)
            Add("patient", "A patient is given with orders; commands about patients go to patients.");
        Text("actor", request.Actor, VR.LO);
        Text("defaultAuthority", request.DefaultAuthority, VR.LO);
        Text("accessionAuthority", request.AccessionAuthority, VR.LO);
        Text("facility", request.Facility, VR.LO);
        if (request.Patient is { } patient) Patient("patient", patient);
        Each("orders", request.Orders, Order);
        Each("patients", request.Patients, Command);
        if (request.Appointment is { } appointment) Appointment("appointment", appointment);
    }

    private void Order(string path, OrderCommand order)
    {
        if (order.Request is null) Add(path + ".request", "It is needed.");
        Number(path + ".placerNumber", order.PlacerNumber);
        Number(path + ".fillerNumber", order.FillerNumber);
        Number(path + ".accessionNumber", order.AccessionNumber);
        Number(path + ".parent", order.Parent);
        Text(path + ".requestedProcedureId", order.RequestedProcedureId, VR.LO);
        Text(path + ".studyInstanceUid", order.StudyInstanceUid, VR.UI);
        Text(path + ".reason", order.Reason, VR.LT);
        Each(path + ".stepIds", order.StepIds, (at, id) => Text(at, id, VR.LO));
        if (order.Place < 0) Add(path + ".place", "It is 0 or more.");
        if (order.Procedure is not { } procedure) return;
        Attributes(path + ".procedure.attributes", procedure.Attributes);
        Each(path + ".procedure.steps", procedure.Steps, (at, step) =>
        {
            Text(at + ".stepId", step.StepId, VR.LO);
            Attributes(at + ".attributes", step.Attributes);
        });
    }

    private void Command(string path, PatientCommand command)
    {
        Patient(path + ".patient", command.Patient);
        if (command is PairCommand pair && pair.Other is { } other) Patient(path + ".other", other);
        if (command is UpdatePatient { VisitStatus: { } status } && !VisitStatuses.Contains(status))
            Add(path + ".visitStatus", "It is not a status of a FHIR Encounter.");
    }

    private void Patient(string path, PatientDetails patient)
    {
        Number(path + ".primary", patient.Primary);
        Each(path + ".others", patient.Others, (at, number) => Number(at, number));
        Each(path + ".prior", patient.Prior, (at, number) => Number(at, number));
        Number(path + ".account", patient.Account);
        Number(path + ".priorAccount", patient.PriorAccount);
        Number(path + ".visit", patient.Visit);
        Number(path + ".priorVisit", patient.PriorVisit);
        Text(path + ".patientClass", patient.PatientClass, VR.SH);
        Attributes(path + ".attributes", patient.Attributes);
        Attributes(path + ".visitAttributes", patient.VisitAttributes);
    }

    private void Appointment(string path, BookAppointment booking)
    {
        Number(path + ".placerAppointmentId", booking.PlacerAppointmentId);
        Number(path + ".fillerAppointmentId", booking.FillerAppointmentId);
        Number(path + ".placerOrderNumber", booking.PlacerOrderNumber);
        Number(path + ".fillerOrderNumber", booking.FillerOrderNumber);
        Number(path + ".accessionNumber", booking.AccessionNumber);
        Text(path + ".stepId", booking.StepId, VR.LO);
        if (booking.Status is { } status && !AppointmentStatuses.Contains(status))
            Add(path + ".status", "It is not a status of a FHIR Appointment.");
        Attributes(path + ".attributes", booking.Attributes);
        if (booking.Patient is { } patient) Patient(path + ".patient", patient);
    }

    private void Number(string path, Identifier? given)
    {
        if (given is not { } number) return;
        Text(path + ".value", number.Value, VR.LO);
        Text(path + ".namespace", number.Namespace, VR.LO);
        Text(path + ".universalId", number.UniversalId, VR.LO);
        Text(path + ".universalIdType", number.UniversalIdType, VR.SH);
        Text(path + ".typeCode", number.TypeCode, VR.SH);
        if (number.UniversalId is null != number.UniversalIdType is null) Add(path, "universalId and universalIdType go together.");
    }

    private void Text(string path, string? given, VR vr)
    {
        if (given is null) return;
        if (string.IsNullOrWhiteSpace(given)) Add(path, "It is empty; leave it out when there is none.");
        else if (given.Trim().Length != given.Length) Add(path, "It begins or ends with a space.");
        else if (VrRules.FindProblem(given, vr) is { } problem) Add(path, $"It {problem}.");
    }

    private void Attributes(string path, DataSet attributes)
    {
        foreach (var element in attributes)
        {
            var at = $"{path}.{element.Tag.Value:X8}";
            if (Values.TryGetValue(element.Tag, out var name)) Add(at, $"It is given as {name}.");
            foreach (var item in element.Items) Items(at, item);
            Check(at, element);
        }
    }

    private void Items(string path, DataSet item)
    {
        foreach (var element in item)
        {
            var at = $"{path}.{element.Tag.Value:X8}";
            Check(at, element);
            foreach (var inner in element.Items) Items(at, inner);
        }
    }

    private void Check(string path, DataElement element)
    {
        if (element.IsEmpty || !VrRules.For(element.VR).IsString) return;
        foreach (var value in element.Values)
            if (value.Length > 0 && VrRules.FindProblem(value, element.VR) is { } problem) Add(path, $"A value {problem}.");
    }

    private static void Each<T>(string path, IReadOnlyList<T>? items, Action<string, T> check)
    {
        for (var i = 0; i < items?.Count; i++) check($"{path}[{i}]", items[i]);
    }

    private void Add(string path, string text) => _faults.Add(new RequestFault(path, text));
}
