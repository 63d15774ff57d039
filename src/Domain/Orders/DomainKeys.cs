using CloudPacs.Domain.Patients;
using CloudPacs.Mapping;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Orders;

/// <summary>The keys under which the domain looks for rows when it applies a message; to be loaded and locked before.</summary>
internal static class DomainKeys
{
    /// <param name="message">What the maps made of the message.</param>
    /// <param name="policy">The sender's policy.</param>
    /// <param name="facts">Sender and times.</param>
    /// <param name="space">The installation's namespace, for surrogates of ids that are too long.</param>
    public static WorkspaceKeys Of(MappedMessage message, SenderPolicy policy, MessageFacts facts, Guid space)
    {
        var keys = new WorkspaceKeys();
        foreach (var patient in message.Patients) Add(keys, patient);
        foreach (var group in message.Groups) Add(keys, OrderKeys.Of(group, policy, facts, space), policy);
        if (message.Appointment is { } appointment) Add(keys, appointment);
        return keys;
    }

    private static void Add(WorkspaceKeys keys, MappedPatient patient)
    {
        IEnumerable<MappedIdentifier> ids = [.. patient.Others, .. patient.Prior];
        if (patient.Primary is { } primary) ids = ids.Prepend(primary);
        foreach (var id in ids) keys.PatientIds.Add(id.Value);
        // Changed demographics flag the patient's entries, and a merge or move takes them along.
        keys.OrdersOfPatients.UnionWith(keys.PatientIds);
        foreach (var number in new[] { patient.Visit, patient.PriorVisit, patient.Account, patient.PriorAccount }.OfType<MappedIdentifier>())
            keys.VisitNumbers.Add(number.Value);
    }

    private static void Add(WorkspaceKeys keys, OrderKeys order, SenderPolicy policy)
    {
        if (order.Placer is { } placer) keys.PlacerNumbers.Add(placer.Value);
        if (order.Filler is { } filler) keys.FillerNumbers.Add(filler.Value);
        if (order.StudyInstanceUid is { } uid) keys.StudyInstanceUids.Add(uid);
        if (order.Accession is { } accession) keys.AccessionNumbers.Add(accession.Value);
        else if (policy.MissingAccession switch { "fromFiller" => order.Filler, "fromPlacer" => order.Placer, _ => null } is { } source)
            keys.AccessionNumbers.Add(source.Value);
    }

    private static void Add(WorkspaceKeys keys, MappedAppointment appointment)
    {
        if (appointment.PlacerAppointmentId is { } placerId) keys.AppointmentIds.Add(placerId.Value);
        if (appointment.FillerAppointmentId is { } fillerId) keys.AppointmentIds.Add(fillerId.Value);
        if (appointment.PlacerOrderNumber is { } placer) keys.PlacerNumbers.Add(placer.Value);
        if (appointment.FillerOrderNumber is { } filler) keys.FillerNumbers.Add(filler.Value);
        if (appointment.AccessionNumber is { } accession) keys.AccessionNumbers.Add(accession.Value);
    }
}
