namespace CloudPacs.Store.Studies;

/// <summary>A study as a person looks at it who decides about it.</summary>
/// <param name="Id">Row.</param>
/// <param name="StudyInstanceUid">Its UID.</param>
/// <param name="State">What it is worth.</param>
/// <param name="PatientId">Whose it is; null for nobody who is known.</param>
/// <param name="ShownPatientId">The id that the images show.</param>
/// <param name="Sender">Who sent the first instance.</param>
/// <param name="Facility">Whose stations see it; null = all.</param>
/// <param name="Flags">What a person should look at.</param>
/// <param name="ReceivedAt">When its first instance came.</param>
/// <param name="IsUndecided">Whether it waits for a person.</param>
/// <param name="Attributes">Attributes of patient and study.</param>
/// <param name="Modalities">Of its series.</param>
/// <param name="Instances">How many instances are shown.</param>
public sealed record ReviewedStudy(
    Guid Id, string StudyInstanceUid, StudyState State, Guid? PatientId, Identifier? ShownPatientId, string Sender, string? Facility,
    IReadOnlyList<string> Flags, DateTimeOffset ReceivedAt, bool IsUndecided, StoredAttributes Attributes,
    IReadOnlyList<string> Modalities, long Instances)
{
    /// <summary>Why it may not be deleted; null when it may.</summary>
    public string? Hold { get; init; }

    /// <summary>Why nothing of its patient may be deleted; null when it may.</summary>
    public string? PatientHold { get; init; }
}

/// <summary>A requested procedure that a study is, or may be, of.</summary>
/// <param name="StudyId">Row of the study.</param>
/// <param name="ProcedureId">Row of the procedure.</param>
/// <param name="PatientId">Row of the patient of the order.</param>
/// <param name="PatientIdentifier">The patient's primary id.</param>
/// <param name="PatientAttributes">Who that is.</param>
/// <param name="PlacerNumber">Of the order.</param>
/// <param name="FillerNumber">Of the order.</param>
/// <param name="AccessionNumber">Of the procedure.</param>
/// <param name="RequestedProcedureId">Of the procedure.</param>
/// <param name="StudyInstanceUid">That was scheduled.</param>
/// <param name="Modality">Of its first step; null when it has none.</param>
/// <param name="Start">When that was to start.</param>
public sealed record ReviewedOrder(
    Guid StudyId, Guid ProcedureId, Guid PatientId, Identifier? PatientIdentifier, StoredAttributes PatientAttributes,
    Identifier? PlacerNumber, Identifier? FillerNumber, Identifier AccessionNumber, string RequestedProcedureId,
    string StudyInstanceUid, string? Modality, DateTimeOffset? Start)
{
    /// <summary>What links it with the study; null when nothing does.</summary>
    public ReviewedLink? Link { get; init; }
}

/// <summary>A link as it stands.</summary>
/// <param name="Rule">How it was found.</param>
/// <param name="State">What it is worth.</param>
/// <param name="DecidedBy">Who made it so.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Reason">Why, if somebody said so.</param>
public sealed record ReviewedLink(LinkRule Rule, LinkState State, string DecidedBy, DateTimeOffset DecidedAt, string? Reason);
