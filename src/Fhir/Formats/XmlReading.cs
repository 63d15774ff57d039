using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Formats;

/// <summary>Reads one resource from XML and writes it as JSON; what the standard does not have is refused with its place.</summary>
internal sealed class XmlReading
{
    /// <summary>As XML is sent as JSON, it need not be harmless in HTML.</summary>
    private static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 3 * CurrentPlace.MaxDepth,
    };

    private readonly CurrentPlace _path = new();
    private readonly XmlSource _source;
    private readonly XmlReader _reader;

    public XmlReading(ReadOnlyMemory<byte> xml)
    {
        _source = new XmlSource(xml);
        _reader = _source.Reader;
    }

    public ReadOnlyMemory<byte> ReadDocument()
    {
        var target = new ArrayBufferWriter<byte>(_source.Length + 256);
        try
        {
            using var json = new Utf8JsonWriter(target, Writing);
            _reader.Read();
            if (_reader.NodeType == XmlNodeType.XmlDeclaration && _reader.GetAttribute("encoding") is { } encoding
                && !encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
                throw Wrong("FHIR is written in UTF-8; this says to be written otherwise.");
            _reader.MoveToContent();
            ReadResource(json, isRoot: true);
            _path.Pop();
            while (_reader.Read()) { }
        }
        catch (XmlException e)
        {
            throw new FhirFormatException(_path.ToString(), e.Message.Contains("DTD", StringComparison.Ordinal)
                ? "A resource has no document type definition (DTD)."
                : $"This is not well-formed XML: {e.Message}");
        }

        return target.WrittenMemory;
    }

    /// <summary>From the start of a resource until after its end.</summary>
    private void ReadResource(Utf8JsonWriter json, bool isRoot = false)
    {
        RequireFhir();
        if (FhirDefinitions.Find(_reader.LocalName) is not { IsResource: true, IsAbstract: false } type)
            throw Wrong($"FHIR R4 has no resource type {Shown(_reader.LocalName)}.");
        if (isRoot) _path.Push(type.Name);
        json.WriteStartObject();
        json.WriteString("resourceType"u8, type.Name);
        foreach (var attribute in _source.Attributes()) throw Wrong($"{Shown(attribute.Name)} is no attribute of a resource.");
        ReadChildren(json, type);
        json.WriteEndObject();
    }

    /// <summary>An element with a complex type, from its start until after its end.</summary>
    private void ReadObject(Utf8JsonWriter json, FhirType type)
    {
        json.WriteStartObject();
        var isEmpty = !WriteAttributes(json, type) & !ReadChildren(json, type);
        if (isEmpty) throw Wrong("This element is empty.");
        json.WriteEndObject();
    }

    private bool WriteAttributes(Utf8JsonWriter json, FhirType type)
    {
        var any = false;
        foreach (var (name, value) in _source.Attributes())
        {
            if (name == "value" && type.IsPrimitive) continue;
            if (type.Member(name) is not { Element.IsXmlAttribute: true }) throw Wrong($"{Shown(name)} is no attribute of {type.Name}.");
            if (value.Length == 0) throw Wrong($"The attribute {name} is empty.");
            json.WriteString(name, value);
            any = true;
        }

        return any;
    }

    /// <summary>The children of an element whose start is read, until after its end.</summary>
    /// <returns>There was one.</returns>
    private bool ReadChildren(Utf8JsonWriter json, FhirType type)
    {
        var isEmpty = _reader.IsEmptyElement;
        _reader.Read();
        if (isEmpty) return false;
        var (last, lastName) = (-1, "");
        while (MoveToChild())
        {
            var name = _reader.LocalName;
            var isNarrative = _reader.NamespaceURI == Narrative.Namespace;
            if (!isNarrative) RequireFhir();
            if (type.Member(name) is not var (element, elementType) || element.IsXmlAttribute
                || isNarrative != (elementType.Name == "xhtml"))
                throw Wrong($"{Shown(name)} is not an element of {type.Name}.");
            if (element.Order < last) throw Wrong($"{name} must stand before {lastName}.");
            if (element.Order == last)
                throw Wrong(element.IsList ? $"The elements {name} must stand one after the other." : $"{name} stands there twice.");
            (last, lastName) = (element.Order, name);
            if (isNarrative)
                json.WriteString(name, _source.ReadDiv());
            else if (FhirDefinitions.TypeOf(element, elementType) is { IsPrimitive: true } primitive)
                ReadPrimitives(json, name, element, primitive);
            else
                ReadComplex(json, name, element, elementType);
        }

        return last >= 0;
    }

    /// <summary>One element of a complex type, or all of a list.</summary>
    private void ReadComplex(Utf8JsonWriter json, string name, FhirElement element, ElementType type)
    {
        json.WritePropertyName(name);
        if (element.IsList) json.WriteStartArray();
        var index = 0;
        do
        {
            _path.Push(element.Name, element.IsList ? index++ : -1);
            if (type.Name == "Resource") ReadInner(json);
            else ReadObject(json, FhirDefinitions.TypeOf(element, type));
            _path.Pop();
        }
        while (element.IsList && IsNext(name));

        if (element.IsList) json.WriteEndArray();
    }

    /// <summary>A resource inside an element: contained, or of an entry.</summary>
    private void ReadInner(Utf8JsonWriter json)
    {
        foreach (var attribute in _source.Attributes()) throw Wrong($"{Shown(attribute.Name)} is no attribute of what has a resource.");
        if (_reader.IsEmptyElement) throw Wrong("A resource is missing here.");
        _reader.Read();
        if (!MoveToChild()) throw Wrong("A resource is missing here.");
        ReadResource(json);
        if (MoveToChild()) throw Wrong("Here is place for one resource.");
    }

    /// <summary>One primitive, or all of a list: the values, then what stands beside them.</summary>
    private void ReadPrimitives(Utf8JsonWriter json, string name, FhirElement element, FhirType type)
    {
        var items = new List<(string? Value, ReadOnlyMemory<byte> Beside)>();
        do
        {
            _path.Push(element.Name, element.IsList ? items.Count : -1);
            items.Add(ReadPrimitive(type));
            _path.Pop();
        }
        while (element.IsList && IsNext(name));

        if (items.Exists(static item => item.Value is not null))
        {
            json.WritePropertyName(name);
            if (element.IsList) json.WriteStartArray();
            foreach (var (value, _) in items) WriteValue(json, type.Name, value);
            if (element.IsList) json.WriteEndArray();
        }

        if (!items.Exists(static item => !item.Beside.IsEmpty)) return;
        json.WritePropertyName('_' + name);
        if (element.IsList) json.WriteStartArray();
        foreach (var (_, beside) in items) json.WriteRawValue(beside.IsEmpty ? "null"u8 : beside.Span, skipInputValidation: true);
        if (element.IsList) json.WriteEndArray();
    }

    private (string? Value, ReadOnlyMemory<byte> Beside) ReadPrimitive(FhirType type)
    {
        var value = _reader.GetAttribute("value");
        if (value is { Length: 0 }) throw Wrong("A value must not be empty.");
        if (value is not null && !JsonScalars.Fits(type.Name, value)) throw Wrong($"The value is not one of the type {type.Name}.");
        // Most have nothing beside their value.
        if (_reader.IsEmptyElement && _reader.AttributeCount == (value is null ? 0 : 1))
        {
            if (value is null) throw Wrong("This element is empty.");
            _reader.Read();
            return (value, default);
        }

        var beside = new ArrayBufferWriter<byte>();
        bool any;
        using (var json = new Utf8JsonWriter(beside, Writing))
        {
            json.WriteStartObject();
            any = WriteAttributes(json, type) | ReadChildren(json, type);
            json.WriteEndObject();
        }

        if (value is null && !any) throw Wrong("This element is empty.");
        return (value, any ? beside.WrittenMemory : default);
    }

    private static void WriteValue(Utf8JsonWriter json, string type, string? value)
    {
        if (value is null) json.WriteNullValue();
        else if (JsonScalars.IsText(type)) json.WriteStringValue(value);
        else json.WriteRawValue(value, skipInputValidation: true);
    }

    /// <summary>Goes to the next child, or over the end of the element.</summary>
    private bool MoveToChild()
    {
        while (true)
        {
            switch (_reader.NodeType)
            {
                case XmlNodeType.Element:
                    return true;
                case XmlNodeType.EndElement:
                    _reader.Read();
                    return false;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.EntityReference:
                    throw Wrong("FHIR has values in attributes; here is a text.");
                default:
                    if (!_reader.Read()) throw Wrong("The document ends here.");
                    break;
            }
        }
    }

    /// <summary>The next node but space and comments is one more element of a list.</summary>
    private bool IsNext(string name) =>
        _reader.MoveToContent() == XmlNodeType.Element && _reader.LocalName == name && _reader.NamespaceURI == FhirXml.Namespace;

    private void RequireFhir()
    {
        if (_reader.NamespaceURI != FhirXml.Namespace)
            throw Wrong($"{Shown(_reader.LocalName)} is not in the namespace {FhirXml.Namespace}.");
    }

    private FhirFormatException Wrong(string problem) => _source.Wrong(_path, problem);

    private static string Shown(string name) => name.Length <= 64 ? $"'{name}'" : "A long name";
}
