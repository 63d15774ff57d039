namespace CloudPacs.Store.Studies;

/// <summary>A study: what was made at one examination, known by its Study Instance UID (PS3.3 C.7.2.1).</summary>
public sealed class StudyRow(Guid id) : Row(id)
{
    public required string StudyInstanceUid { get; init; }

    public StudyState StudyState { get; set; }

    /// <summary>Whose study it is; null as long as nobody here is known to have the id that the images show.</summary>
    public Guid? PatientId { get; set => SetKey(ref field, value); }

    /// <summary>The id that the images show, with the authority that they or their sender give it; null when they show none.</summary>
    public Identifier? ShownPatientId { get; init; }

    /// <summary>Number of the visit that the images show, with its authority or that of the site; null when they show none.</summary>
    public Identifier? VisitNumber { get; init; }

    /// <summary>Accession, placer and filler numbers that the images show, under which an order may find the study.</summary>
    public IReadOnlyList<string> Numbers { get; set => SetKey(ref field, value); } = [];

    /// <summary>Who sent the first instance: its calling AE title.</summary>
    public required string Sender { get; init; }

    /// <summary>Facility whose stations see the study; null = all.</summary>
    public string? Facility { get; set; }

    /// <summary>Study Instance UID of the study that it was merged into; null when it was not.</summary>
    public string? MergedInto { get; set; }

    /// <summary>The performed procedure step that made it; null when the images name none that is known.</summary>
    public Guid? PerformedStepId { get; set; }

    /// <summary>Why it may not be deleted; null when it may.</summary>
    public string? Hold { get; set; }

    /// <summary>What a person should look at, such as <c>patient-conflict</c>.</summary>
    public HashSet<string> Flags { get; } = new(StringComparer.Ordinal);

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Name of the patient in the form in which names compare; null when the images show none.</summary>
    public string? PatientName { get; init; }

    public DateOnly? StudyDate { get; init; }

    public TimeOnly? StudyTime { get; init; }

    /// <summary>Attributes of patient and study as the first instance had them, and the requests that any of them names.</summary>
    public StoredAttributes Attributes { get; set; } = StoredAttributes.None;

    public List<SeriesRow> Series { get; } = [];

    /// <summary>The orders that it was made for, or may have been made for.</summary>
    public List<StudyLinkRow> Links { get; } = [];

    /// <summary>Whether no order is known that it was made for.</summary>
    public bool IsWaiting => StudyState != StudyState.EnteredInError && !Links.Exists(static link => link.LinkState == LinkState.Linked);

    /// <summary>
    /// Whether a person should look at it: it has no order, which nobody has accepted, or images of another patient, or they contradict the
    /// patient of its order.
    /// </summary>
    public bool IsUndecided => StudyState == StudyState.Available
        && ((IsWaiting && !Flags.Contains(StudyFlags.NoOrder)) || Flags.Contains(StudyFlags.PatientConflict)
            || Flags.Contains(StudyFlags.BirthDateMismatch) || Flags.Contains(StudyFlags.SexMismatch));

    private protected override Action CaptureValues()
    {
        var before = (StudyRow)MemberwiseClone();
        SeriesRow[] series = [.. Series];
        StudyLinkRow[] links = [.. Links];
        string[] flags = [.. Flags];
        return () =>
        {
            StudyState = before.StudyState;
            PatientId = before.PatientId;
            MergedInto = before.MergedInto;
            Hold = before.Hold;
            Numbers = before.Numbers;
            Facility = before.Facility;
            PerformedStepId = before.PerformedStepId;
            Attributes = before.Attributes;
            Flags.Clear();
            Flags.UnionWith(flags);
            Series.Clear();
            Series.AddRange(series);
            Links.Clear();
            Links.AddRange(links);
        };
    }
}
