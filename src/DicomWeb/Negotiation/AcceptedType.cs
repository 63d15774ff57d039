using System.Globalization;

namespace CloudPacs.DicomWeb.Negotiation;

/// <summary>One entry of an Accept header or of the <c>accept</c> parameter.</summary>
/// <param name="MediaType">Of the thing itself (the <c>type</c> of multipart/related), by its standard name; <c>*/*</c> for any.</param>
/// <param name="Packaging">Null when the entry has a wild card for it.</param>
/// <param name="TransferSyntax">A UID, or <c>*</c> for what is stored; null when the entry does not say.</param>
/// <param name="Quality">From 0 (never) to 1.</param>
public sealed record AcceptedType(string MediaType, Packaging? Packaging, string? TransferSyntax, double Quality)
{
    private const string Any = "*/*";

    /// <summary>Reads what a caller accepts (PS3.18 8.7.4 and 8.7.5). Entries that cannot be understood are passed over.</summary>
    /// <param name="header">The Accept header, several of them joined with commas; null or empty = anything.</param>
    /// <param name="parameter">
    /// The <c>accept</c> query parameter, decoded; it wins over the header and has no wild cards. Null when it was not given.
    /// </param>
    public static IReadOnlyList<AcceptedType> Read(string? header, string? parameter = null)
    {
        if (!string.IsNullOrWhiteSpace(parameter))
        {
            // A plus sign that was not escaped arrives as a blank.
            var text = parameter.Replace("dicom json", "dicom+json", StringComparison.OrdinalIgnoreCase)
                .Replace("dicom xml", "dicom+xml", StringComparison.OrdinalIgnoreCase);
            var named = ReadEntries(text).Where(static type => !type.MediaType.Contains('*', StringComparison.Ordinal)).ToList();
            if (named.Count > 0) return named;
        }

        return string.IsNullOrWhiteSpace(header) ? [new(Any, null, null, 1)] : [.. ReadEntries(header)];
    }

    /// <summary>How closely the entry names the representation; -1 when it does not mean it.</summary>
    internal int Fit(Representation offer)
    {
        // Data sets as XML are parts of a multipart body; callers ask for the bare type too.
        if (Packaging is { } packaging && packaging != offer.Packaging && offer.MediaType != MediaTypes.Xml) return -1;
        var type = FitOfType(offer);
        if (type < 0) return -1;
        return TransferSyntax switch
        {
            null => type,
            "*" => offer.IsStored || offer.TransferSyntax is null ? type + 1 : -1,
            var syntax => offer.TransferSyntax == syntax ? type + 1 : -1,
        };
    }

    private int FitOfType(Representation offer)
    {
        if (MediaType == Any) return 0;
        if (MediaType.EndsWith("/*", StringComparison.Ordinal))
            return offer.MediaType.StartsWith(MediaType.AsSpan(0, MediaType.Length - 1), StringComparison.Ordinal) ? 2 : -1;
        if (offer.MediaType == MediaType) return 4;
        // Viewers ask for bytes of any, or of a compressed, syntax; the type of the answer is that of the syntax.
        return MediaType == MediaTypes.Bytes && TransferSyntax is not null && offer.IsPixels ? 4 : -1;
    }

    private static IEnumerable<AcceptedType> ReadEntries(string text) =>
        MediaTypeText.ReadList(text).Select(Of).OfType<AcceptedType>();

    private static AcceptedType? Of(MediaTypeText entry)
    {
        var quality = entry["q"] is { } q
            && double.TryParse(q, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? Math.Clamp(number, 0, 1)
            : 1;
        var syntax = Syntax(entry);
        if (!entry.Type.StartsWith("multipart/", StringComparison.Ordinal))
        {
            var isOpen = entry.Type.Contains('*', StringComparison.Ordinal);
            return new(MediaTypes.Canonical(entry.Type), isOpen ? null : Negotiation.Packaging.Single, syntax, quality);
        }

        if (entry.Type is not (MediaTypes.Multipart or "multipart/*")) return null;
        if (entry["type"] is not { } type || type == "*")
            return new(Any, Negotiation.Packaging.Multipart, syntax, quality);
        // Some put the syntax inside of the quotation marks.
        return MediaTypeText.Read(type) is { } inner
            ? new(MediaTypes.Canonical(inner.Type), Negotiation.Packaging.Multipart, syntax ?? Syntax(inner), quality)
            : null;
    }

    private static string? Syntax(MediaTypeText type) =>
        type["transfer-syntax"]?.Trim(' ', '"', '\'') is { Length: > 0 } syntax ? syntax : null;
}
