using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace CloudPacs.Fhir.Formats;

/// <summary>The text of an XML document and a reader over it that knows where in the text it is.</summary>
internal sealed class XmlSource
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly string _text;
    private List<int>? _lines;

    public XmlSource(ReadOnlyMemory<byte> xml)
    {
        try
        {
            _text = Strict.GetString(xml.Span is [0xEF, 0xBB, 0xBF, ..] ? xml.Span[3..] : xml.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new FhirFormatException("", "The text is not UTF-8.");
        }

        Reader = XmlReader.Create(new StringReader(_text), Narrative.Reading);
    }

    public XmlReader Reader { get; }

    public int Length => _text.Length;

    private IXmlLineInfo Line => (IXmlLineInfo)Reader;

    /// <summary>The attributes of the element but namespaces and hints for schema validation.</summary>
    public IEnumerable<(string Name, string Value)> Attributes()
    {
        for (var more = Reader.MoveToFirstAttribute(); more; more = Reader.MoveToNextAttribute())
        {
            if (Reader.NamespaceURI is "http://www.w3.org/2000/xmlns/" or "http://www.w3.org/2001/XMLSchema-instance") continue;
            yield return (Reader.Name, Reader.Value);
        }

        Reader.MoveToElement();
    }

    /// <summary>The div of a narrative as it stands in the document, or written anew where its names have prefixes.</summary>
    public string ReadDiv()
    {
        var isSelfContained = Reader.GetAttribute("xmlns") == Narrative.Namespace
            && ((IXmlNamespaceResolver)Reader).GetNamespacesInScope(XmlNamespaceScope.ExcludeXml).Keys
                .All(static prefix => prefix.Length == 0);
        if (!isSelfContained) return WithoutPrefixes();
        var start = Offset() - 1;
        Reader.Skip();
        // What is read next begins behind the end of the div, with signs of its own before the place that the reader names.
        var end = _text.LastIndexOf('>', Offset() - 1 - SignsBefore(Reader.NodeType));
        return _text[start..(end + 1)];
    }

    private string WithoutPrefixes()
    {
        XElement div;
        using (var inside = Reader.ReadSubtree()) div = XElement.Load(inside, LoadOptions.PreserveWhitespace);
        Reader.Read();
        div.DescendantsAndSelf().Attributes().Where(static attribute => attribute.IsNamespaceDeclaration).Remove();
        return div.ToString(SaveOptions.DisableFormatting);
    }

    public FhirFormatException Wrong(CurrentPlace path, string problem) => new(
        string.Create(CultureInfo.InvariantCulture, $"{path} (line {Line.LineNumber}, column {Line.LinePosition})"), problem);

    private static int SignsBefore(XmlNodeType node) => node switch
    {
        XmlNodeType.Element => 1,
        XmlNodeType.EndElement or XmlNodeType.ProcessingInstruction => 2,
        XmlNodeType.Comment => 4,
        XmlNodeType.CDATA => 9,
        _ => 0,
    };

    private int Offset()
    {
        _lines ??= StartsOfLines();
        return _lines[Line.LineNumber - 1] + Line.LinePosition - 1;
    }

    private List<int> StartsOfLines()
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < _text.Length; i++)
        {
            if (_text[i] == '\n' || (_text[i] == '\r' && !(i + 1 < _text.Length && _text[i + 1] == '\n'))) starts.Add(i + 1);
        }

        return starts;
    }
}
