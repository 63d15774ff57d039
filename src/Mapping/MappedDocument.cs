namespace CloudPacs.Mapping;

/// <summary>A text, a PDF, a picture or a pointer that shows a report. Its bytes stay where the message has them.</summary>
public sealed record MappedDocument
{
    /// <summary>MIME type; null when it is not known.</summary>
    public string? ContentType { get; init; }

    public string? Title { get; init; }

    /// <summary>Where it is to be had; null when it was sent itself.</summary>
    public string? Url { get; init; }

    /// <summary>Number of its bytes.</summary>
    public long Size { get; init; }

    /// <summary>SHA-1 in base 64, as FHIR Attachment.hash wants it.</summary>
    public string? Hash { get; init; }

    /// <summary>Made of its bytes (SHA-256): the same content has the same id.</summary>
    public Guid ContentId { get; init; }

    /// <summary>Reads its bytes, decoded; null for a pointer. The message must not have been loaded again.</summary>
    public Func<Stream>? Open { get; init; }
}
