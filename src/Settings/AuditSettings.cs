namespace CloudPacs.Settings;

/// <summary>How the audit trail is sealed, and whose seals count.</summary>
public sealed class AuditSettings
{
    /// <summary>
    /// PEM file with the private key (P-256) that blocks are signed with; empty: <c>audit-key.pem</c> in the data folder, which is made
    /// when it is not there. Engines on one database have the same key, or name each other's.
    /// </summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Ids (SHA-256 of the public key, in hex) of other keys that count: those of other engines, and former ones.</summary>
    public List<string> TrustedKeys { get; set; } = [];

    /// <summary>Where the key is.</summary>
    public string KeyFileIn(string data) => KeyFile.Length > 0 ? KeyFile : Path.Combine(data, "audit-key.pem");
}
