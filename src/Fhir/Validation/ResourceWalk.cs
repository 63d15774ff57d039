using System.Text;
using System.Text.Json;

namespace CloudPacs.Fhir.Validation;

/// <summary>One pass over the JSON of a resource, driven by the definitions.</summary>
internal ref partial struct ResourceWalk
{
    /// <summary>
    /// Objects and lists inside one another: also in a Bundle a resource is no deeper than the 64 levels that readers of JSON take unasked.
    /// Official resources have less than half of it.
    /// </summary>
    public const int MaxDepth = 60;

    /// <summary>Most characters of a string (FHIR R4 datatypes.html, string).</summary>
    private const int LongestString = 1024 * 1024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth * 2 };

    private readonly ReadOnlySpan<byte> _text;
    private readonly ProblemList _problems;
    private Utf8JsonReader _json;

    /// <summary>For texts with escapes.</summary>
    private byte[]? _scratch;

    /// <summary>What the resource around the place contains; null while there is nothing such.</summary>
    private ContainedScope? _scope;

    private bool _isContained;

    /// <summary>Id of the resource whose members are looked at; null before it.</summary>
    private string? _id;

    private bool _refersToContainer;

    public ResourceWalk(ReadOnlySpan<byte> json, ProblemList problems)
    {
        _text = json;
        _json = new Utf8JsonReader(json, Options);
        _problems = problems;
    }

    /// <returns>The type of the resource; null when it has none.</returns>
    public string? Run()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            _problems.AddAt(ProblemSeverity.Fatal, "structure", "", "A resource is an object of JSON.");
            return null;
        }

        if (TypeAhead() is not { } type) return null;
        _problems.Begin(type.Name);
        Resource(type, isContained: false);
        // More than white space after it is no JSON.
        _json.Read();
        return type.Name;
    }

    /// <summary>The reader is at the start of an object of the type.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="via">The member that it is the value of; null for a resource.</param>
    private void Object(CheckedType type, CheckedMember? via)
    {
        if (_json.CurrentDepth > MaxDepth)
        {
            Problem("structure", $"The resource is nested more than {MaxDepth} levels deep.");
            _json.Skip();
            return;
        }

        var words = type.Words;
        Span<ulong> bits = stackalloc ulong[words * 3];
        bits.Clear();
        var values = bits[..words];
        var sides = bits.Slice(words, words);
        var elements = bits[(words * 2)..];
        var reference = default(ReferenceParts);
        var (isEmpty, isTyped, isAligned, expected) = (true, false, true, 0);
        var start = (int)_json.TokenStartIndex;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            isEmpty = false;
            var name = Text();
            if (via is null && name.SequenceEqual("resourceType"u8))
            {
                if (isTyped) Problem("structure", "The member resourceType stands there twice.");
                isTyped = true;
                _json.Read();
                _json.Skip();
                continue;
            }

            var isSide = name.Length > 1 && name[0] == '_';
            var at = type.Find(isSide ? name[1..] : name, expected);
            if (at < 0 || (isSide && type.Members[at].Primitive == PrimitiveKind.None))
            {
                Problem("structure", $"{type.Name} has no member {Shown(name)}.");
                _json.Read();
                _json.Skip();
                continue;
            }

            var member = type.Members[at];
            expected = at + 1;
            Note(isSide ? sides : values, values, sides, elements, at, member);
            _json.Read();
            _problems.Push(member.Path);
            if (isSide) isAligned &= Side(member);
            else isAligned &= Value(member, ref reference);
            _problems.Pop();
        }

        if (isEmpty) Problem("structure", "An object without members is not allowed in FHIR.");
        else Complete(type, elements);
        if (!isAligned) Align(type, start);
        if (type.IsReference) CheckReference(reference, via);
    }

    /// <summary>Remembers that a member is there: not twice, and of a choice one only.</summary>
    private readonly void Note(
        Span<ulong> own, ReadOnlySpan<ulong> values, ReadOnlySpan<ulong> sides, Span<ulong> elements, int at, CheckedMember member)
    {
        if (Has(own, at)) Problem("structure", "The member stands there twice.", member.Path);
        else if (member.IsChoice && Has(elements, member.Index) && !Has(values, at) && !Has(sides, at))
            Problem("structure", "The element has one type only: it stands there with two.", member.Path);
        own[at >> 6] |= 1UL << (at & 63);
        elements[member.Index >> 6] |= 1UL << (member.Index & 63);
    }

    private readonly void Complete(CheckedType type, ReadOnlySpan<ulong> elements)
    {
        foreach (var (index, element) in type.Mandatory)
        {
            if (!Has(elements, index)) Problem("required", $"{type.Name}.{element.Name} is mandatory.", element.Name);
        }

        // id, extension, url and value[x], in this order.
        if (type.IsExtension && Has(elements, 1) == Has(elements, 3))
            Problem("invariant", "An extension has either a value or extensions (ext-1).");
    }

    /// <returns>False when the list must be compared with its sibling.</returns>
    private bool Value(CheckedMember member, ref ReferenceParts reference)
    {
        if (!member.IsList)
        {
            if (_json.TokenType == JsonTokenType.StartArray)
            {
                Problem("structure", "The element takes one value, not a list.");
                _json.Skip();
            }
            else if (_json.TokenType == JsonTokenType.Null)
            {
                Problem("structure", "null is no value in FHIR: leave the member out.");
            }
            else
            {
                Single(member, ref reference);
            }

            return true;
        }

        if (_json.TokenType != JsonTokenType.StartArray)
        {
            Problem("structure", "The element repeats: its values stand in a list, also a single one.");
            _json.Skip();
            return true;
        }

        var (count, isAligned) = (0, true);
        for (; _json.Read() && _json.TokenType != JsonTokenType.EndArray; count++)
        {
            _problems.At(count);
            if (_json.TokenType == JsonTokenType.Null && member.Primitive != PrimitiveKind.None)
            {
                isAligned = false;
            }
            else if (_json.TokenType is JsonTokenType.Null or JsonTokenType.StartArray)
            {
                Problem("structure", "An item of the list must be a value.");
                _json.Skip();
            }
            else
            {
                Single(member, ref reference);
            }
        }

        CheckCount(count, member);
        return isAligned;
    }

    /// <summary>The member with the underscore: id and extensions of a primitive value (FHIR R4 json.html 2.6.2.3).</summary>
    private bool Side(CheckedMember member)
    {
        if (!member.IsList)
        {
            if (_json.TokenType == JsonTokenType.StartObject) Object(OfPrimitive, member);
            else WrongSide();
            return true;
        }

        if (_json.TokenType != JsonTokenType.StartArray)
        {
            WrongSide();
            return true;
        }

        var count = 0;
        for (; _json.Read() && _json.TokenType != JsonTokenType.EndArray; count++)
        {
            _problems.At(count);
            if (_json.TokenType == JsonTokenType.StartObject) Object(OfPrimitive, member);
            else if (_json.TokenType != JsonTokenType.Null) WrongSide();
        }

        CheckCount(count, member);
        return false;
    }

    private void WrongSide()
    {
        Problem("structure", "The member with the underscore has the id and the extensions of the value: an object, or a list of them.");
        _json.Skip();
    }

    private readonly void CheckCount(int count, CheckedMember member)
    {
        _problems.At(-1);
        if (count == 0) Problem("structure", "A list without items is not allowed in FHIR.");
        if (count > member.Most) Problem("structure", $"The element stands there {count} times; {member.Most} are allowed.");
    }

    private static bool Has(ReadOnlySpan<ulong> bits, int at) => (bits[at >> 6] & (1UL << (at & 63))) != 0;

    private static string Shown(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text.Length > 64 ? text[..64] : text);

    private readonly void Problem(string code, string text, string? member = null) => _problems.Add(code, text, member);
}
