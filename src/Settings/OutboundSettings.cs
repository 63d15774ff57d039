namespace CloudPacs.Settings;

/// <summary>Systems that are told of what happens.</summary>
public sealed class OutboundSettings
{
    /// <summary>Destinations by name; the map of one is <c>destinations/NAME.yaml</c> unless it names another.</summary>
    public Dictionary<string, DestinationSettings> Destinations { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Receivers of performed procedure steps by name; no destination has the same.</summary>
    public Dictionary<string, MppsReceiverSettings> MppsReceivers { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The names of all that are told.</summary>
    public IEnumerable<string> Names() => Destinations.Keys.Concat(MppsReceivers.Keys);

    /// <summary>How long deliveries that were sent or skipped are kept.</summary>
    public TimeSpan KeepSent { get; set; } = TimeSpan.FromDays(30);
}

/// <summary>One system that is told: where it is and how long it is waited for.</summary>
public abstract class PeerSettings
{
    public string Host { get; set; } = "";

    public int Port { get; set; }

    /// <summary>
    /// Most connections side by side, each with one message that waits for its answer; a system that takes fewer is served over those.
    /// </summary>
    public int Connections { get; set; } = 4;

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause after a failure; it doubles with each further one.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Null for plain TCP.</summary>
    public DestinationTls? Tls { get; set; }
}

/// <summary>One system that takes HL7 messages over MLLP.</summary>
public sealed class DestinationSettings : PeerSettings
{
    /// <summary>Name of its map file; empty = the name of the destination.</summary>
    public string Map { get; set; } = "";

    public string MapName(string destination) => Map.Length > 0 ? Map : destination;

    /// <summary>
    /// What it calls itself when it sends, <c>APPLICATION|FACILITY</c> of MSH-3 and MSH-4: it is not told what it has said itself.
    /// </summary>
    public List<string> Senders { get; set; } = [];

    /// <summary>Character set of its messages (HL7 table 0211).</summary>
    public string CharacterSet { get; set; } = "UNICODE UTF-8";
}

/// <summary>TLS to a destination.</summary>
public sealed class DestinationTls
{
    /// <summary>Name in its certificate; empty = the host.</summary>
    public string ServerName { get; set; } = "";

    /// <summary>PEM file of the authorities that its certificate must come from; empty = those of the machine.</summary>
    public string TrustedAuthoritiesFile { get; set; } = "";

    /// <summary>PEM file of our certificate; empty = none is shown.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file of its private key; empty = in the certificate file.</summary>
    public string KeyFile { get; set; } = "";
}
