namespace CloudPacs.Mllp;

/// <summary>Whether a listener asks its peers for a certificate.</summary>
public enum MllpClientCertificateMode
{
    /// <summary>Not asked for.</summary>
    None,

    /// <summary>Asked for; one that is given must be valid.</summary>
    Optional,

    /// <summary>No connection without a valid one (IHE ATNA node authentication, ITI-19).</summary>
    Required,
}
