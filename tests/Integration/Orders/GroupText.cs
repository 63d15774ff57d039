using CloudPacs.Dicom;
using CloudPacs.Mapping;

namespace CloudPacs.Integration.Tests.Orders;

/// <summary>One order group as a map would hand it over.</summary>
internal sealed record GroupText
{
    public string? Control { get; init; } = "NW";
    public string? Status { get; init; }
    public string? Reason { get; init; }
    public string? Placer { get; init; } = "P1";
    public string? Filler { get; init; }
    public string? Accession { get; init; }
    public string? ProcedureId { get; init; }
    public string? Uid { get; init; }
    public string? StepId { get; init; }
    public string? Parent { get; init; }
    public string? Code { get; init; } = "CTCHEST";
    public string? Modality { get; init; } = "CT";
    public string? Station { get; init; } = "CT1";
    public string? Comment { get; init; }
    public DateTime? Start { get; init; } = new(2026, 3, 10, 9, 30, 0);
    public DateTimeOffset? Time { get; init; }
    public bool IsFillerFeed { get; init; }
    public bool HasProcedure { get; init; } = true;
    public int Ipc { get; init; }

    public MappedGroup ToGroup(int index) => new()
    {
        Control = Control,
        Status = Status,
        Reason = Reason,
        PlacerNumber = Number(Placer, "HIS"),
        FillerNumber = Number(Filler, "RIS"),
        AccessionNumber = Number(Accession, null),
        Parent = Number(Parent, "HIS"),
        RequestedProcedureId = ProcedureId,
        StudyInstanceUid = Uid,
        StepId = StepId,
        TransactionTime = Time,
        IsFillerFeed = IsFillerFeed,
        OrcOccurrence = index + 1,
        ObrOccurrence = index + 1,
        IpcOccurrence = Ipc,
        GroupIndex = index,
    };

    public DataSet ProcedureAttributes()
    {
        var attributes = new DataSet().Set(Tags.RequestedProcedureDescription, "Description of " + Code);
        attributes.SetSequence(Tags.RequestedProcedureCodeSequence, new DataSet().Set(Tags.CodeValue, Code ?? "NONE").Set(Tags.CodeMeaning, "X"));
        if (Comment is "") attributes.SetEmpty(Tags.RequestedProcedureComments);
        else if (Comment is not null) attributes.Set(Tags.RequestedProcedureComments, Comment);
        return attributes;
    }

    public DataSet StepAttributes()
    {
        var attributes = new DataSet().Set(Tags.ScheduledProcedureStepDescription, "Step of " + Code);
        if (Modality is not null) attributes.Set(Tags.Modality, Modality);
        if (Station is "") attributes.SetEmpty(Tags.ScheduledStationAeTitle);
        else if (Station is not null) attributes.Set(Tags.ScheduledStationAeTitle, Station);
        return attributes;
    }

    private static MappedIdentifier? Number(string? value, string? authority) => value is null ? null : new MappedIdentifier(value, authority);
}
