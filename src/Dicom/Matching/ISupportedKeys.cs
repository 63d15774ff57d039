namespace CloudPacs.Dicom.Matching;

/// <summary>The attributes that may be keys of a query at one level.</summary>
public interface ISupportedKeys
{
    bool Include(Tag tag);

    /// <summary>What items of that sequence may hold.</summary>
    ISupportedKeys In(Tag sequence);
}
