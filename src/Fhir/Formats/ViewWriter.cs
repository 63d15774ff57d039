using System.Text.Json;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Formats;

/// <summary>Copies what a view keeps of a resource, in one pass over its bytes.</summary>
internal ref struct ViewWriter(ResourceView view, ReadOnlyMemory<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json.Span;
    private readonly byte[] _target = new byte[json.Length + Meta.Length];
    private Utf8JsonReader _reader = new(json.Span, new JsonReaderOptions { MaxDepth = 3 * CurrentPlace.MaxDepth });
    private int _length;
    private bool _isMarked;

    private static ReadOnlySpan<byte> Tag =>
        """{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}"""u8;

    /// <summary>The longest that is added.</summary>
    private static ReadOnlySpan<byte> Meta =>
        ""","meta":{"tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}]}"""u8;

    public ReadOnlyMemory<byte> Write()
    {
        _reader.Read();
        var type = FindType(_reader);
        WriteMembers(type, isTop: true);
        if (!_isMarked)
        {
            // Over the brace, with or without a comma.
            _length--;
            Add(_length == 1 ? Meta[1..] : Meta);
            Add("}"u8);
        }

        return _target.AsMemory(0, _length);
    }

    /// <summary>The type of the resource, which may be named anywhere in it.</summary>
    private static FhirType FindType(Utf8JsonReader ahead)
    {
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var isType = ahead.ValueTextEquals("resourceType"u8);
            ahead.Read();
            if (isType && ahead.TokenType == JsonTokenType.String && FhirDefinitions.Find(ahead.GetString()!) is { } type) return type;
            ahead.Skip();
        }

        throw new FhirFormatException("", "FHIR R4 has no resource type of this name.");
    }

    /// <summary>The members of an object that stay, from its start to its end.</summary>
    /// <returns>There was one.</returns>
    private bool WriteMembers(FhirType type, bool isTop)
    {
        Add("{"u8);
        var first = _length;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var (before, start) = (_length, (int)_reader.TokenStartIndex);
            var name = _reader.ValueSpan;
            if (isTop && name.SequenceEqual("resourceType"u8))
            {
                Copy(first, start);
                continue;
            }

            if (type.Member(name is [(byte)'_', ..] ? name[1..] : name) is not var (element, elementType) || !view.Keeps(element, isTop))
            {
                _reader.Read();
                _reader.Skip();
                continue;
            }

            if (isTop && element.Name == "meta") WriteMeta(first, start);
            else if (!GoesInto(element, elementType, name)) Copy(first, start);
            else if (!WriteParts(first, start, FhirDefinitions.TypeOf(element, elementType))) _length = before;
        }

        Add("}"u8);
        return _length > first + 1;
    }

    private readonly bool GoesInto(FhirElement element, ElementType type, ReadOnlySpan<byte> name) =>
        view.GoesInside && name[0] != '_' && FhirDefinitions.TypeOf(element, type) is { IsPrimitive: false, IsResource: false };

    /// <summary>A member of which only parts stay, or the items of a list.</summary>
    /// <returns>Something is left of it.</returns>
    private bool WriteParts(int first, int start, FhirType type)
    {
        AddComma(first);
        // The reader takes the colon with the name.
        Add(_json[start..(int)_reader.BytesConsumed]);
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray) return WriteMembers(type, isTop: false);
        Add("["u8);
        var items = _length;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.StartObject)
        {
            var before = _length;
            AddComma(items);
            if (!WriteMembers(type, isTop: false)) _length = before;
        }

        Add("]"u8);
        return _length > items + 1;
    }

    /// <summary>The meta of the resource with one tag more.</summary>
    private void WriteMeta(int first, int start)
    {
        AddComma(first);
        Add("\"meta\":{"u8);
        var members = _length;
        _reader.Read();
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTag = _reader.ValueTextEquals("tag"u8);
            Copy(members, (int)_reader.TokenStartIndex);
            if (!isTag) continue;
            // The list is copied with its bracket.
            _length--;
            Add(","u8);
            Add(Tag);
            Add("]"u8);
            _isMarked = true;
        }

        if (!_isMarked)
        {
            AddComma(members);
            Add("\"tag\":["u8);
            Add(Tag);
            Add("]"u8);
        }

        Add("}"u8);
        _isMarked = true;
    }

    /// <summary>A member with its value as they stand, from a name until after the value.</summary>
    private void Copy(int first, int start)
    {
        _reader.Read();
        _reader.Skip();
        AddComma(first);
        Add(_json[start..(int)_reader.BytesConsumed]);
    }

    private void AddComma(int first)
    {
        if (_length > first) Add(","u8);
    }

    private void Add(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_target.AsSpan(_length));
        _length += bytes.Length;
    }
}
