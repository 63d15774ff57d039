using System.Net;
using System.Text;
using System.Xml;

namespace CloudPacs.Fhir.Validation;

/// <summary>
/// The text of a resource (FHIR R4 narrative.html 2.4): XHTML in one div, which must be well-formed to be sent as XML, and in which nothing
/// is active where it is shown.
/// </summary>
internal static class NarrativeRules
{
    private const string Xhtml = "http://www.w3.org/1999/xhtml";

    private const int LongestEntity = 34;

    /// <summary>What a narrative must not have (narrative.html 2.4.1), and what does the same by another name.</summary>
    private static readonly HashSet<string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        "head", "body", "link", "script", "base", "meta", "frame", "frameset", "iframe", "object", "embed", "applet",
        "form", "input", "button", "select", "textarea",
    };

    private static readonly string[] ActiveSchemes = ["javascript:", "vbscript:"];

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
            do
            {
                if (xml.NodeType == XmlNodeType.Element && !IsPassive(xml)) return false;
            }
            while (xml.Read());

            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static bool IsPassive(XmlReader element)
    {
        if (Refused.Contains(element.LocalName)) return false;
        for (var isThere = element.MoveToFirstAttribute(); isThere; isThere = element.MoveToNextAttribute())
        {
            if (element.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)) return false;
            // Browsers pass over white space and control characters in the name of a scheme.
            var value = string.Concat(element.Value.Where(static sign => sign > ' '));
            if (Array.Exists(ActiveSchemes, scheme => value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))) return false;
        }

        element.MoveToElement();
        return true;
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
