namespace CloudPacs.Settings;

/// <summary>The DICOM application entity and the stations that it knows.</summary>
public sealed class DicomSettings
{
    public string BindAddress { get; set; } = "127.0.0.1";

    public int Port { get; set; } = 11112;

    /// <summary>Our AE title; an association that calls another one is rejected (1/1/7).</summary>
    public string AeTitle { get; set; } = "CLOUDPACS";

    /// <summary>Port for TLS associations; used when <see cref="Tls"/> is set.</summary>
    public int TlsPort { get; set; } = 2762;

    public TlsSettings? Tls { get; set; }

    public int MaxAssociations { get; set; } = 256;

    public int MaxAssociationsPerAe { get; set; } = 32;

    /// <summary>Largest PDU that we take, in bytes (PS3.8 D.1).</summary>
    public int MaxPduBytes { get; set; } = 262_144;

    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Character set of worklist answers when neither the station nor the query names one (defined terms, <c>\</c> between).
    /// </summary>
    public string CharacterSet { get; set; } = "ISO_IR 192";

    /// <summary>Modalities by AE title.</summary>
    public Dictionary<string, StationSettings> Stations { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Where C-MOVE sends, and others that are sent something, by AE title.</summary>
    public Dictionary<string, DicomDestinationSettings> Destinations { get; set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Where stored instances are forwarded whose station says nothing else: titles of <see cref="Destinations"/> with commas between.
    /// </summary>
    public string ForwardTo { get; set; } = "";

    /// <summary>How long an archive may take to report what it was asked to commit to.</summary>
    public TimeSpan CommitmentPatience { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long nothing new of a study must have come before others are told that it is available.</summary>
    public TimeSpan AvailabilityPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The titles to which what a station sends is forwarded.</summary>
    public IEnumerable<string> ForwardsOf(string station)
    {
        var own = Stations.GetValueOrDefault(station)?.ForwardTo;
        return TitlesOf(string.IsNullOrWhiteSpace(own) ? ForwardTo : own).Where(title => title != station);
    }

    /// <summary>Titles with commas between; none for the word that says so.</summary>
    internal static IEnumerable<string> TitlesOf(string list) => list.Trim() == NoForwarding
        ? []
        : list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal const string NoForwarding = "none";

    /// <summary>How long a request for storage commitment waits for instances that are not there yet.</summary>
    public TimeSpan CommitmentGrace { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>What deliveries to an application entity are called; no name below <c>Outbound</c> can have a colon.</summary>
    public static string DeliveriesTo(string aeTitle) => "dicom:" + aeTitle;

    /// <summary>All of them that are configured.</summary>
    public IEnumerable<string> DeliveryNames() => Destinations.Keys.Select(DeliveriesTo);
}

/// <summary>One configured modality.</summary>
public sealed class StationSettings
{
    /// <summary>Addresses or networks that it connects from; empty = loopback only.</summary>
    public List<string> Addresses { get; set; } = [];

    /// <summary>Facility whose entries it sees; empty = all.</summary>
    public string Facility { get; set; } = "";

    /// <summary>Modalities that it does (CT, MR …); empty = any.</summary>
    public List<string> Modalities { get; set; } = [];

    /// <summary>
    /// Specific Character Set of its answers whatever its queries name; empty = the query's, or <c>Dicom:CharacterSet</c>.
    /// </summary>
    public string CharacterSet { get; set; } = "";

    /// <summary>Only entries scheduled for this station, whatever it asks for.</summary>
    public bool OwnEntriesOnly { get; set; }

    /// <summary>Ignore the Scheduled Station AE Title that it sends (for consoles that send a wrong one).</summary>
    public bool IgnoreStationKey { get; set; }

    /// <summary>
    /// Its reports of performed steps must have all that the standard asks for; else what many devices leave out is not missed.
    /// </summary>
    public bool StrictMpps { get; set; }

    /// <summary>What becomes of an N-SET of it whose N-CREATE has not come: <c>refuse</c>, <c>keep</c> or <c>accept</c>.</summary>
    public string MppsWithoutCreate { get; set; } = "refuse";

    /// <summary>
    /// Where what it sends is forwarded: titles of <c>Dicom:Destinations</c> with commas between, or <c>none</c>; empty =
    /// <c>Dicom:ForwardTo</c>.
    /// </summary>
    public string ForwardTo { get; set; } = "";

    /// <summary>
    /// One of <c>Archives</c>, which gets the same instances from it: they are indexed and shown, and their bytes are not kept here;
    /// empty = they are kept.
    /// </summary>
    public string KeptBy { get; set; } = "";

    /// <summary>
    /// Of several transfer syntaxes in one context a compressed one is chosen, in the order in which it offers them: for devices whose
    /// images are too long otherwise, such as ultrasound in motion.
    /// </summary>
    public bool PreferCompressed { get; set; }

    /// <summary>Subject, SAN DNS name or SHA-256 thumbprint of its client certificate; empty = none asked for.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>Most entries an answer holds; 0 = <c>Worklist:AnswerLimit</c>.</summary>
    public int AnswerLimit { get; set; }
}
