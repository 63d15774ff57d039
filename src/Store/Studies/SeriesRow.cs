namespace CloudPacs.Store.Studies;

/// <summary>A series of a study (PS3.3 C.7.3.1).</summary>
public sealed class SeriesRow(Guid id) : Row(id)
{
    public required Guid StudyId { get; set; }

    public required string SeriesInstanceUid { get; init; }

    /// <summary>The Study Instance UID that its images say, where a person moved it; null for that of its study.</summary>
    public string? SentStudyUid { get; set; }

    public required string Modality { get; init; }

    /// <summary>Series Number; null when the images have none.</summary>
    public int? Number { get; init; }

    /// <summary>How many instances are shown.</summary>
    public int Instances { get; set; }

    /// <summary>
    /// How many of them the resource of the study counts: it is behind while images come, as not each of them makes a version.
    /// </summary>
    public int Told { get; set; }

    /// <summary>Attributes of the series as its first instance had them.</summary>
    public StoredAttributes Attributes { get; set; } = StoredAttributes.None;

    private protected override Action CaptureValues()
    {
        var before = (SeriesRow)MemberwiseClone();
        return () =>
        {
            StudyId = before.StudyId;
            SentStudyUid = before.SentStudyUid;
            Instances = before.Instances;
            Told = before.Told;
            Attributes = before.Attributes;
        };
    }
}
