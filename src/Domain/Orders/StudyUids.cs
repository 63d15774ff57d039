using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.Store;

namespace CloudPacs.Domain.Orders;

/// <summary>Study Instance UIDs for procedures that come without one.</summary>
internal static partial class StudyUids
{
    private const int MaxLength = 64;

    /// <summary>
    /// The name that a derived UID follows from: the first key that the command itself gave, so that a repetition gives the same UID.
    /// </summary>
    public static string Name(OrderKeys keys, Identifier accession, bool accessionIsGiven, int setId, string? authority)
    {
        if (accessionIsGiven) return $"{Authorities.Name(accession)}|{accession.Value}";
        if (keys.RequestedProcedureId is { } procedureId) return $"{authority}|{procedureId}";
        if ((keys.Placer ?? keys.Filler) is { } number)
            return $"{Authorities.Name(number)}|{number.Value}|{setId.ToString(CultureInfo.InvariantCulture)}";
        return $"{Authorities.Name(accession)}|{accession.Value}";
    }

    /// <summary>2.25 and the decimal of the version 5 UUID of a name.</summary>
    public static string Derive(Guid space, string name) => DerivedUids.Uid(DerivedUids.Uuid(space, name));

    /// <summary>2.25 and the decimal of a version 4 UUID.</summary>
    public static string MakeRandom()
    {
        Span<byte> bits = stackalloc byte[16];
        RandomNumberGenerator.Fill(bits);
        bits[6] = (byte)((bits[6] & 0x0F) | 0x40);
        bits[8] = (byte)((bits[8] & 0x3F) | 0x80);
        return DerivedUids.Uid(new Guid(bits, bigEndian: true));
    }

    /// <summary>Organisation root, time of receipt and a number; null when the root is no UID or leaves no room.</summary>
    public static string? FromRoot(string? root, DateTime now, string number)
    {
        var uid = $"{root}.{now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}.{number}";
        return root is not null && uid.Length <= MaxLength && Syntax().IsMatch(uid) ? uid : null;
    }

    [GeneratedRegex(@"^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*$")]
    private static partial Regex Syntax();
}
