namespace CloudPacs.Store.Studies;

/// <summary>A study with its series, to be looked at.</summary>
/// <param name="Id">Row of the study.</param>
/// <param name="StudyInstanceUid">Its UID.</param>
/// <param name="Attributes">Attributes of patient and study.</param>
/// <param name="Series">Those that show at least one instance, by number and UID.</param>
public sealed record StoredStudy(Guid Id, string StudyInstanceUid, StoredAttributes Attributes, IReadOnlyList<StoredSeries> Series);

/// <summary>A series, to be looked at.</summary>
/// <param name="Id">Row of the series.</param>
/// <param name="SeriesInstanceUid">Its UID.</param>
/// <param name="Modality">Its modality.</param>
/// <param name="Number">Its number; null for none.</param>
/// <param name="Instances">How many instances it shows.</param>
/// <param name="Attributes">Attributes of the series.</param>
public sealed record StoredSeries(
    Guid Id, string SeriesInstanceUid, string Modality, int? Number, int Instances, StoredAttributes Attributes);

/// <summary>An instance, to be looked at.</summary>
/// <param name="SeriesId">Row of its series.</param>
/// <param name="SopInstanceUid">Its UID.</param>
/// <param name="SopClassUid">What it is.</param>
/// <param name="TransferSyntaxUid">What it is encoded in.</param>
/// <param name="Number">Its number; null for none.</param>
/// <param name="Bytes">Where its bytes are.</param>
/// <param name="Attributes">Attributes of the instance.</param>
public record StoredInstance(
    Guid SeriesId, string SopInstanceUid, string SopClassUid, string TransferSyntaxUid, int? Number, InstanceBytes Bytes,
    StoredAttributes Attributes)
{
    /// <summary>The archive that has its bytes; null when they are here.</summary>
    public string? Archive { get; init; }
}
