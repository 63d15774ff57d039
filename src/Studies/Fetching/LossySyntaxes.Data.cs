using System.Collections.Frozen;

namespace CloudPacs.Studies.Fetching;

/// <summary>
/// Transfer syntaxes in which an image may have lost something, with the defined term of the method (PS3.3 C.7.6.1.1.5.1).
/// </summary>
internal static class LossySyntaxes
{
    private const string S = "1.2.840.10008.1.2.4.";

    private static readonly FrozenDictionary<string, string> Methods = new Dictionary<string, string>
    {
        [S + "50"] = "ISO_10918_1",
        [S + "51"] = "ISO_10918_1",
        [S + "81"] = "ISO_14495_1",
        [S + "91"] = "ISO_15444_1",
        [S + "93"] = "ISO_15444_2",
        [S + "203"] = "ISO_15444_15",
        [S + "112"] = "ISO_18181_1",
        [S + "100"] = "ISO_13818_2",
        [S + "101"] = "ISO_13818_2",
        [S + "102"] = "ISO_14496_10",
        [S + "103"] = "ISO_14496_10",
        [S + "104"] = "ISO_14496_10",
        [S + "105"] = "ISO_14496_10",
        [S + "106"] = "ISO_14496_10",
        [S + "107"] = "ISO_23008_2",
        [S + "108"] = "ISO_23008_2",
    }.ToFrozenDictionary();

    /// <summary>The method by which images of the syntax may have lost something; null when the syntax keeps everything.</summary>
    public static string? MethodOf(string transferSyntaxUid) => Methods.GetValueOrDefault(transferSyntaxUid);
}
