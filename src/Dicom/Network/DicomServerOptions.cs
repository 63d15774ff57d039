using System.Net;

namespace CloudPacs.Dicom.Network;

/// <summary>Settings of a <see cref="DicomServer"/>. <see cref="Timeout.InfiniteTimeSpan"/> switches a time-out off.</summary>
public sealed record DicomServerOptions
{
    /// <summary>Where to listen; port 0 takes a free one.</summary>
    public IPEndPoint EndPoint { get; init; } = new(IPAddress.Loopback, 11112);

    /// <summary>The titles we answer to.</summary>
    public IReadOnlyList<string> AeTitles { get; init; } = ["CLOUDPACS"];

    /// <summary>Reject those who call us by another title (1/1/7). Off: any title will do.</summary>
    public bool RequiresCalledAe { get; init; } = true;

    /// <summary>Null: no TLS.</summary>
    public DicomServerTls? Tls { get; init; }

    /// <summary>
    /// Associations at a time in total. One more takes the place of the one that is idle longest of the address that has most, when it is
    /// of an address that has fewer; else it is rejected (2/3/2).
    /// </summary>
    public int MaxAssociations { get; init; } = 1000;

    /// <summary>Associations at a time of one calling AE title; more are rejected (2/3/2).</summary>
    public int MaxAssociationsPerAe { get; init; } = 100;

    /// <summary>
    /// Connections that are not (or no longer) associations; one more takes the place of another as above, or is closed at once.
    /// </summary>
    public int MaxPendingConnections { get; init; } = 500;

    /// <summary>The longest P-DATA-TF that we take, in bytes: our Maximum Length.</summary>
    public int MaxPduBytes { get; init; } = 65536;

    /// <summary>The longest data set that is buffered whole for a service, in bytes; longer ones are answered with a failure.</summary>
    public int MaxDataSetBytes { get; init; } = 1 << 20;

    /// <summary>
    /// So much of a data set that no service reads any more is received and dropped, so that the peer gets its status; then it is aborted.
    /// </summary>
    public long MaxDiscardedBytes { get; init; } = 256 << 20;

    /// <summary>Operations performed at a time on one association, if the peer asks for more than one (PS3.7 D.3.3.3).</summary>
    public ushort MaxOperations { get; init; } = 1;

    /// <summary>Waiting for an association request after connecting, or for the peer to close in the end (PS3.8 9.1.5).</summary>
    public TimeSpan ArtimTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan TlsHandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Associations without traffic and without running operations are aborted.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A PDU once begun must be complete.</summary>
    public TimeSpan PduTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The peer must take what we send.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <exception cref="ArgumentException">A setting is out of its range; the text names it.</exception>
    public void Validate()
    {
        Require(AeTitles.Count > 0 && AeTitles.All(AeTitle.IsValid), nameof(AeTitles), "at least one title of 1 to 16 ASCII characters");
        Require(MaxAssociations > 0, nameof(MaxAssociations), "at least 1");
        Require(MaxAssociationsPerAe > 0, nameof(MaxAssociationsPerAe), "at least 1");
        Require(MaxPendingConnections > 0, nameof(MaxPendingConnections), "at least 1");
        Require(MaxPduBytes is >= 4096 and <= 16 << 20, nameof(MaxPduBytes), "4096 to 16777216");
        Require(MaxDataSetBytes > 0, nameof(MaxDataSetBytes), "at least 1");
        Require(MaxDiscardedBytes >= 0, nameof(MaxDiscardedBytes), "at least 0");
        Require(MaxOperations > 0, nameof(MaxOperations), "at least 1");
    }

    private static void Require(bool isGood, string setting, string range)
    {
        if (!isGood) throw new ArgumentException($"{setting} must be {range}.", setting);
    }
}
