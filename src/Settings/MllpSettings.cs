namespace CloudPacs.Settings;

/// <summary>The HL7v2 listeners: one by default (<c>Mllp:Port</c>), more under <c>Mllp:Listeners</c>.</summary>
public sealed class MllpSettings : MllpListenerSettings
{
    public MllpSettings() => Port = 2575;

    /// <summary>Further listeners by name; each with its own port, TLS, acknowledgement mode and character set default.</summary>
    public Dictionary<string, MllpListenerSettings> Listeners { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Senders that are served from outside loopback, by name.</summary>
    public Dictionary<string, SenderAccess> Senders { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>One MLLP port.</summary>
public class MllpListenerSettings
{
    public string BindAddress { get; set; } = "127.0.0.1";

    public int Port { get; set; }

    /// <summary>Acknowledgement mode (HL7 v2.5.1 2.9): <c>auto</c> by MSH-15/16, <c>original</c>, <c>commit</c>, <c>enhanced</c>.</summary>
    public string AckMode { get; set; } = "auto";

    /// <summary>Answer orders with ORR/ORG/ORI in place of a general ACK.</summary>
    public bool OrderReplies { get; set; }

    /// <summary>Character set (table 0211 term) of messages whose MSH-18 is empty and that are not UTF-8.</summary>
    public string DefaultCharacterSet { get; set; } = "8859/1";

    /// <summary>Answer what cannot be read as HL7 with AR; silence makes senders hang.</summary>
    public bool AnswerGarbage { get; set; } = true;

    /// <summary>Unknown versions, events and batch counts are refused, not tolerated.</summary>
    public bool Strict { get; set; }

    /// <summary>Accept MSH-11 = T or D (training, debug).</summary>
    public bool AllowTestMessages { get; set; }

    /// <summary>Keep the sequence number protocol of MSH-13 (HL7 v2.5.1 2.10.1).</summary>
    public bool SequenceNumbers { get; set; }

    /// <summary>MLLP release 2: commit acknowledgement blocks at transport level.</summary>
    public bool Release2 { get; set; }

    /// <summary>Take content that begins with MSH without a start block.</summary>
    public bool AllowUnframed { get; set; }

    /// <summary>
    /// Take UTF-16 and UTF-32, whose characters can hold the bytes of a frame: inside a frame only FS CR then has a meaning.
    /// </summary>
    public bool AllowUtf16 { get; set; }

    /// <summary>How long nothing must follow FS for a frame without its CR to be taken as ended; zero waits for ever.</summary>
    public TimeSpan EndPause { get; set; } = TimeSpan.FromSeconds(0.5);

    public int MaxFrameBytes { get; set; } = 64 * 1024 * 1024;

    public int MaxConnections { get; set; } = 1024;

    public int MaxInFlight { get; set; } = 64;

    public TlsSettings? Tls { get; set; }
}

/// <summary>A sender that may connect from other machines.</summary>
public sealed class SenderAccess
{
    /// <summary>Addresses or networks (<c>10.1.2.0/24</c>) that it connects from.</summary>
    public List<string> Addresses { get; set; } = [];

    /// <summary>Subject, SAN DNS name or SHA-256 thumbprint of its client certificate; empty = none asked for.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>MSH-3 and MSH-4 that it may use; empty = any.</summary>
    public string SendingApplication { get; set; } = "";

    public string SendingFacility { get; set; } = "";
}

/// <summary>Server side TLS of a listener.</summary>
public sealed class TlsSettings
{
    /// <summary>PEM file of the certificate (with chain).</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file of its private key; empty = in the certificate file.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Client certificates: <c>none</c>, <c>optional</c>, <c>required</c>.</summary>
    public string ClientCertificate { get; set; } = "none";

    /// <summary>PEM file of the authorities that client certificates must come from.</summary>
    public string TrustedAuthoritiesFile { get; set; } = "";
}
