using CloudPacs.Dicom;

namespace CloudPacs.DicomWeb.Negotiation;

/// <summary>Media types by name, and which of them pixel data of a transfer syntax travel as (PS3.18 table 8.7.3-5).</summary>
public static partial class MediaTypes
{
    public const string Dicom = "application/dicom";
    public const string Json = "application/dicom+json";
    public const string Xml = "application/dicom+xml";
    public const string Multipart = "multipart/related";
    public const string Bytes = "application/octet-stream";
    public const string Jpeg = "image/jpeg";
    public const string Png = "image/png";
    public const string Gif = "image/gif";
    public const string Jp2 = "image/jp2";
    public const string Pdf = "application/pdf";

    /// <summary>The standard's name for a type that clients name otherwise; lower case.</summary>
    public static string Canonical(string mediaType)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        var lower = mediaType.ToLowerInvariant();
        return Aliases.GetValueOrDefault(lower, lower);
    }

    /// <summary>What pixel data of that syntax travel as; null when the table does not have it.</summary>
    public static string? OfSyntax(string syntax) => BySyntax.GetValueOrDefault(syntax);

    /// <summary>The syntax that pixel data of the type are in when nothing says so; null when they are of no such type.</summary>
    public static string? DefaultSyntax(string mediaType)
    {
        var canonical = Canonical(mediaType);
        foreach (var row in Pixels)
            if (row.MediaType == canonical) return row.Syntaxes[0];
        return null;
    }

    /// <summary>Native little endian, explicit VR, whatever the data set is stored as: no codec is needed to make it so.</summary>
    internal static bool IsNative(string syntax) =>
        TransferSyntax.FromUid(syntax) is { IsEncapsulated: false, IsDeflated: false };
}
