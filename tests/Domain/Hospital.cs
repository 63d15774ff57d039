using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Tests;

/// <summary>A store in memory and somebody who gives commands.</summary>
internal sealed class Hospital
{
    public Workspace Workspace { get; } = new(IdSource.Counting());

    public DomainPolicy Policy { get; set; } = new();

    public ChangeContext Context => new()
    {
        Actor = "test",
        Kind = "test",
        DefaultAuthority = "MERCY",
        AccessionAuthority = "MERCY",
        ReceivedAt = new DateTimeOffset(2026, 3, 10, 8, 30, 20, TimeSpan.Zero),
        SiteZone = TimeZoneInfo.Utc,
        Policy = Policy,
    };

    public IReadOnlyList<OrderRow> Orders => [.. Workspace.Rows.OfType<OrderRow>()];

    public static PatientDetails Patient(string id = "MRN1", string name = "SHARMA^RAHUL", string? prior = null) => new()
    {
        Primary = new Identifier(id),
        Prior = prior is null ? [] : [new Identifier(prior)],
        Attributes = new DataSet().Set(Tags.PatientName, name),
    };

    public static OrderCommand Order(OrderRequest? request, string placer = "P1", string? accession = null, string? parent = null) => new()
    {
        Request = request,
        PlacerNumber = new Identifier(placer),
        AccessionNumber = accession is null ? null : new Identifier(accession),
        Parent = parent is null ? null : new Identifier(parent),
        Procedure = new ProcedureDetails
        {
            Attributes = new DataSet().Set(Tags.RequestedProcedureDescription, "CT Chest"),
            Steps = [new StepDetails { Attributes = new DataSet().Set(Tags.Modality, "CT"), Start = new DateTime(2026, 3, 10, 9, 30, 0) }],
        },
    };

    public OrderCommands Set(params OrderCommand[] commands) => new(Context, [Patient()], commands);

    public Outcome Give(params OrderCommand[] commands) => Set(commands).Apply(Workspace);

    public Outcome Give(params PatientCommand[] commands) => new PatientCommands(Context, commands).Apply(Workspace);
}
