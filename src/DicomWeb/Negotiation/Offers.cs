using CloudPacs.Dicom;

namespace CloudPacs.DicomWeb.Negotiation;

/// <summary>What a resource can be had as, the default first.</summary>
public static partial class Offers
{
    private static readonly string Explicit = TransferSyntax.ExplicitVrLittleEndian.Uid;

    /// <summary>Forms that do not depend on how anything is stored: metadata, matches, store responses.</summary>
    public static IReadOnlyList<Representation> Of(Resource resource) => Table.TryGetValue(resource, out var row)
        ? row
        : throw new ArgumentException($"{resource} has forms that follow from what is stored.", nameof(resource));

    /// <summary>Forms of a rendered resource that can be made here.</summary>
    /// <param name="canWrite">Whether there is an encoder for the media type, or the bytes are stored as such.</param>
    public static IReadOnlyList<Representation> Rendered(Resource resource, Func<string, bool> canWrite) =>
        [.. Of(resource).Where(form => canWrite(form.MediaType))];

    /// <summary>
    /// One instance, or one of several (PS3.18 8.7.3.5.2): explicit little endian where that loses nothing and can be made, else as stored.
    /// Implicit little endian and explicit big endian never travel (8.7.3): they are rewritten, and count as stored.
    /// </summary>
    /// <param name="storedSyntax">Transfer syntax UID of the instance.</param>
    /// <param name="canDecode">Whether its pixel data can be made native; of no matter when they are, deflated or not.</param>
    /// <param name="isLossy">They were compressed with loss: decoding them would only make them larger.</param>
    /// <param name="isOne">The request is about one instance: it may travel without parts.</param>
    public static IReadOnlyList<Representation> Objects(string storedSyntax, bool canDecode, bool isLossy, bool isOne)
    {
        if (MediaTypes.IsNative(storedSyntax)) return Both(MediaTypes.Dicom, Explicit, true, isOne);
        var stored = Both(MediaTypes.Dicom, storedSyntax, true, isOne);
        var isDeflated = storedSyntax == TransferSyntax.DeflatedExplicitVrLittleEndian.Uid;
        if (!canDecode && !isDeflated) return stored;
        var decoded = Both(MediaTypes.Dicom, Explicit, false, isOne);
        return isLossy ? [.. stored, .. decoded] : [.. decoded, .. stored];
    }

    /// <summary>Frames or all pixel data of an instance: as stored, and decoded where they can be.</summary>
    /// <param name="storedSyntax">Transfer syntax UID of the instance.</param>
    /// <param name="canDecode">Whether its pixel data can be made native; of no matter when they are.</param>
    /// <param name="isOne">One frame: it may travel without parts.</param>
    public static IReadOnlyList<Representation> Frames(string storedSyntax, bool canDecode, bool isOne)
    {
        if (MediaTypes.IsNative(storedSyntax) || storedSyntax == TransferSyntax.DeflatedExplicitVrLittleEndian.Uid)
            return Both(MediaTypes.Bytes, Explicit, true, isOne);
        var stored = Both(MediaTypes.OfSyntax(storedSyntax) ?? MediaTypes.Bytes, storedSyntax, true, isOne);
        return canDecode ? [.. stored, .. Both(MediaTypes.Bytes, Explicit, false, isOne)] : stored;
    }

    /// <summary>A value that is not pixel data: as its own type where it has one (a PDF), and as bytes.</summary>
    public static IReadOnlyList<Representation> BulkData(string? mediaType, bool isOne)
    {
        var bytes = Both(MediaTypes.Bytes, null, true, isOne);
        return mediaType is null or MediaTypes.Bytes ? bytes : [.. Both(mediaType.ToLowerInvariant(), null, true, isOne), .. bytes];
    }

    private static Representation[] Both(string mediaType, string? syntax, bool isStored, bool isOne)
    {
        var parts = new Representation(mediaType, Packaging.Multipart, syntax, isStored);
        return isOne ? [parts, parts with { Packaging = Packaging.Single }] : [parts];
    }
}
