using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Performed;
using CloudPacs.Domain.Studies;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Tests;

/// <summary>A store in memory and somebody who gives commands.</summary>
internal sealed class Hospital
{
    /// <summary>When the day begins.</summary>
    public static readonly DateTimeOffset Morning = new(2026, 3, 10, 8, 0, 0, TimeSpan.Zero);

    public Workspace Workspace { get; } = new(IdSource.Counting());

    public DomainPolicy Policy { get; set; } = new();

    public RetentionRules Retention { get; set; } = RetentionRules.None;

    /// <summary>Facility of who asks; null sees all, an empty one what is of none.</summary>
    public string? Caller { get; set; }

    /// <summary>How long after the morning it is.</summary>
    public TimeSpan Later { get; set; }

    public ChangeContext Context => new()
    {
        Actor = "test",
        Kind = "test",
        DefaultAuthority = "MERCY",
        AccessionAuthority = "MERCY",
        ReceivedAt = new DateTimeOffset(2026, 3, 10, 8, 30, 20, TimeSpan.Zero) + Later,
        SiteZone = TimeZoneInfo.Utc,
        Policy = Policy,
        Retention = Retention,
        Facility = Caller is { Length: > 0 } ? Caller : null,
        CallerFacility = Caller,
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

    /// <summary>An accession number as images show it, with its issuer.</summary>
    public static DataSet Accession(string number, string? issuer) => issuer is null
        ? new DataSet().Set(Tags.AccessionNumber, number)
        : new DataSet().Set(Tags.AccessionNumber, number).SetSequence(
            Tags.IssuerOfAccessionNumberSequence, new DataSet().Set(Tags.LocalNamespaceEntityId, VR.UT, issuer));

    /// <summary>Takes an instance in.</summary>
    public (Outcome Outcome, InstanceFate Fate) Store(
        string? patient = "MRN1", string study = "1.1", string series = "1.1.1", string instance = "1.1.1.1", DataSet? header = null,
        byte digest = 1, byte pixelDigest = 1, string? performed = null, string? archive = null)
    {
        header = (header ?? new DataSet()).Set(Tags.Modality, "CT");
        if (patient is not null) header.Set(Tags.PatientId, patient).Set(Tags.IssuerOfPatientId, "MERCY");
        var commands = new StudyCommands(Context, new InstanceDetails
        {
            StudyInstanceUid = study, SeriesInstanceUid = series, SopInstanceUid = instance, SopClassUid = "1.2.840.10008.5.1.4.1.1.2",
            TransferSyntaxUid = TransferSyntax.ExplicitVrLittleEndian.Uid,
            PatientId = patient is null ? null : new Identifier(patient, "MERCY"), PerformedStepUid = performed, Archive = archive,
            Bytes = new InstanceBytes(Guid.Empty, 0, 100, 10, 50, new[] { digest }, new[] { pixelDigest }, default),
            Header = header,
        });
        return (commands.Apply(Workspace), commands.Fate);
    }

    /// <summary>A key object selection in a study, which lists instances of the study 1.1 and rejects them.</summary>
    public (Outcome Outcome, InstanceFate Fate) Reject(string title, string study, params string[] instances)
    {
        var series = instances.GroupBy(static uid => uid[..uid.LastIndexOf('.')]).Select(static group => new DataSet().Set(Tags.SeriesInstanceUid, group.Key)
            .SetSequence(Tags.ReferencedSopSequence, [.. group.Select(static uid => new DataSet().Set(Tags.ReferencedSopInstanceUid, uid))]));
        var commands = new StudyCommands(Context, new InstanceDetails
        {
            StudyInstanceUid = study, SeriesInstanceUid = study + ".9", SopInstanceUid = study + ".9.1", SopClassUid = Uids.KeyObjectSelectionDocumentStorage,
            TransferSyntaxUid = TransferSyntax.ExplicitVrLittleEndian.Uid, PatientId = new Identifier("MRN1", "MERCY"),
            Bytes = new InstanceBytes(Guid.Empty, 0, 100, 10, 50, new byte[] { 77 }, default, default),
            Header = new DataSet().Set(Tags.Modality, "KO")
                .SetSequence(Tags.ConceptNameCodeSequence, new DataSet().Set(Tags.CodeValue, title).Set(Tags.CodingSchemeDesignator, "DCM"))
                .SetSequence(Tags.CurrentRequestedProcedureEvidenceSequence, new DataSet().Set(Tags.StudyInstanceUid, "1.1").SetSequence(Tags.ReferencedSeriesSequence, [.. series])),
        });
        return (commands.Apply(Workspace), commands.Fate);
    }

    /// <summary>All that a modality says of a step that it performs (PS3.4 table F.7.2-1).</summary>
    public static DataSet Performed(string status, Identifier? patient = null, params IReadOnlyList<ScheduledReference> scheduled)
    {
        var attributes = new DataSet();
        foreach (var attribute in PerformedAttributes.All) attributes.SetEmpty(attribute.Tag);
        if (patient is { } id)
        {
            attributes.Set(Tags.PatientId, id.Value);
            if (id.Namespace is { } issuer) attributes.Set(Tags.IssuerOfPatientId, issuer);
        }

        return attributes.SetSequence(Tags.ScheduledStepAttributesSequence, [.. (scheduled.Count > 0 ? scheduled : [new()]).Select(Item)]).Set(Tags.PatientName, "SHARMA^RAHUL")
            .Set(Tags.PerformedProcedureStepId, "PPS1").Set(Tags.PerformedStationAeTitle, "CT1").Set(Tags.Modality, "CT")
            .Set(Tags.PerformedProcedureStepStartDate, "20260310").Set(Tags.PerformedProcedureStepStartTime, "0930").Set(Tags.PerformedProcedureStepStatus, status);
    }

    private static DataSet Item(ScheduledReference reference)
    {
        var item = new DataSet();
        foreach (var (tag, _) in PerformedAttributes.OfScheduledStep) item.SetEmpty(tag);
        item.Set(Tags.StudyInstanceUid, reference.StudyInstanceUid ?? "1.2.3");
        foreach (var (tag, value) in (ReadOnlySpan<(Tag, string?)>)
            [
                (Tags.AccessionNumber, reference.AccessionNumber?.Value), (Tags.ScheduledProcedureStepId, reference.StepId),
                (Tags.PlacerOrderNumberImagingServiceRequest, reference.PlacerNumber?.Value), (Tags.FillerOrderNumberImagingServiceRequest, reference.FillerNumber?.Value),
            ])
        {
            if (value is not null) item.Set(tag, value);
        }

        return item;
    }
}
