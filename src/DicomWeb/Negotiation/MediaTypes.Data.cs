using System.Collections.Frozen;

namespace CloudPacs.DicomWeb.Negotiation;

public static partial class MediaTypes
{
    private const string S = "1.2.840.10008.1.2.";

    /// <summary>PS3.18 table 8.7.3-5; the first syntax of a row is the default of the type.</summary>
    private static readonly (string MediaType, string[] Syntaxes)[] Pixels =
    [
        (Bytes, [S + "1", S + "1.98"]),
        (Jpeg, [S + "4.70", S + "4.50", S + "4.51", S + "4.57"]),
        ("image/dicom-rle", [S + "5"]),
        ("image/jls", [S + "4.80", S + "4.81"]),
        (Jp2, [S + "4.90", S + "4.91"]),
        ("image/jpx", [S + "4.92", S + "4.93"]),
        ("image/jphc", [S + "4.201", S + "4.202", S + "4.203"]),
        ("image/jxl", [S + "4.110", S + "4.111", S + "4.112"]),
        ("video/mpeg", [S + "4.100", S + "4.101", S + "4.100.1", S + "4.101.1"]),
        ("video/mp4",
        [
            S + "4.102", S + "4.103", S + "4.104", S + "4.105", S + "4.106", S + "4.102.1", S + "4.103.1", S + "4.104.1", S + "4.105.1", S + "4.106.1",
        ]),
        ("video/h265", [S + "4.107", S + "4.108"]),
        ("application/x-deflate", [S + "8.1"]),
    ];

    private static readonly FrozenDictionary<string, string> BySyntax = Pixels
        .SelectMany(static row => row.Syntaxes.Select(syntax => (syntax, row.MediaType)))
        .ToFrozenDictionary(static pair => pair.syntax, static pair => pair.MediaType);

    /// <summary>Names that clients and servers are seen to use, by the name of the standard.</summary>
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["application/json"] = Json,
        ["image/jpg"] = Jpeg,
        ["image/x-dicom-rle"] = "image/dicom-rle",
        ["image/x-rle"] = "image/dicom-rle",
        ["image/x-jls"] = "image/jls",
        ["image/jhc"] = "image/jphc",
        ["image/jph"] = "image/jphc",
        ["image/j2k"] = Jp2,
        ["image/x-jp2"] = Jp2,
        ["image/j2c"] = Jp2,
        ["video/mpeg2"] = "video/mpeg",
        ["video/hevc"] = "video/h265",
    }.ToFrozenDictionary();
}
