namespace CloudPacs.Archive;

/// <summary>How a record was found.</summary>
public enum RecordState
{
    Whole,

    /// <summary>A row without bytes: pack or record is not there.</summary>
    Missing,

    /// <summary>A checksum does not fit.</summary>
    Changed,
}
