using CloudPacs.DicomWeb.Negotiation;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.DicomWeb;

/// <summary>Media types of the forms.</summary>
public static class DicomWebForms
{
    /// <summary>JSON unless XML is asked for (PS3.18 8.7.5); null when neither is wanted.</summary>
    public static DicomWebForm? Accepted(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var accepted = AcceptedType.Read(request.Headers.Accept.ToString(), request.Query["accept"]);
        return Negotiator.Choose(accepted, Offers.Of(Resource.Matches)).Chosen is { } chosen ? Of(chosen.MediaType) : null;
    }

    /// <summary>The form of a body or of a part of one, by its Content-Type; null when it is another.</summary>
    public static DicomWebForm? Of(string? mediaType) => mediaType is null ? null : MediaTypes.Canonical(mediaType) switch
    {
        MediaTypes.Json => DicomWebForm.Json,
        MediaTypes.Xml or "application/xml" => DicomWebForm.Xml,
        _ => null,
    };
}
