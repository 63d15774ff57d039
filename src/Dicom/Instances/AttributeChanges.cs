namespace CloudPacs.Dicom;

/// <summary>
/// What is other in a data set than it is stored: attributes of the data set itself, not those in sequences.
/// </summary>
public sealed class AttributeChanges
{
    /// <summary>They stand instead of those that are stored, or are added. Text that the character set of the data set lacks is
    /// transliterated; one that declares none gets UTF-8 where it needs one.</summary>
    public DataSet Values { get; init; } = [];

    /// <summary>Items that are added, by their sequences, behind those that are there.</summary>
    public DataSet Items { get; init; } = [];

    /// <summary>The data set ends before this attribute; null for its own end.</summary>
    public Tag? EndsBefore { get; init; }

    /// <summary>Attributes that are left out.</summary>
    public Func<Tag, bool> LeavesOut { get; init; } = static _ => false;
}
