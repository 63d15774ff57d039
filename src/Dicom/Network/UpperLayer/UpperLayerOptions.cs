namespace CloudPacs.Dicom.Network.UpperLayer;

/// <summary>Limits of one connection. <see cref="Timeout.InfiniteTimeSpan"/> switches a time-out off.</summary>
internal sealed record UpperLayerOptions
{
    /// <summary>The Maximum Length that we announce, in bytes.</summary>
    public int MaxDataBytes { get; init; } = 65536;

    /// <summary>Waiting for an association request, or for the peer to close after the end (PS3.8 9.1.5).</summary>
    public TimeSpan Artim { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A PDU once begun must be complete.</summary>
    public TimeSpan PduBody { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The peer must take what we send.</summary>
    public TimeSpan WriteStall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>An established association without traffic and without work is aborted.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(15);
}
