namespace CloudPacs.Dicom.Matching;

/// <summary>The attributes that may be keys of a query at one level.</summary>
public interface ISupportedKeys
{
    bool Include(Tag tag);

    /// <summary>
    /// Whether a text is compared without regard to case. The standard demands it of nothing, and lets it be done for names alone
    /// (PS3.4 C.2.2.2.1, C.2.2.2.4): where people search for words they type, a service may find more and say so.
    /// </summary>
    bool IgnoresCase(Tag tag) => false;

    /// <summary>What items of that sequence may hold.</summary>
    ISupportedKeys In(Tag sequence);
}
