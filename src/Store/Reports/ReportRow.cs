namespace CloudPacs.Store.Reports;

/// <summary>A report of an examination, with the order that it is about when known.</summary>
public sealed class ReportRow(Guid id) : Row(id)
{
    public required ReportNumberKind NumberKind { get; init; }

    /// <summary>The number by which the report is known.</summary>
    public required Identifier Number { get; init; }

    /// <summary>Code of what was examined; several reports may share a number.</summary>
    public string? Code { get; set; }

    /// <summary>The version that says what the report is worth.</summary>
    public required ReportVersion Version { get; set; }

    /// <summary>The version whose content is shown; null as long as none had any.</summary>
    public ReportVersion? Content { get; set; }

    /// <summary>The report that this one adds to or takes the place of.</summary>
    public Identifier? ParentNumber { get; set => SetKey(ref field, value); }

    /// <summary>The row of that report; null as long as it has not come.</summary>
    public Guid? ParentId { get; set; }

    public ReportRelation Relation { get; set; }

    /// <summary>What later reports are to this one; a replacement counts more than an addendum.</summary>
    public ReportRelation FollowedBy { get; set; }

    /// <summary>Numbers of its order, as they were sent: without an authority when they came without one.</summary>
    public Identifier? PlacerNumber { get; set => SetKey(ref field, value); }

    public Identifier? FillerNumber { get; set => SetKey(ref field, value); }

    public Identifier? AccessionNumber { get; set => SetKey(ref field, value); }

    /// <summary>The study as the report names it.</summary>
    public string? StudyInstanceUid { get; set => SetKey(ref field, value); }

    /// <summary>Null as long as the order has not come.</summary>
    public Guid? OrderId { get; set => SetKey(ref field, value); }

    /// <summary>The study of the order.</summary>
    public string? OrderStudyUid { get; set; }

    public Guid? PatientId { get; set => SetKey(ref field, value); }

    public Guid? VisitId { get; set; }

    /// <summary>Discrete results; the first found stands first.</summary>
    public List<ObservationRow> Observations { get; } = [];

    /// <summary>What shows the report now, when this batch brought it; null when it is as it was.</summary>
    public IReadOnlyList<ReportDocument>? NewDocuments { get; private set; }

    /// <summary>
    /// The documents of every version that this batch brought that are too large for a row: what showed the report in between is in its
    /// history, and must be there.
    /// </summary>
    public IReadOnlyList<ReportDocument> NewBlobs { get; private set; } = [];

    /// <summary>Shows the report by these documents from now on.</summary>
    public void ShowBy(IReadOnlyList<ReportDocument> documents)
    {
        NewDocuments = documents;
        var large = documents.Where(static document => document.BlobId is not null);
        NewBlobs = [.. NewBlobs.Concat(large).DistinctBy(static document => document.BlobId)];
    }

    private protected override Action CaptureValues()
    {
        var before = (ReportRow)MemberwiseClone();
        ObservationRow[] observations = [.. Observations];
        return () =>
        {
            Code = before.Code;
            Version = before.Version;
            Content = before.Content;
            ParentNumber = before.ParentNumber;
            ParentId = before.ParentId;
            Relation = before.Relation;
            FollowedBy = before.FollowedBy;
            PlacerNumber = before.PlacerNumber;
            FillerNumber = before.FillerNumber;
            AccessionNumber = before.AccessionNumber;
            StudyInstanceUid = before.StudyInstanceUid;
            OrderId = before.OrderId;
            OrderStudyUid = before.OrderStudyUid;
            PatientId = before.PatientId;
            VisitId = before.VisitId;
            NewDocuments = before.NewDocuments;
            NewBlobs = before.NewBlobs;
            Observations.Clear();
            Observations.AddRange(observations);
        };
    }
}
