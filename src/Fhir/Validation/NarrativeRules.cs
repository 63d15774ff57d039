using System.Net;
using System.Text;
using System.Xml;

namespace CloudPacs.Fhir.Validation;

/// <summary>The text of a resource (FHIR R4 narrative.html 2.4): XHTML in one div, which must be well-formed to be sent as XML.</summary>
internal static class NarrativeRules
{
    private const string Xhtml = "http://www.w3.org/1999/xhtml";

    private const int LongestEntity = 34;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, ConformanceLevel = ConformanceLevel.Document, CheckCharacters = true,
    };

    public static bool IsDiv(ReadOnlySpan<byte> value)
    {
        var text = value.TrimStart(" \t\r\n"u8);
        if (!text.StartsWith("<div"u8) || !text.TrimEnd(" \t\r\n"u8).EndsWith(">"u8)) return false;
        try
        {
            using var xml = XmlReader.Create(new StringReader(WithoutNamedEntities(Encoding.UTF8.GetString(text))), Settings);
            if (xml.MoveToContent() != XmlNodeType.Element || xml.LocalName != "div" || xml.NamespaceURI != Xhtml) return false;
            while (xml.Read())
            {
            }

            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    /// <summary>Names of characters that HTML has and XML has not are allowed in a narrative (narrative.html 2.4.0).</summary>
    private static string WithoutNamedEntities(string text)
    {
        if (!text.Contains('&', StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        for (int at; (at = rest.IndexOf('&')) >= 0;)
        {
            result.Append(rest[..at]);
            rest = rest[at..];
            var end = rest[..Math.Min(rest.Length, LongestEntity)].IndexOf(';') + 1;
            var meant = end == 0 || rest[..end] is "&amp;" or "&lt;" or "&gt;" or "&quot;" or "&apos;" || rest[1] == '#'
                ? "" : WebUtility.HtmlDecode(rest[..end].ToString());
            if (meant.Length is 1 or 2 && meant[0] != '&') result.Append(meant);
            else result.Append(rest[..Math.Max(end, 1)]);
            rest = rest[Math.Max(end, 1)..];
        }

        return result.Append(rest).ToString();
    }
}
