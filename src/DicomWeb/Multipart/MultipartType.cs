using CloudPacs.DicomWeb.Negotiation;

namespace CloudPacs.DicomWeb.Multipart;

/// <summary>Content-Type of a multipart body.</summary>
/// <param name="Boundary">Without quotation marks.</param>
/// <param name="RootType">Media type of the first part, and of those that do not name theirs; lower case, null when it is not said.</param>
public sealed record MultipartType(string Boundary, string? RootType)
{
    public static bool IsMultipart(MediaTypeText type) =>
        type is not null && type.Type.StartsWith("multipart/", StringComparison.Ordinal);

    /// <summary>Null when it is not multipart/related, or has no boundary that can be used.</summary>
    public static MultipartType? Of(MediaTypeText type)
    {
        if (type is null || type.Type != MediaTypes.Multipart) return null;
        if (type["boundary"] is not { } boundary || !Multipart.Boundary.IsUsable(boundary)) return null;
        return new(boundary, MediaTypeText.Read(type["type"])?.Type);
    }
}
