using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Negotiation;

namespace CloudPacs.DicomWeb.Storing;

/// <summary>Content-Type of a store request (PS3.18 10.5.1).</summary>
/// <param name="Form">What the body is made of.</param>
/// <param name="Boundary">Null when it has no parts.</param>
public sealed record StoreType(StoreForm Form, string? Boundary)
{
    /// <summary>A part that names no type, or a body that names none for its parts, is meant as DICOM files.</summary>
    /// <returns>Null with what is wrong: 415, or 400 for a boundary that is none.</returns>
    public static StoreType? Read(string? contentType, out int status, out string fault)
    {
        (status, fault) = (415, $"The body must be {MediaTypes.Dicom}, or {MediaTypes.Multipart} with {MediaTypes.Dicom}, "
            + $"{MediaTypes.Json} or {MediaTypes.Xml} as its type.");
        if (MediaTypeText.Read(contentType) is not { } type) return null;
        if (type.Type != MediaTypes.Multipart)
            return FormOf(type.Type) is { } alone ? new(alone == StoreForm.Files ? StoreForm.File : alone, null) : null;
        if (FormOf(MediaTypeText.Read(type["type"])?.Type ?? MediaTypes.Dicom) is not { } form) return null;
        if (MultipartType.Of(type) is { } multipart) return new(form, multipart.Boundary);
        (status, fault) = (400, $"The Content-Type must name a boundary of 1 to {Multipart.Boundary.MaxCharacters} characters.");
        return null;
    }

    /// <summary>What a part is, by its headers.</summary>
    public StorePart PartOf(PartHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var type = MediaTypeText.Read(headers.ContentType);
        if (type is null && headers.ContentType is not null) return StorePart.Unsupported;
        if (Form is StoreForm.Files or StoreForm.File)
            return type is null || type.Type is MediaTypes.Dicom or MediaTypes.Bytes ? StorePart.File : StorePart.Unsupported;
        if (headers.ContentLocation is not null) return StorePart.BulkData;
        return type is null || FormOf(type.Type) == Form ? StorePart.Metadata : StorePart.Unsupported;
    }

    private static StoreForm? FormOf(string mediaType) => MediaTypes.Canonical(mediaType) switch
    {
        MediaTypes.Dicom => StoreForm.Files,
        MediaTypes.Json => StoreForm.Json,
        MediaTypes.Xml => StoreForm.Xml,
        _ => null,
    };
}
