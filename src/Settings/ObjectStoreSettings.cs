namespace CloudPacs.Settings;

/// <summary>
/// An object store with the S3 protocol, which full packs go to; the folder is then where they are written and kept for a while.
/// </summary>
public sealed class ObjectStoreSettings
{
    /// <summary>Empty: there is none, and packs stay in the folder.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>What the keys of the objects begin with, such as <c>hospital/</c>.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Address of a service other than Amazon's, such as <c>https://s3.hospital.test</c>.</summary>
    public string Service { get; set; } = "";

    public string Region { get; set; } = "us-east-1";

    /// <summary>With <see cref="SecretKey"/>; without both the credentials of the environment are used.</summary>
    public string AccessKey { get; set; } = "";

    public string SecretKey { get; set; } = "";

    /// <summary>Encryption that the service does: <c>AES256</c>, <c>aws:kms</c>, or empty for none beside our own.</summary>
    public string ServerSideEncryption { get; set; } = "";

    /// <summary>The key of the service's key management, with <c>aws:kms</c>.</summary>
    public string ServerSideEncryptionKeyId { get; set; } = "";

    /// <summary>Whether an answer means that the object store has the instance too, and not only that the local disk has it.</summary>
    public bool AnswerWhenThere { get; set; }

    /// <summary>With <see cref="AnswerWhenThere"/>: how long an instance waits for a service that does not answer.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Bytes of packs that stay in the folder after they were sent; the oldest go first.</summary>
    public long KeepHereBytes { get; set; } = 20L * 1024 * 1024 * 1024;

    /// <summary>Bytes that were read back and are kept for the next reader.</summary>
    public long CacheBytes { get; set; } = 4L * 1024 * 1024 * 1024;
}
