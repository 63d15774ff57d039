namespace CloudPacs.FhirServer;

/// <summary>Where documents that are too large for a resource are read from.</summary>
public interface IBinaryReader
{
    /// <summary>The bytes, for the caller to dispose, and their MIME type; null when there are none under that id.</summary>
    Task<(Stream Content, string? ContentType)?> OpenAsync(string id, CancellationToken cancellationToken);
}
