using System.Text;

namespace CloudPacs.Hl7v2;

/// <summary>A character set of HL7 table 0211 (or seen in its place).</summary>
internal sealed class CharacterSet(string label, Encoding encoding)
{
    public static readonly CharacterSet AsciiSet = new("ASCII", Encoding.Latin1);
    public static readonly CharacterSet Utf8 = new("UNICODE UTF-8", Encoding.UTF8);
    public static readonly CharacterSet Latin1 = new("8859/1", Encoding.Latin1);

    /// <summary>As written in MSH-18.</summary>
    public string Label { get; } = label;

    public Encoding Encoding { get; } = encoding;

    public static CharacterSet? Find(string label) => label switch
    {
        "ASCII" => AsciiSet,
        "UNICODE UTF-8" => Utf8,
        "8859/1" => Latin1,
        _ => null,
    };
}
