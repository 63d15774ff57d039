namespace CloudPacs.Settings;

/// <summary>One system that is told of performed procedure steps over DICOM (PS3.4 annex F).</summary>
public sealed class MppsReceiverSettings : PeerSettings
{
    /// <summary>Its AE title; ours is <c>Dicom:AeTitle</c>.</summary>
    public string AeTitle { get; set; } = "";

    /// <summary>
    /// It gets an N-EVENT-REPORT of each change and fetches the step by N-GET; else the N-CREATE and N-SET of the modality as they came.
    /// </summary>
    public bool Notify { get; set; }

    /// <summary>
    /// AE titles, besides its own, under which it reports steps itself: it is not told what it has said itself.
    /// </summary>
    public List<string> Stations { get; set; } = [];

    /// <summary>Specific Character Set of what it gets (defined terms, <c>\</c> between).</summary>
    public string CharacterSet { get; set; } = "ISO_IR 192";

    public bool Reports(string station) => station == AeTitle || Stations.Contains(station, StringComparer.Ordinal);
}
