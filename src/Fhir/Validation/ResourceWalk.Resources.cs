using System.Text;
using System.Text.Json;

namespace CloudPacs.Fhir.Validation;

internal ref partial struct ResourceWalk
{
    /// <summary>What a Reference says.</summary>
    private struct ReferenceParts
    {
        public string? Local;
        public string? Type;
        public string? Named;
    }

    private void Resource(CheckedType type, bool isContained)
    {
        if (isContained)
        {
            Object(type, null);
            return;
        }

        var (scope, wasContained, id) = (_scope, _isContained, _id);
        (_scope, _isContained, _id) = (null, false, null);
        Object(type, null);
        _scope?.Check(_problems);
        (_scope, _isContained, _id) = (scope, wasContained, id);
    }

    /// <summary>A resource inside another one: contained, or in an entry or a parameter.</summary>
    private void Nested(CheckedMember member)
    {
        if (TypeAhead() is not { } type)
        {
            _json.Skip();
            return;
        }

        if (member.Role != MemberRole.Contained)
        {
            Resource(type, isContained: false);
            return;
        }

        if (_isContained)
        {
            Problem("invariant", "A contained resource must not contain resources (dom-2).");
            _json.Skip();
            return;
        }

        var (id, refers) = (_id, _refersToContainer);
        (_isContained, _id, _refersToContainer) = (true, null, false);
        Resource(type, isContained: true);
        _scope ??= new ContainedScope();
        if (_id is null) Problem("required", "A contained resource needs an id, by which it is referred to.", "id");
        else
        {
            _scope.Add(_id, type.Name, _problems.Expression(), _problems);
            if (_refersToContainer) _scope.RefersToContainer(_id);
        }

        (_isContained, _id, _refersToContainer) = (false, id, refers);
    }

    /// <summary>The type of the resource at whose start the reader is; resourceType may stand anywhere in it.</summary>
    private readonly CheckedType? TypeAhead()
    {
        var ahead = _json;
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var isType = ahead.ValueTextEquals("resourceType"u8);
            ahead.Read();
            if (!isType)
            {
                ahead.Skip();
                continue;
            }

            if (ahead.TokenType != JsonTokenType.String)
            {
                Problem("structure", "resourceType must be the name of a type.");
                return null;
            }

            var name = ahead.ValueIsEscaped ? Encoding.UTF8.GetBytes(ahead.GetString()!) : ahead.ValueSpan;
            var type = CheckedType.OfResource(name);
            if (type is null) Problem("structure", $"FHIR R4 has no resource type {Shown(name)}.");
            return type;
        }

        Problem("required", "A resource needs its resourceType.");
        return null;
    }

    private readonly void NoteOfContained(CheckedMember member) => Problem(
        "invariant", member.Name == "security"
            ? "A contained resource must not have a security label (dom-5)."
            : "A contained resource has no version and no time of its own (dom-4).");

    private void Note(CheckedMember member, ReadOnlySpan<byte> text, ref ReferenceParts reference)
    {
        switch (member.Role)
        {
            case MemberRole.ResourceId:
                _id = Encoding.UTF8.GetString(text);
                break;
            case MemberRole.OfWholeResource when _isContained:
                NoteOfContained(member);
                break;
            case MemberRole.ReferenceText when text[0] == '#':
                reference.Local = Encoding.UTF8.GetString(text[1..]);
                break;
            case MemberRole.ReferenceText:
                reference.Type = ReferenceRules.TypeOf(text);
                break;
            case MemberRole.ReferenceType:
                reference.Named = ReferenceRules.Named(text);
                break;
            case MemberRole.Address when text[0] == '#':
                ReferTo(Encoding.UTF8.GetString(text[1..]), null);
                break;
        }
    }

    private void ReferTo(string id, IReadOnlyList<string>? targets)
    {
        if (id.Length == 0) _refersToContainer = true;
        else (_scope ??= new ContainedScope()).Refer(id, targets, _problems.Expression());
    }

    private void CheckReference(in ReferenceParts reference, CheckedMember? via)
    {
        if (reference.Local is { } local)
        {
            ReferTo(local, via?.Targets ?? []);
            return;
        }

        if (reference is { Type: { } type, Named: { } named } && type != named)
            Problem("value", $"The reference points to a {type}, and says that it is a {named}.");
        else if ((reference.Type ?? reference.Named) is { } target && via is { Targets.Count: > 0 } && !via.Targets.Contains(target))
            Problem("value", ReferenceRules.WrongTarget(target, via.Targets));
    }
}
