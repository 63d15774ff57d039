using System.Net;
using System.Text.RegularExpressions;
using System.Xml;

namespace CloudPacs.Fhir.Formats;

/// <summary>The XHTML of a narrative, which is XML in both formats (FHIR R4 narrative.html 2.4.0).</summary>
internal static partial class Narrative
{
    public const string Namespace = "http://www.w3.org/1999/xhtml";

    /// <summary>How XML is read here: no document type, nothing from elsewhere.</summary>
    public static readonly XmlReaderSettings Reading = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>The div of a narrative as a part of an XML document: its text as it is.</summary>
    /// <exception cref="XmlException">It is not well-formed, or something else than a div.</exception>
    public static string AsXml(string div)
    {
        var text = div.Trim();
        if (!text.StartsWith("<div", StringComparison.Ordinal)) throw new XmlException("it does not begin with <div");
        text = NamedEntity().Replace(text, Numbered);
        using var reader = XmlReader.Create(new StringReader(text), Reading);
        reader.Read();
        if (reader.LocalName != "div" || reader.NamespaceURI != Namespace) throw new XmlException("its div is not of XHTML");
        reader.Skip();
        while (!reader.EOF)
        {
            if (reader.NodeType != XmlNodeType.Whitespace) throw new XmlException("something follows its div");
            reader.Read();
        }

        return text;
    }

    /// <summary>The names that HTML has and XML has not become numbers.</summary>
    private static string Numbered(Match entity) => WebUtility.HtmlDecode(entity.Value) is var text && text == entity.Value
        ? entity.Value
        : string.Concat(text.EnumerateRunes().Select(static rune => $"&#{rune.Value};"));

    [GeneratedRegex("&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]*;")]
    private static partial Regex NamedEntity();
}
