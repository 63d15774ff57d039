using CloudPacs.Store.Patients;

namespace CloudPacs.Store.Studies;

/// <summary>A study with its series, to be looked at.</summary>
/// <param name="Id">Row of the study.</param>
/// <param name="StudyInstanceUid">Its UID.</param>
/// <param name="Attributes">Attributes of patient and study.</param>
/// <param name="Series">Those that show at least one instance, by number and UID.</param>
public sealed record StoredStudy(Guid Id, string StudyInstanceUid, StoredAttributes Attributes, IReadOnlyList<StoredSeries> Series)
{
    /// <summary>What is known by others than its images; null when nothing is, or was not asked for.</summary>
    public KnownOfStudy? Known { get; init; }
}

/// <summary>What a site knows of a study by others than its images.</summary>
public sealed record KnownOfStudy
{
    /// <summary>The id that the images show, with its authority; null when they show none.</summary>
    public Identifier? ShownPatientId { get; init; }

    /// <summary>Row of the patient whose study it is; null when nobody is known to be.</summary>
    public Guid? PatientId { get; init; }

    /// <summary>Attributes of the patient, with its present id.</summary>
    public StoredAttributes Patient { get; init; } = StoredAttributes.None;

    /// <summary>All ids of the patient.</summary>
    public IReadOnlyList<PatientIdentifier> Identifiers { get; init; } = [];

    /// <summary>Accession numbers of the requested procedures that it is linked with.</summary>
    public IReadOnlyList<Identifier> AccessionNumbers { get; init; } = [];

    /// <summary>What a person should look at.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>When the last of this became known.</summary>
    public DateTimeOffset Since { get; init; }
}

/// <summary>A series, to be looked at.</summary>
/// <param name="Id">Row of the series.</param>
/// <param name="SeriesInstanceUid">Its UID.</param>
/// <param name="Modality">Its modality.</param>
/// <param name="Number">Its number; null for none.</param>
/// <param name="Instances">How many instances it shows.</param>
/// <param name="Attributes">Attributes of the series.</param>
public sealed record StoredSeries(
    Guid Id, string SeriesInstanceUid, string Modality, int? Number, int Instances, StoredAttributes Attributes)
{
    /// <summary>The Study Instance UID that its images say, where a person moved it; null for that of its study.</summary>
    public string? SentStudyUid { get; init; }
}

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
