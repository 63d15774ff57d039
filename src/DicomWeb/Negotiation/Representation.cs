namespace CloudPacs.DicomWeb.Negotiation;

/// <summary>One form in which a resource can be had.</summary>
/// <param name="MediaType">Of the thing itself, also when it is a part.</param>
/// <param name="Packaging">Alone or as a part.</param>
/// <param name="TransferSyntax">UID; null where there is none, as of JSON and of rendered images.</param>
/// <param name="IsStored">The bytes are those that are stored: what <c>transfer-syntax=*</c> asks for (PS3.18 8.7.3.5.2).</param>
public sealed record Representation(
    string MediaType, Packaging Packaging = Packaging.Single, string? TransferSyntax = null, bool IsStored = false)
{
    /// <summary>
    /// Content-Type of the thing, as the body or as a part. The UID stands without quotation marks: clients read it as it is.
    /// </summary>
    public string ItemType => TransferSyntax is null ? MediaType : $"{MediaType}; transfer-syntax={TransferSyntax}";

    /// <summary>Pixel data of an image, whose media type follows from the syntax.</summary>
    internal bool IsPixels => TransferSyntax is not null && MediaType != MediaTypes.Dicom;

    /// <summary>Content-Type of a body of parts.</summary>
    public string MultipartType(string boundary) => $"{MediaTypes.Multipart}; type=\"{MediaType}\"; boundary={boundary}";

    /// <summary>As a caller may ask for it.</summary>
    public override string ToString() => Packaging == Packaging.Single
        ? ItemType
        : $"{MediaTypes.Multipart}; type=\"{MediaType}\"" + (TransferSyntax is null ? "" : $"; transfer-syntax={TransferSyntax}");
}
