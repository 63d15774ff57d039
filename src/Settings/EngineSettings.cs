namespace CloudPacs.Settings;

/// <summary>
/// All settings of the engine: <c>appsettings.json</c> &lt; <c>CLOUDPACS_</c> environment (<c>__</c> between levels) &lt; command line.
/// A key that is not a property here, and a value that its validator refuses, stop the start.
/// </summary>
public sealed class EngineSettings
{
    /// <summary>Data folder (<c>CLOUDPACS_DATA</c>): the embedded database cluster lives in it.</summary>
    public string Data { get; set; } = "./var";

    public SiteSettings Site { get; set; } = new();

    public MllpSettings Mllp { get; set; } = new();

    public DicomSettings Dicom { get; set; } = new();

    public HttpSettings Http { get; set; } = new();

    public IdentitySettings Identity { get; set; } = new();

    public FhirSettings Fhir { get; set; } = new();

    public DatabaseSettings Database { get; set; } = new();

    public AuditSettings Audit { get; set; } = new();

    public MappingSettings Mapping { get; set; } = new();

    public WorklistSettings Worklist { get; set; } = new();

    public OutboundSettings Outbound { get; set; } = new();

    public ArchiveSettings Archive { get; set; } = new();

    /// <summary>Archives that exist beside this one, by name.</summary>
    public Dictionary<string, ForeignArchiveSettings> Archives { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Longest time that a stop request may take before what still runs is cut off.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the viewer is installed.</summary>
    public string ViewerFolder() => Http.ViewerFolder.Length > 0 ? Http.ViewerFolder : Path.Combine(Data, "viewer");

    /// <summary>The TLS settings of all listeners, by their key.</summary>
    internal IEnumerable<(string Key, TlsSettings Tls)> TlsListeners()
    {
        if (Mllp.Tls is { } main) yield return ("Mllp:Tls", main);
        foreach (var (name, listener) in Mllp.Listeners)
            if (listener.Tls is { } tls) yield return ($"Mllp:Listeners:{name}:Tls", tls);
        if (Dicom.Tls is { } dicom) yield return ("Dicom:Tls", dicom);
        if (Http.Tls is { } http) yield return ("Http:Tls", http);
    }
}

public sealed class SiteSettings
{
    /// <summary>Picks <c>mappings/sites/NAME</c>; also the short name in local coding schemes (<c>99NAME</c>).</summary>
    public string Name { get; set; } = "default";

    /// <summary>IANA time zone of the site; empty = the machine's.</summary>
    public string TimeZone { get; set; } = "";

    /// <summary>The zone; that of the machine when none is set.</summary>
    public TimeZoneInfo FindZone() => TimeZone.Length > 0 ? TimeZoneInfo.FindSystemTimeZoneById(TimeZone) : TimeZoneInfo.Local;
}

public sealed class HttpSettings
{
    public string BindAddress { get; set; } = "127.0.0.1";

    public int Port { get; set; } = 8080;

    /// <summary>The port speaks TLS; null for plain HTTP.</summary>
    public TlsSettings? Tls { get; set; }

    /// <summary>A proxy speaks TLS with callers, and reaches this port over a network where nobody else listens.</summary>
    public bool TlsEndsAtProxy { get; set; }

    /// <summary>
    /// Address of this port as others reach it, such as <c>https://pacs.hospital.test</c>: addresses in answers begin with it. Empty: the
    /// address that a request was sent to.
    /// </summary>
    public string PublicAddress { get; set; } = "";

    /// <summary>Names that requests may ask for in their Host header; a proxy in front that keeps the outer name needs it here.</summary>
    public List<string> AllowedHosts { get; set; } = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Origins of pages elsewhere that may use DICOMweb and FHIR from a browser (Fetch, CORS protocol).</summary>
    public List<string> Origins { get; set; } = [];

    /// <summary>
    /// Header in which the proxy that authenticates callers says of which facility one is: it sees the studies of that one and of none.
    /// Empty: callers are not told apart.
    /// </summary>
    public string FacilityHeader { get; set; } = "";

    /// <summary>Where the viewer is installed; empty: <c>viewer</c> in the data folder.</summary>
    public string ViewerFolder { get; set; } = "";
}

public sealed class DatabaseSettings
{
    /// <summary>How long the identities of messages are kept: a repetition that comes later is applied as a new message.</summary>
    internal static readonly TimeSpan IdentitiesKept = TimeSpan.FromDays(31);

    /// <summary>Empty = the embedded private PostgreSQL cluster in the data folder.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Folder of the PostgreSQL binaries; empty = found in PATH and the usual places.</summary>
    public string BinDirectory { get; set; } = "";

    /// <summary>
    /// Writers that commit batches of changes side by side: as many as cores, at least two and at most eight.
    /// </summary>
    public int Writers { get; set; } = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>Most messages that one transaction takes.</summary>
    public int BatchLimit { get; set; } = 256;

    /// <summary>Messages that may wait for a writer before sockets are no longer read.</summary>
    public int QueueLimit { get; set; } = 2048;

    /// <summary>
    /// Longest message that stands in its row of the journal; larger ones are files below <c>blobs</c> in the data folder.
    /// </summary>
    public int InlineMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// How many bytes the documents of a report that stand in its FHIR resource have together; others are files too, and served as Binary.
    /// </summary>
    public int InlineDocumentBytes { get; set; } = 64 * 1024;

    /// <summary>How long the journal keeps messages; whole months that are older are dropped. 0 = for ever.</summary>
    public TimeSpan KeepMessages { get; set; }

    /// <summary>How long the audit trail keeps its entries, likewise.</summary>
    public TimeSpan KeepAudit { get; set; }
}

public sealed class MappingSettings
{
    public string Directory { get; set; } = "./mappings";

    /// <summary>Watch the folder and activate a changed, faultless set without a restart.</summary>
    public bool HotReload { get; set; } = true;
}

public sealed class WorklistSettings
{
    /// <summary>How long an entry stays on the list after its scheduled start.</summary>
    public TimeSpan KeepVisible { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The same for inpatients (PV1-2 = I).</summary>
    public TimeSpan KeepVisibleInpatient { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How long an entry of a visit stays: longer for inpatients, never shorter.</summary>
    /// <param name="patientClass">PV1-2; null without a visit.</param>
    public TimeSpan KeepVisibleOf(string? patientClass) =>
        patientClass == "I" && KeepVisibleInpatient > KeepVisible ? KeepVisibleInpatient : KeepVisible;

    /// <summary>Most entries that one query gets; the answer to a larger one ends with A700.</summary>
    public int AnswerLimit { get; set; } = 2000;

    /// <summary>Take a backslash list on SH, AE and CS keys as "any of these" (not in the standard, meant so by some peers).</summary>
    public bool ListMatching { get; set; }

    /// <summary>Who finds an entry without a station AE title by asking for its own: <c>modality</c>, <c>none</c>, or AE titles.</summary>
    public string UnassignedVisibleTo { get; set; } = "modality";
}
