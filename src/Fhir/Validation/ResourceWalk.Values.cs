using System.Text.Json;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Validation;

internal ref partial struct ResourceWalk
{
    private static readonly CheckedType OfPrimitive = CheckedType.Of(FhirDefinitions.Get("Element"));

    /// <summary>The reader is at a value that is neither null nor a list.</summary>
    private void Single(CheckedMember member, ref ReferenceParts reference)
    {
        if (member.Primitive != PrimitiveKind.None)
        {
            Primitive(member, ref reference);
        }
        else if (_json.TokenType != JsonTokenType.StartObject)
        {
            Problem("structure", $"The value must be an object: {(member.IsResource ? "a resource" : member.TypeName)}.");
        }
        else if (member.IsResource)
        {
            Nested(member);
        }
        else
        {
            if (_isContained && member.Role == MemberRole.OfWholeResource) NoteOfContained(member);
            Object(member.Type, member);
        }
    }

    private void Primitive(CheckedMember member, ref ReferenceParts reference)
    {
        var kind = member.Primitive;
        switch (_json.TokenType)
        {
            case JsonTokenType.String when PrimitiveKinds.IsText(kind):
                var text = Text();
                if (text.IsEmpty) Problem("value", "A text must not be empty: leave the member out.");
                else if (text.Length > LongestString && System.Text.Encoding.UTF8.GetCharCount(text) > LongestString)
                    Problem("too-long", "A text must not have more than 1048576 characters.");
                else if (!PrimitiveRules.IsText(kind, text)) Problem("value", $"{Quoted(text)} is not {PrimitiveKinds.Rule(kind)}.");
                else if (member.Codes is { } codes && codes.Find(text) < 0) WrongCode(text, codes);
                else if (member.Role != MemberRole.None) Note(member, text, ref reference);
                break;
            case JsonTokenType.Number when PrimitiveKinds.IsNumber(kind):
                if (!PrimitiveRules.IsNumber(kind, _json.ValueSpan))
                    Problem("value", $"{Shown(_json.ValueSpan)} is not {PrimitiveKinds.Rule(kind)}.");
                break;
            case JsonTokenType.True or JsonTokenType.False when kind == PrimitiveKind.Boolean:
                break;
            default:
                Problem("structure", $"The value has the wrong type of JSON; it must be {PrimitiveKinds.Rule(kind)}.");
                _json.Skip();
                break;
        }
    }

    private readonly void WrongCode(ReadOnlySpan<byte> code, NameTable codes)
    {
        var known = new List<string>();
        for (var i = 0; i < codes.Count && known.Count <= 20; i++) known.Add(Shown(codes[i]));
        var named = known.Count <= 20 ? $": {string.Join(", ", known)}" : "";
        Problem("code-invalid", $"{Quoted(code)} is not one of the codes that are required here{named}.");
    }

    /// <summary>The text of a name or a string; it holds until the next one is asked for.</summary>
    private ReadOnlySpan<byte> Text()
    {
        if (!_json.ValueIsEscaped) return _json.ValueSpan;
        if (_scratch is null || _scratch.Length < _json.ValueSpan.Length) _scratch = new byte[_json.ValueSpan.Length];
        try
        {
            return _scratch.AsSpan(0, _json.CopyString(_scratch));
        }
        catch (InvalidOperationException)
        {
            Problem("value", "The text has half of a surrogate pair, which is no character.");
            return "?"u8;
        }
    }

    /// <summary>
    /// A list of primitive values and the list of their extensions have the same length, and at each place one of the two has something
    /// (FHIR R4 json.html 2.6.2.3).
    /// </summary>
    private readonly void Align(CheckedType type, int begin)
    {
        var start = new Utf8JsonReader(_text[begin..], Options);
        start.Read();
        var lists = new Dictionary<int, (List<bool>? Values, List<bool>? Sides)>();
        while (start.Read() && start.TokenType == JsonTokenType.PropertyName)
        {
            var name = start.ValueIsEscaped ? System.Text.Encoding.UTF8.GetBytes(start.GetString()!) : start.ValueSpan;
            var isSide = name.Length > 1 && name[0] == '_';
            var at = type.Find(isSide ? name[1..] : name, 0);
            start.Read();
            if (at < 0 || start.TokenType != JsonTokenType.StartArray
                || type.Members[at] is not { IsList: true, Primitive: not PrimitiveKind.None })
            {
                start.Skip();
                continue;
            }

            var filled = new List<bool>();
            while (start.Read() && start.TokenType != JsonTokenType.EndArray)
            {
                filled.Add(start.TokenType != JsonTokenType.Null);
                start.Skip();
            }

            var (values, sides) = lists.GetValueOrDefault(at);
            lists[at] = isSide ? (values, filled) : (filled, sides);
        }

        foreach (var (at, (values, sides)) in lists)
        {
            var member = type.Members[at].Path;
            if (values is not null && sides is not null && values.Count != sides.Count)
            {
                Problem("structure", $"{member} and _{member} must have as many items: null where one has nothing.", member);
                continue;
            }

            for (var i = 0; i < (values ?? sides)!.Count; i++)
            {
                if (values?[i] == true || sides?[i] == true) continue;
                Problem("structure", "null stands for a value that has extensions only: there are none.", $"{member}[{i}]");
            }
        }
    }

    private static string Quoted(ReadOnlySpan<byte> text) => $"\"{Shown(text)}\"";
}
