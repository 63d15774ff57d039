using CloudPacs.Domain.Reports;
using CloudPacs.Store;
using CloudPacs.Store.Reports;

namespace CloudPacs.Domain.Tests;

/// <summary>One version of a report, sent at a minute after the morning's hour; null = nobody says when.</summary>
internal sealed record SentReport(ReportState State, int? Minute)
{
    public string? Text { get; init; } = $"{Minute}";

    public string? Document { get; init; }

    public string Code { get; init; } = "CTCHEST";

    public string? Accession { get; init; } = "ACC1";

    public string? Placer { get; init; }

    public string? Study { get; init; }

    /// <summary>Null when nobody is named.</summary>
    public string? PatientId { get; init; } = "MRN1";

    public string? Parent { get; init; }

    public ReportRelation Relation { get; init; }

    public ReportDetails Details => new()
    {
        DocumentNumber = Document is null ? null : new Identifier(Document),
        FillerNumber = new Identifier("REPORT"),
        AccessionNumber = Accession is null ? null : new Identifier(Accession),
        PlacerNumber = Placer is null ? null : new Identifier(Placer),
        StudyInstanceUid = Study,
        Code = Code,
        State = State,
        ParentNumber = Parent is null ? null : new Identifier(Parent),
        Relation = Relation,
        Patient = PatientId is null ? null : Hospital.Patient(PatientId),
        Documents = Text is null ? [] : [new ReportDocument { Title = Text, Size = 1, Open = static () => new MemoryStream([65]) }],
        Observations = Text is null ? [] : [new ObservationDetails { Code = "8867-4|LN", Status = $"at {Minute}" }],
    };

    public Outcome To(Hospital hospital)
    {
        var context = hospital.Context with { SentAt = Minute is { } minute ? Hospital.Morning.AddMinutes(minute) : null };
        return new ReportCommands(context, [Details]).Apply(hospital.Workspace);
    }
}
