using System.Runtime.InteropServices;
using CloudPacs.Hl7v2;
using CloudPacs.Resources;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Benchmarks;

/// <summary>Rows of the sample order, and their resources written as after a message: by the maps and from the rows.</summary>
internal sealed class OrderResources
{
    private readonly Workspace _workspace = new(IdSource.Counting());
    private readonly SenderMap _map;
    private readonly DateTimeOffset _now;
    private readonly PatientRow _patient;
    private readonly VisitRow _visit;
    private readonly OrderRow _order;
    private readonly StepRow _step;

    public OrderResources(SenderMap map, Message message, MappedMessage mapped, DateTimeOffset now)
    {
        (_map, _now) = (map, now);
        var (person, procedure) = (mapped.Patients[0], mapped.Procedures[0]);
        _patient = _workspace.AddPatient(Stored(person.Primary));
        _visit = _workspace.AddVisit(_patient.Id, Stored(person.Visit), "planned");
        _order = _workspace.AddOrder(_patient.Id, map.Name);
        (_order.VisitId, _order.PlacerNumber, _order.FillerNumber) = (_visit.Id, Stored(procedure.First.PlacerNumber), Stored(procedure.First.FillerNumber));
        var row = _workspace.AddProcedure(_order, Stored(procedure.First.AccessionNumber), procedure.First.RequestedProcedureId!, procedure.First.StudyInstanceUid!);
        _step = _workspace.AddStep(row, procedure.First.StepId!, StepState.Scheduled, "CT", procedure.Steps[0].StartInstant!.Value);
        Ids = new OrderIds(_patient.Id.ToString(), _visit.Id.ToString(), _order.Id.ToString(), _step.Id.ToString());
    }

    public OrderIds Ids { get; }

    /// <summary>Writes the resources of new rows, and takes them back.</summary>
    public byte[][] Write(Message message, MappedMessage mapped)
    {
        using var savepoint = _workspace.Begin();
        Put(message, mapped);
        return [.. _workspace.FhirWrites.Select(static resource => MemoryMarshal.TryGetArray(resource.Content, out var bytes) ? bytes.Array! : [])];
    }

    /// <summary>Writes the resources and keeps them, so that <see cref="Put"/> finds nothing new.</summary>
    public void Keep(Message message, MappedMessage mapped)
    {
        using var savepoint = _workspace.Begin();
        Put(message, mapped);
        savepoint.Keep();
    }

    /// <summary>Brings the resources up to date.</summary>
    public int Put(Message message, MappedMessage mapped)
    {
        var procedure = mapped.Procedures[0];
        ResourceWriter.Write(_workspace, [_patient, _visit, _order, _step], new ResourceContext
        {
            Now = _now,
            SiteZone = _map.Zone,
            Message = mapped,
            Described = new Dictionary<Row, object>
            {
                [_patient] = mapped.Patients[0].Scope!, [_visit] = mapped.Patients[0].Scope!, [_order] = procedure.Scope!, [_step] = procedure.Steps[0].Scope!,
            },
            Identifiers = _map.IdentifiersFor(message),
        });
        return _workspace.FhirWrites.Count;
    }

    private static Identifier Stored(MappedIdentifier? number) =>
        number is { } known ? new Identifier(known.Value, known.Namespace, known.UniversalId, known.UniversalIdType, known.TypeCode) : throw new InvalidOperationException("The sample has all numbers.");
}
