namespace CloudPacs.Archive;

/// <summary>When the place of an instance is told.</summary>
public enum Durability
{
    /// <summary>When it is on the local disk; the object store follows.</summary>
    Here,

    /// <summary>When the object store has it too.</summary>
    There,
}

/// <summary>An object store with the S3 protocol. Without an access key the credentials of the environment are used.</summary>
public sealed record ObjectStoreOptions
{
    private const long GiB = 1024L * 1024 * 1024;

    public required string Bucket { get; init; }

    /// <summary>What the keys of the objects begin with, such as <c>hospital/</c>.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Address of a service other than Amazon's; buckets are then part of the path.</summary>
    public Uri? Service { get; init; }

    public string Region { get; init; } = "us-east-1";

    public string? AccessKey { get; init; }

    public string? SecretKey { get; init; }

    /// <summary>Encryption that the service does: <c>AES256</c>, <c>aws:kms</c>, or null for none beside our own.</summary>
    public string? ServerSideEncryption { get; init; }

    /// <summary>The key of the service's key management, with <c>aws:kms</c>.</summary>
    public string? ServerSideEncryptionKeyId { get; init; }

    public Durability AnswerWhen { get; init; } = Durability.Here;

    /// <summary>With <see cref="Durability.There"/>: how long an instance waits for a service that does not answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Bytes of uploaded packs that stay in the folder; the oldest go first.</summary>
    public long KeepHereBytes { get; init; } = 20 * GiB;

    /// <summary>Bytes of blocks that were read back and are kept for the next reader.</summary>
    public long CacheBytes { get; init; } = 4 * GiB;
}
