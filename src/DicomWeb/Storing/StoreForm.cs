namespace CloudPacs.DicomWeb.Storing;

/// <summary>What a store request's body is made of (PS3.18 10.5.1).</summary>
public enum StoreForm
{
    /// <summary>DICOM files, one a part.</summary>
    Files,

    /// <summary>One DICOM file, without parts.</summary>
    File,

    /// <summary>Metadata as JSON in one part, bulk data in others.</summary>
    Json,

    /// <summary>Metadata as XML, a part for each instance, bulk data in others.</summary>
    Xml,
}

/// <summary>What one part of the body is.</summary>
public enum StorePart
{
    /// <summary>A DICOM file.</summary>
    File,
    Metadata,

    /// <summary>Bytes that metadata refer to by Content-Location.</summary>
    BulkData,

    /// <summary>Nothing that a store request may hold.</summary>
    Unsupported,
}
