namespace CloudPacs.Dicom.Network;

/// <summary>What went wrong with an association or an operation.</summary>
public enum DicomNetworkError
{
    ConnectFailed,
    TlsFailed,
    Rejected,
    Aborted,
    ConnectionLost,
    Released,
    TimedOut,
    ContextNotAccepted,
    FailureStatus,

    /// <summary>A response whose data set cannot be read.</summary>
    UnreadableResponse,

    /// <summary>A peer sends a data set that is longer than the service allows.</summary>
    DataSetTooLong,
}

/// <summary>An association could not be had or broke, or an operation failed; the message says why in words.</summary>
public sealed class DicomNetworkException(DicomNetworkError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public DicomNetworkError Error { get; } = error;

    /// <summary>Set when <see cref="Error"/> is <see cref="DicomNetworkError.Rejected"/>.</summary>
    public AssociationRejection? Rejection { get; init; }

    /// <summary>Set when <see cref="Error"/> is <see cref="DicomNetworkError.FailureStatus"/>.</summary>
    public ushort? Status { get; init; }

    /// <summary>What the peer said about its status.</summary>
    public string? ErrorComment { get; init; }
}
