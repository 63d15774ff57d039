using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Store.Workspaces;

public sealed partial class Workspace
{
    /// <summary>
    /// The rows at hand that keys name, of whatever authority: of <see cref="WorkspaceKeys.OrdersOfPatients"/> all orders and visits too,
    /// of an appointment its order. To be looked at only.
    /// </summary>
    public IReadOnlySet<Row> Named(WorkspaceKeys keys)
    {
        var named = new HashSet<Row>();
        Add(KeyKind.PatientId, keys.PatientIds);
        Add(KeyKind.PatientId, keys.OrdersOfPatients);
        Add(KeyKind.VisitNumber, keys.VisitNumbers);
        Add(KeyKind.Placer, keys.PlacerNumbers);
        Add(KeyKind.Filler, keys.FillerNumbers);
        Add(KeyKind.Accession, keys.AccessionNumbers);
        Add(KeyKind.StudyUid, keys.StudyInstanceUids);
        Add(KeyKind.Appointment, keys.AppointmentIds);
        Add(KeyKind.Performed, keys.PerformedUids);
        foreach (var id in keys.OrderIds)
        {
            if (Peek<OrderRow>(id) is { } booked) named.Add(booked);
        }

        foreach (var patient in keys.OrdersOfPatients.SelectMany(id => FindByKey<PatientRow>(KeyKind.PatientId, id)).ToList())
        {
            // What a merged patient had is its survivor's.
            if (Survivor(patient.Id) is not { } owner) continue;
            named.Add(owner);
            named.UnionWith(FindByKey<Row>(KeyKind.Owner, owner.Id.ToString()));
        }

        foreach (var appointment in named.OfType<AppointmentRow>().ToList())
            if (appointment.OrderId is { } id && Peek<OrderRow>(id) is { } order) named.Add(order);
        return named;

        void Add(KeyKind kind, HashSet<string> values)
        {
            foreach (var value in values) named.UnionWith(FindByKey<Row>(kind, value));
        }
    }
}
