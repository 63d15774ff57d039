using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Resources;

/// <summary>One update of resources: the rows, why they changed, and which rows are touched by it.</summary>
internal sealed record ResourceRun(Workspace Workspace, ResourceContext Context)
{
    private readonly List<Row> _rows = [];
    private readonly HashSet<Row> _known = [];
    private (OrderRow? Row, FhirState State) _order;
    private (Guid Id, string? Reference) _patient;

    /// <summary>The rows whose resources are written.</summary>
    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>The resource of a row, if there is one, is to be written too.</summary>
    public void Show(Row? row)
    {
        if (row is not null && _known.Add(row)) _rows.Add(row);
    }

    /// <summary>The patient that a patient was merged into, else itself.</summary>
    public Guid SurvivorOf(Guid patient) =>
        Workspace.Peek<PatientRow>(patient) is { MergedInto: not null } ? Workspace.Survivor(patient)!.Id : patient;

    /// <summary>Refers to the patient that a patient was merged into, else to itself; one patient has several rows.</summary>
    public string ReferenceToSurvivor(Guid patient)
    {
        if (_patient.Reference is null || _patient.Id != patient) _patient = (patient, Reference("Patient", SurvivorOf(patient)));
        return _patient.Reference!;
    }

    /// <summary>What an order says, worked out once for the order and the steps that follow it.</summary>
    public FhirState StateOf(OrderRow order)
    {
        if (_order.Row != order) _order = (order, ServiceRequestResource.Of(order, this));
        return _order.State;
    }

    public static string Reference(string type, Row row) => type + "/" + row.IdText;

    public static string Reference(string type, Guid id) => type + "/" + id.ToString();

    public static string? Reference(string type, Guid? id) => id is { } known ? Reference(type, known) : null;
}
