using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Formats;

/// <summary>A member of an object with what stands beside it: <c>birthDate</c> and <c>_birthDate</c> (FHIR R4 json.html 2.6.2.3).</summary>
/// <param name="Element">Its element.</param>
/// <param name="Type">Its type.</param>
/// <param name="Property">One of the two.</param>
/// <param name="Value">The value; undefined when there is none.</param>
/// <param name="Beside">The id and the extensions of a primitive, or a list of such; undefined when there are none.</param>
internal readonly record struct JsonMember(
    FhirElement Element, ElementType Type, JsonProperty Property, JsonElement Value, JsonElement Beside)
{
    /// <summary>The name without an underscore; what is known has no escapes.</summary>
    public ReadOnlySpan<byte> Name => JsonMarshal.GetRawUtf8PropertyName(Property).TrimStart((byte)'_');

    /// <summary>The order in XML: attributes first.</summary>
    public int Order => Element.IsXmlAttribute ? Element.Order - short.MaxValue : Element.Order;

    /// <summary>JSON has a value of a primitive type as this kind.</summary>
    public static bool IsOf(string primitive, JsonElement value) => primitive switch
    {
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "decimal" or "integer" or "unsignedInt" or "positiveInt" => value.ValueKind == JsonValueKind.Number,
        _ => value.ValueKind == JsonValueKind.String,
    };
}

/// <summary>A stack of the members of the objects that are being written, those of each object in the order of XML.</summary>
internal sealed class JsonMembers
{
    private readonly List<JsonMember> _members = [];

    public int Count => _members.Count;

    public JsonMember this[int index] => _members[index];

    public void RemoveFrom(int first) => _members.RemoveRange(first, _members.Count - first);

    /// <summary>Adds the members of an object.</summary>
    /// <exception cref="FhirFormatException">One is no element of the type, or stands there twice.</exception>
    public void Collect(JsonElement content, FhirType type, CurrentPlace path)
    {
        var first = Count;
        foreach (var property in content.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(property);
            if (type.IsResource && name.SequenceEqual("resourceType"u8)) continue;
            var isBeside = name is [(byte)'_', ..];
            if (type.Member(isBeside ? name[1..] : name) is not var (element, elementType) || (type.IsPrimitive && element.Name == "value"))
                throw path.Wrong($"{Quoted(name)} is not an element of {type.Name}.");
            if (isBeside && FhirDefinitions.Find(elementType.Name) is not { IsPrimitive: true })
                throw path.Wrong($"{Quoted(name)} stands beside something that is no primitive.");
            var member = new JsonMember(
                element, elementType, property, isBeside ? default : property.Value, isBeside ? property.Value : default);
            Add(first, member, isBeside, path);
        }
    }

    private void Add(int first, JsonMember member, bool isBeside, CurrentPlace path)
    {
        var at = Count;
        while (at > first && _members[at - 1].Order > member.Order) at--;
        if (at == first || _members[at - 1].Order != member.Order)
        {
            _members.Insert(at, member);
            return;
        }

        var other = _members[at - 1];
        if (other.Type.Name != member.Type.Name) throw path.Wrong($"{member.Element.Name}[x] can have one type only.");
        if ((isBeside ? other.Beside : other.Value).ValueKind != JsonValueKind.Undefined)
            throw path.Wrong($"{member.Element.Name} stands there twice.");
        _members[at - 1] = isBeside ? other with { Beside = member.Beside } : other with { Value = member.Value };
    }

    /// <summary>A name that a client made up, as far as it can be shown.</summary>
    private static string Quoted(ReadOnlySpan<byte> name) => name.Length <= 64 ? $"'{Encoding.UTF8.GetString(name)}'" : "A long name";
}
