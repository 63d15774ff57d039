namespace CloudPacs.Store.Reports;

/// <summary>A text, a PDF, a picture or a pointer that shows a report to people.</summary>
public sealed record ReportDocument
{
    /// <summary>MIME type; null when it is not known.</summary>
    public string? ContentType { get; init; }

    public string? Title { get; init; }

    /// <summary>Where it is to be had, when it was not sent itself.</summary>
    public string? Url { get; init; }

    /// <summary>Number of its bytes.</summary>
    public long Size { get; init; }

    /// <summary>SHA-1 of its bytes in base 64.</summary>
    public string? Hash { get; init; }

    /// <summary>Set when it is too large for a row; made of its bytes, so that the same content has the same id.</summary>
    public Guid? BlobId { get; init; }

    /// <summary>Its bytes; null for a pointer. May be asked more than once, as long as what brought it is in hand.</summary>
    public Func<Stream>? Open { get; init; }
}
