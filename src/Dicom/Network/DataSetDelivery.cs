namespace CloudPacs.Dicom.Network;

/// <summary>How the data sets of requests are brought to a service.</summary>
public sealed record DataSetDelivery
{
    private DataSetDelivery()
    {
    }

    /// <summary>As it comes, instead of whole.</summary>
    public bool IsStreamed { get; private init; }

    /// <summary>The longest data set; longer ones are answered with A700H. Null: whatever the server allows.</summary>
    public long? MaxBytes { get; private init; }

    /// <summary>So much may be unread before no more is read from the peer.</summary>
    public int PauseBytes { get; private init; }

    /// <summary>Whole, in one piece of memory: for identifiers and attribute lists.</summary>
    /// <param name="maxBytes">The longest; null means <see cref="DicomServerOptions.MaxDataSetBytes"/>.</param>
    public static DataSetDelivery Buffered(int? maxBytes = null) => new() { MaxBytes = maxBytes };

    /// <summary>While it comes, with bounded memory whatever its length: for instances.</summary>
    /// <param name="maxBytes">The longest.</param>
    /// <param name="pauseBytes">So much may be unread before no more is read from the peer, which so is held back.</param>
    public static DataSetDelivery Streamed(long maxBytes = long.MaxValue, int pauseBytes = 256 * 1024) =>
        new() { IsStreamed = true, MaxBytes = maxBytes, PauseBytes = pauseBytes };
}
