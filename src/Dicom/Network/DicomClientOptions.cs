namespace CloudPacs.Dicom.Network;

/// <summary>Settings of an association that we ask for. <see cref="Timeout.InfiniteTimeSpan"/> switches a time-out off.</summary>
public sealed record DicomClientOptions
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>The peer, as messages name it.</summary>
    internal string Peer => $"{CalledAe} at {Host}:{Port}";

    public required string CallingAe { get; init; }

    public required string CalledAe { get; init; }

    /// <summary>At most 128.</summary>
    public required IReadOnlyList<ProposedContext> Contexts { get; init; }

    /// <summary>Null: no TLS.</summary>
    public DicomClientTls? Tls { get; init; }

    public UserIdentity? UserIdentity { get; init; }

    /// <summary>Roles by SOP class, where they are not the usual ones.</summary>
    public IReadOnlyDictionary<string, RoleSelection> Roles { get; init; } = new Dictionary<string, RoleSelection>();

    /// <summary>Service class application information by SOP class.</summary>
    public IReadOnlyDictionary<string, byte[]> ExtendedNegotiation { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>
    /// Takes the events that the peer reports on the association (PS3.7 10.1.1); null aborts the association of a peer that reports one.
    /// </summary>
    public IEventService? Events { get; init; }

    /// <summary>Operations that we would like to have outstanding; more than 1 is negotiated.</summary>
    public ushort MaxOperations { get; init; } = 1;

    /// <summary>The longest P-DATA-TF that we take, in bytes: our Maximum Length.</summary>
    public int MaxPduBytes { get; init; } = 65536;

    /// <summary>The longest data set of a response, in bytes.</summary>
    public int MaxDataSetBytes { get; init; } = 64 << 20;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan TlsHandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The answer to the association request, and to the release.</summary>
    public TimeSpan AssociationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The next response to an operation.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A PDU once begun must be complete.</summary>
    public TimeSpan PduTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The peer must take what we send.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The peer must close in the end.</summary>
    public TimeSpan ArtimTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>A presentation context to propose (PS3.8 7.1.1.13).</summary>
/// <param name="AbstractSyntax">UID of the SOP class.</param>
/// <param name="TransferSyntaxes">In order of preference.</param>
public sealed record ProposedContext(string AbstractSyntax, params IReadOnlyList<TransferSyntax> TransferSyntaxes)
{
    /// <summary>Explicit and implicit little endian in one context.</summary>
    public static ProposedContext LittleEndian(string abstractSyntax) =>
        new(abstractSyntax, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ImplicitVrLittleEndian);
}
