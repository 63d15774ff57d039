using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using System.Xml;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Formats;

/// <summary>Writes one resource as XML: the members of each object in the order of their definition, ids as attributes.</summary>
internal sealed class XmlWriting(ArrayBufferWriter<byte> target, bool isIndented)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 2 * CurrentPlace.MaxDepth };
    private readonly JsonMembers _members = new();
    private readonly CurrentPlace _path = new();
    private int _depth;

    public void WriteDocument(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span)) throw new FhirFormatException("", "The text is not UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            WriteResource(document.RootElement, isRoot: true);
        }
        catch (JsonException e)
        {
            throw new FhirFormatException("", $"This is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            throw _path.Wrong("A text has half of a surrogate pair, which is no character.");
        }
    }

    private void WriteResource(JsonElement resource, bool isRoot = false)
    {
        var name = resource.ValueKind == JsonValueKind.Object && resource.TryGetProperty("resourceType"u8, out var kind)
            && kind.ValueKind == JsonValueKind.String
            ? kind.GetString()!
            : throw _path.Wrong("A resource is an object with a resourceType.");
        if (FhirDefinitions.Find(name) is not { IsResource: true, IsAbstract: false } type)
            throw _path.Wrong("FHIR R4 has no resource type of this name.");
        if (isRoot) _path.Push(name);
        WriteObject(Encoding.UTF8.GetBytes(name), isRoot, resource, type, value: default);
    }

    /// <summary>An element with a value, members inside, or both.</summary>
    private void WriteObject(ReadOnlySpan<byte> name, bool isRoot, JsonElement content, FhirType type, JsonElement value)
    {
        var first = _members.Count;
        if (content.ValueKind == JsonValueKind.Object) _members.Collect(content, type, _path);
        else if (content.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)) throw _path.Wrong("This must be an object.");
        NewLine();
        target.Write("<"u8);
        target.Write(name);
        if (isRoot) target.Write(" xmlns=\"http://hl7.org/fhir\""u8);
        var at = first;
        for (; at < _members.Count && _members[at].Element.IsXmlAttribute; at++) WriteAttribute(_members[at]);
        if (value.ValueKind != JsonValueKind.Undefined) WriteAttribute("value"u8, value);
        else if (first == _members.Count && !isRoot && !type.IsResource) throw _path.Wrong("This element is empty.");
        if (at == _members.Count)
        {
            target.Write("/>"u8);
        }
        else
        {
            target.Write(">"u8);
            _depth++;
            for (; at < _members.Count; at++) WriteMember(_members[at]);
            _depth--;
            Close(name);
        }

        _members.RemoveFrom(first);
    }

    private void WriteMember(JsonMember member)
    {
        var name = member.Name;
        if (!member.Element.IsList)
        {
            WriteItem(name, member, member.Value, member.Beside, index: -1);
            return;
        }

        var count = Math.Max(Length(member, member.Value), Length(member, member.Beside));
        if (count == 0) throw _path.Wrong($"The list {member.Element.Name} is empty.");
        for (var i = 0; i < count; i++) WriteItem(name, member, Item(member.Value, i), Item(member.Beside, i), i);
    }

    private void WriteItem(ReadOnlySpan<byte> name, JsonMember member, JsonElement value, JsonElement beside, int index)
    {
        _path.Push(member.Element.Name, index);
        if (member.Type.Name == "xhtml")
        {
            WriteNarrative(value);
        }
        else if (member.Type.Name == "Resource")
        {
            NewLine();
            target.Write("<"u8);
            target.Write(name);
            target.Write(">"u8);
            _depth++;
            WriteResource(value);
            _depth--;
            Close(name);
        }
        else if (FhirDefinitions.TypeOf(member.Element, member.Type) is { IsPrimitive: true } primitive)
        {
            if (value.ValueKind == JsonValueKind.Null) value = default;
            if (value.ValueKind != JsonValueKind.Undefined && !JsonMember.IsOf(primitive.Name, value))
                throw _path.Wrong($"This is not how JSON has a value of the type {primitive.Name}.");
            WriteObject(name, isRoot: false, beside, primitive, value);
        }
        else
        {
            WriteObject(name, isRoot: false, value, FhirDefinitions.TypeOf(member.Element, member.Type), value: default);
        }

        _path.Pop();
    }

    private void WriteNarrative(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) throw _path.Wrong("The div of a narrative is a text.");
        try
        {
            NewLine();
            Encoding.UTF8.GetBytes(Narrative.AsXml(value.GetString()!), target);
        }
        catch (XmlException e)
        {
            throw _path.Wrong($"The div of a narrative is not well-formed XHTML: {e.Message.TrimEnd('.')}.");
        }
    }

    private void WriteAttribute(JsonMember attribute)
    {
        if (attribute.Beside.ValueKind != JsonValueKind.Undefined)
            throw _path.Wrong($"{attribute.Element.Name} cannot have extensions in XML.");
        if (attribute.Value.ValueKind != JsonValueKind.String) throw _path.Wrong($"{attribute.Element.Name} must be a text.");
        WriteAttribute(attribute.Name, attribute.Value);
    }

    private void WriteAttribute(ReadOnlySpan<byte> name, JsonElement value)
    {
        target.Write(" "u8);
        target.Write(name);
        target.Write("=\""u8);
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (value.ValueKind == JsonValueKind.String) raw = raw[1..^1];
        if (raw.IsEmpty) throw _path.Wrong("A text must not be empty.");
        if (!(raw.Contains((byte)'\\') ? XmlText.TryWrite(target, value.GetString()!) : XmlText.TryWrite(target, raw)))
            throw _path.Wrong("A text has a character that XML cannot hold.");
        target.Write("\""u8);
    }

    private int Length(JsonMember member, JsonElement list) => list.ValueKind switch
    {
        JsonValueKind.Undefined => 0,
        JsonValueKind.Array => list.GetArrayLength(),
        _ => throw _path.Wrong($"{member.Element.Name} must be a list."),
    };

    private static JsonElement Item(JsonElement list, int index) =>
        list.ValueKind == JsonValueKind.Array && index < list.GetArrayLength() ? list[index] : default;

    private void Close(ReadOnlySpan<byte> name)
    {
        NewLine();
        target.Write("</"u8);
        target.Write(name);
        target.Write(">"u8);
    }

    private void NewLine()
    {
        if (!isIndented || target.WrittenCount == 0) return;
        var line = target.GetSpan(1 + (2 * _depth))[..(1 + (2 * _depth))];
        line.Fill((byte)' ');
        line[0] = (byte)'\n';
        target.Advance(line.Length);
    }
}
