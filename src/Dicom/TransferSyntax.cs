using System.Collections.Frozen;

namespace CloudPacs.Dicom;

/// <summary>
/// How a data set is written as bytes (PS3.5 section 10); all compressed syntaxes are explicit little endian outside the pixel data.
/// </summary>
public sealed class TransferSyntax
{
    private static readonly Lazy<FrozenDictionary<string, TransferSyntax>> Others = new(Load);

    private TransferSyntax(
        string uid, string name, bool isExplicitVr = true, bool isBigEndian = false, bool isDeflated = false, bool isEncapsulated = false)
    {
        Uid = uid;
        Name = name;
        IsExplicitVr = isExplicitVr;
        IsBigEndian = isBigEndian;
        IsDeflated = isDeflated;
        IsEncapsulated = isEncapsulated;
    }

    public static TransferSyntax ImplicitVrLittleEndian { get; } = new(
        "1.2.840.10008.1.2", "Implicit VR Little Endian", isExplicitVr: false);

    public static TransferSyntax ExplicitVrLittleEndian { get; } = new("1.2.840.10008.1.2.1", "Explicit VR Little Endian");

    public static TransferSyntax DeflatedExplicitVrLittleEndian { get; } = new(
        "1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", isDeflated: true);

    public static TransferSyntax ExplicitVrBigEndian { get; } = new("1.2.840.10008.1.2.2", "Explicit VR Big Endian", isBigEndian: true);

    public string Uid { get; }

    public string Name { get; }

    public bool IsExplicitVr { get; }

    public bool IsBigEndian { get; }

    /// <summary>The whole data set is one raw deflate stream (RFC 1951).</summary>
    public bool IsDeflated { get; }

    /// <summary>Pixel data are fragments in a sequence of items (PS3.5 A.4).</summary>
    public bool IsEncapsulated { get; }

    /// <summary>The syntax of that UID, trailing NUL and space ignored; null when PS3.6 (2024d) does not list it.</summary>
    public static TransferSyntax? FromUid(string uid)
    {
        var key = uid.TrimEnd('\0', ' ');
        return key switch
        {
            "1.2.840.10008.1.2" => ImplicitVrLittleEndian,
            "1.2.840.10008.1.2.1" => ExplicitVrLittleEndian,
            "1.2.840.10008.1.2.1.99" => DeflatedExplicitVrLittleEndian,
            "1.2.840.10008.1.2.2" => ExplicitVrBigEndian,
            _ => Others.Value.GetValueOrDefault(key),
        };
    }

    /// <summary>A private syntax: by common use explicit little endian with encapsulated pixel data.</summary>
    internal static TransferSyntax Unlisted(string uid) => new(uid, "Unlisted", isEncapsulated: true);

    public override string ToString() => Name;

    private static FrozenDictionary<string, TransferSyntax> Load() => UidDictionary.All
        .Where(entry => entry.Type == "Transfer Syntax" && !entry.Uid.StartsWith("1.2.840.10008.1.2.6.", StringComparison.Ordinal))
        .Where(entry => entry.Uid != ImplicitVrLittleEndian.Uid && entry.Uid != ExplicitVrLittleEndian.Uid
            && entry.Uid != DeflatedExplicitVrLittleEndian.Uid && entry.Uid != ExplicitVrBigEndian.Uid)
        .Select(entry => new TransferSyntax(entry.Uid, entry.Name,
            isExplicitVr: entry.Uid != "1.2.840.10008.1.20", // Papyrus 3
            isDeflated: entry.Uid is "1.2.840.10008.1.2.4.95" or "1.2.840.10008.1.2.4.205",
            isEncapsulated: entry.Uid.StartsWith("1.2.840.10008.1.2.4.", StringComparison.Ordinal)
                || entry.Uid is "1.2.840.10008.1.2.5" or "1.2.840.10008.1.2.1.98" or "1.2.840.10008.1.2.8.1"))
        .ToFrozenDictionary(syntax => syntax.Uid);
}
