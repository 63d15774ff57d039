namespace CloudPacs.Settings;

/// <summary>
/// An archive that exists beside this one: its studies are found and shown, and their bytes stay with it. It has an address on the web, or
/// takes associations, or both.
/// </summary>
public sealed class ForeignArchiveSettings
{
    /// <summary>Root of its DICOMweb services, such as <c>http://10.1.4.2:8042/dicom-web</c>; empty = it has none.</summary>
    public string WebAddress { get; set; } = "";

    /// <summary>Name for HTTP basic authentication; empty = none is asked for.</summary>
    public string UserName { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>Where it takes associations; empty = it is asked over HTTP alone.</summary>
    public string Host { get; set; } = "";

    public int Port { get; set; }

    /// <summary>Its AE title; ours is <c>Dicom:AeTitle</c>.</summary>
    public string AeTitle { get; set; } = "";

    /// <summary>Of the associations with it; null for plain TCP.</summary>
    public DestinationTls? Tls { get; set; }

    /// <summary>Facility whose stations see its studies; empty = all.</summary>
    public string Facility { get; set; } = "";

    /// <summary>How often it is asked for what is new; in whole minutes.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How far back its studies are looked for.</summary>
    public TimeSpan History { get; set; } = TimeSpan.FromDays(3650);

    /// <summary>Most requests a second while it is asked for what is new; what users fetch is not counted.</summary>
    public int RequestsPerSecond { get; set; } = 10;

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it may be silent.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
