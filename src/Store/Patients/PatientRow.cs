namespace CloudPacs.Store.Patients;

/// <summary>
/// A patient: scoped identifiers and the DICOM patient-level attributes, kept once and joined to worklist entries at query time.
/// </summary>
public sealed class PatientRow(Guid id) : Row(id)
{
    /// <summary>All identifiers, the primary one first among the current ones.</summary>
    public List<PatientIdentifier> Identifiers { get; } = [];

    /// <summary>Patient module. Zero-length attributes are deleted values.</summary>
    public StoredAttributes Attributes { get; set; } = StoredAttributes.None;

    public bool Active { get; set; } = true;

    /// <summary>The surviving patient after a merge; chains are resolved by the workspace.</summary>
    public Guid? MergedInto { get; set; }

    /// <summary>Why nothing of the patient may be deleted; null when it may.</summary>
    public string? Hold { get; set; }

    /// <summary>Patients linked without merging (ADT A24/A37).</summary>
    public HashSet<Guid> LinkedTo { get; } = [];

    /// <summary>Identifiers and links as they are stored, so that saving writes them only when they changed.</summary>
    internal IReadOnlyList<PatientIdentifier> StoredIdentifiers { get; set; } = [];

    internal IReadOnlyCollection<Guid> StoredLinks { get; set; } = [];

    private protected override Action CaptureValues()
    {
        var (attributes, active, mergedInto, hold) = (Attributes, Active, MergedInto, Hold);
        PatientIdentifier[] identifiers = [.. Identifiers];
        Guid[] linkedTo = [.. LinkedTo];
        return () =>
        {
            (Attributes, Active, MergedInto, Hold) = (attributes, active, mergedInto, hold);
            Identifiers.Clear();
            Identifiers.AddRange(identifiers);
            LinkedTo.Clear();
            LinkedTo.UnionWith(linkedTo);
        };
    }
}

/// <summary>One identifier of a patient; prior ones came from a merge or a change of id and still find the patient.</summary>
public sealed record PatientIdentifier(Identifier Identifier, bool IsPrimary, bool IsPrior);
