using System.Collections.Frozen;
using CloudPacs.Pixels.Decoding;
using CloudPacs.Pixels.Isolation;
using CloudPacs.Pixels.Jpeg;
using CloudPacs.Pixels.Libraries;

namespace CloudPacs.Pixels;

/// <summary>
/// Which transfer syntaxes can be decoded on this machine. Each codec decodes streams of its own once, at the first question; one that does
/// not give the known picture is not offered.
/// </summary>
public static class PixelCodecs
{
    private static readonly Lazy<FrozenDictionary<string, Offer>> Offers = new(Load);

    /// <summary>UIDs of the syntaxes that can be decoded, in ascending order.</summary>
    public static IReadOnlyList<string> Offered { get; } =
        [.. Offers.Value.Where(offer => offer.Value.Codec != null).Select(offer => offer.Key).Order(StringComparer.Ordinal)];

    /// <summary>Whether frames of that syntax can be decoded here.</summary>
    /// <param name="transferSyntaxUid">As in (0002,0010); trailing padding is ignored.</param>
    /// <param name="whyNot">Words for an administrator; null when it can.</param>
    public static bool CanDecode(string transferSyntaxUid, out string? whyNot)
    {
        ArgumentNullException.ThrowIfNull(transferSyntaxUid);
        var offer = Find(transferSyntaxUid);
        whyNot = offer.WhyNot;
        return offer.Codec != null;
    }

    /// <exception cref="PixelException">There is no decoder.</exception>
    internal static IFrameCodec Require(string uid) => Find(uid) is { Codec: { } codec }
        ? codec
        : throw PixelException.NotSupported(Find(uid).WhyNot!);

    private static Offer Find(string uid)
    {
        var key = uid.TrimEnd('\0', ' ');
        if (Offers.Value.TryGetValue(key, out var offer)) return offer;
        var name = Dicom.TransferSyntax.FromUid(key)?.Name ?? key;
        return new Offer(null, $"No decoder of this project reads frames of the transfer syntax {name}.");
    }

    private static FrozenDictionary<string, Offer> Load()
    {
        const string prefix = "1.2.840.10008.1.2";
        var native = new Offer(new NativeCodec(isBigEndian: false), null);
        var jpeg = new JpegCodec();
        var dct = Test(jpeg, SelfTest.BaselineJpeg, SelfTest.ExtendedJpeg);
        var lossless = Test(jpeg, SelfTest.LosslessJpeg);
        var jpegLs = CharLs.TryLoad(out var noCharLs) != null
            ? Test(new IsolatedCodec(WorkerCodec.CharLs, "JPEG-LS"), SelfTest.JpegLs, SelfTest.NearLosslessJpegLs)
            : new Offer(null, $"JPEG-LS is not decoded here: {noCharLs}.");
        var jpeg2000 = OpenJpeg.TryLoad(out var noOpenJpeg) != null
            ? Test(new IsolatedCodec(WorkerCodec.OpenJpeg, "JPEG 2000"), SelfTest.Jpeg2000, SelfTest.SignedJpeg2000)
            : new Offer(null, $"JPEG 2000 is not decoded here: {noOpenJpeg}.");
        var highThroughput = jpeg2000.Codec == null ? jpeg2000 : Test(jpeg2000.Codec, SelfTest.HighThroughputJpeg2000);

        return new Dictionary<string, Offer>
        {
            [prefix] = native,
            [prefix + ".1"] = native,
            [prefix + ".1.98"] = native,
            [prefix + ".1.99"] = native,
            [prefix + ".2"] = new(new NativeCodec(isBigEndian: true), null),
            [prefix + ".8.1"] = new(new DeflatedCodec(), null),
            [prefix + ".5"] = Test(new RleCodec(), SelfTest.Rle),
            [prefix + ".4.50"] = dct,
            [prefix + ".4.51"] = dct,
            [prefix + ".4.57"] = lossless,
            [prefix + ".4.70"] = lossless,
            [prefix + ".4.80"] = jpegLs,
            [prefix + ".4.81"] = jpegLs,
            [prefix + ".4.90"] = jpeg2000,
            [prefix + ".4.91"] = jpeg2000,
            [prefix + ".4.201"] = highThroughput,
            [prefix + ".4.202"] = highThroughput,
            [prefix + ".4.203"] = highThroughput,
        }.ToFrozenDictionary();
    }

    private static Offer Test(IFrameCodec codec, params SelfTest[] tests)
    {
        foreach (var test in tests)
        {
            if (test.Run(codec) is { } fault)
                return new Offer(null, $"The decoder of {test.Name} is not used, as its self-test failed: {fault}");
        }

        return new Offer(codec, null);
    }

    private sealed record Offer(IFrameCodec? Codec, string? WhyNot);
}
