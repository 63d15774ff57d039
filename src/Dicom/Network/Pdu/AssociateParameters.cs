namespace CloudPacs.Dicom.Network.Pdu;

/// <summary>
/// The content of an A-ASSOCIATE-RQ or A-ASSOCIATE-AC; both have the same layout (PS3.8 9.3.2, 9.3.3, annex D; PS3.7 annex D.3).
/// </summary>
internal sealed class AssociateParameters
{
    public ushort ProtocolVersion { get; init; } = 1;

    public required string CalledAe { get; init; }

    public required string CallingAe { get; init; }

    /// <summary>The 64 bytes of both titles and the reserved field as received: the answer repeats them untested.</summary>
    public ReadOnlyMemory<byte> Echo { get; init; }

    public string? ApplicationContext { get; set; } = DicomApplicationContext;

    public List<ContextItem> Contexts { get; init; } = [];

    /// <summary>The longest P-DATA-TF body that the sender of this PDU can receive; 0 is without limit.</summary>
    public uint MaxLength { get; set; } = 16384;

    public string? ImplementationClassUid { get; set; }

    public string? ImplementationVersionName { get; set; }

    public AsynchronousWindow? Window { get; set; }

    public Dictionary<string, RoleSelection> Roles { get; init; } = [];

    /// <summary>Service class application information by SOP class.</summary>
    public Dictionary<string, ReadOnlyMemory<byte>> ExtendedNegotiation { get; init; } = [];

    /// <summary>The service class and the related general SOP classes by SOP class (requests only).</summary>
    public Dictionary<string, CommonExtendedNegotiation> CommonExtendedNegotiation { get; init; } = [];

    public UserIdentity? UserIdentity { get; set; }

    /// <summary>The server's response; null when the item is absent.</summary>
    public ReadOnlyMemory<byte>? UserIdentityResponse { get; set; }

    public const string DicomApplicationContext = "1.2.840.10008.3.1.1.1";
}

/// <summary>A presentation context as proposed (item 20H) or answered (item 21H).</summary>
internal sealed record ContextItem(byte Id, ContextResult Result, string AbstractSyntax, IReadOnlyList<string> TransferSyntaxes);

/// <summary>The answer to a presentation context (PS3.8 table 9-18).</summary>
internal enum ContextResult : byte
{
    Acceptance = 0,
    UserRejection = 1,
    NoReason = 2,
    AbstractSyntaxNotSupported = 3,
    TransferSyntaxesNotSupported = 4,
}

/// <summary>SOP Class Common Extended Negotiation (PS3.7 D.3.3.6).</summary>
internal sealed record CommonExtendedNegotiation(string ServiceClassUid, IReadOnlyList<string> RelatedGeneralSopClasses);
