namespace CloudPacs.Integration.DicomWeb;

/// <summary>Media types of the forms.</summary>
internal static class DicomWebForms
{
    public const string Json = "application/dicom+json";
    public const string Xml = "application/dicom+xml";

    /// <summary>JSON unless XML is asked for (PS3.18 8.7.5); null when neither is wanted.</summary>
    public static DicomWebForm? Accepted(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0) return DicomWebForm.Json;
        foreach (var type in accepted.OrderByDescending(static type => type.Quality ?? 1))
        {
            switch (type.MediaType.Value)
            {
                case "*/*" or "application/*" or "application/json" or Json: return DicomWebForm.Json;
                case Xml or "multipart/related": return DicomWebForm.Xml;
            }
        }

        return null;
    }

    /// <summary>The form of a body or of a part of one, by its Content-Type; null when it is another.</summary>
    public static DicomWebForm? Of(string? mediaType) => mediaType?.ToLowerInvariant() switch
    {
        Json or "application/json" => DicomWebForm.Json,
        Xml or "application/xml" => DicomWebForm.Xml,
        _ => null,
    };
}
