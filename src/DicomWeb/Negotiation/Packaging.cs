namespace CloudPacs.DicomWeb.Negotiation;

/// <summary>How what is asked for travels (PS3.18 8.6.1).</summary>
public enum Packaging
{
    /// <summary>The body is the one thing.</summary>
    Single,

    /// <summary>The body is multipart/related with a part for each thing.</summary>
    Multipart,
}
