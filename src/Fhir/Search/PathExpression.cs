using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Search;

/// <summary>
/// Reads the expressions of search parameters: the part of FHIRPath that can be told in one pass over a resource. These are paths with
/// casts (<c>as</c>, <c>ofType</c>), extensions by their url, what has a member with a text (<c>where(use='official')</c>), references to a
/// type, and unions. What is none of these is an error: a parameter is indexed rightly, or not offered.
/// </summary>
internal sealed class PathExpression
{
    /// <summary>Types that stand as texts in JSON.</summary>
    private static readonly HashSet<string> Texts = ["canonical", "code", "id", "markdown", "oid", "string", "uri", "url", "uuid"];

    /// <summary>More parentheses in each other, and more elements that a path leads to, are an error of who wrote it.</summary>
    private const int MostDepth = 20, MostPlaces = 500;

    private readonly string _expression;
    private readonly PathTokens _tokens;
    private readonly Func<string, Place?> _rootOf;
    private int _depth;

    /// <param name="expression">Such as <c>(Observation.value as Quantity) | Observation.component</c>.</param>
    /// <param name="rootOf">Where a path goes on after its first name; null when it leads nowhere here.</param>
    private PathExpression(string expression, Func<string, Place?> rootOf) =>
        (_expression, _tokens, _rootOf) = (expression, new PathTokens(expression), rootOf);

    /// <summary>The paths of an expression whose parts begin with names of types; parts that begin with others lead nowhere.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="type">The type of the resource.</param>
    /// <param name="isType">Whether a name is that of the type, or of one that it is too.</param>
    /// <exception cref="FormatException">It is not of the part of FHIRPath that is read.</exception>
    public static IReadOnlyList<ElementPath> Paths(string expression, FhirType type, Predicate<string> isType) =>
        new PathExpression(expression, name => isType(name) ? new Place(new ElementPath([], type.Name), type) : null).Read();

    /// <summary>The paths of an expression that begins at an element, as components of composites do.</summary>
    /// <exception cref="FormatException">It is not of the part of FHIRPath that is read.</exception>
    public static IReadOnlyList<ElementPath> PathsBelow(ElementPath start, FhirType type, string expression)
    {
        var below = new Place(start, type);
        return new PathExpression(expression, name => new Place(start, type) { First = [.. Below(below, name)] }).Read();
    }

    private List<ElementPath> Read()
    {
        var places = Union();
        if (!_tokens.IsAtEnd) throw NotRead(_tokens.Here);
        return places.ConvertAll(static place => place.Path);
    }

    private List<Place> Union()
    {
        var places = Term();
        while (_tokens.Takes("|")) places.AddRange(Term());
        return places;
    }

    private List<Place> Term()
    {
        var places = Start();
        while (_tokens.Takes(".")) places = Step(places, _tokens.TakeName());
        if (_tokens.Takes("as")) places = OfType(places, _tokens.TakeName());
        return places;
    }

    private List<Place> Start()
    {
        if (_tokens.Takes("("))
        {
            if (++_depth > MostDepth) throw NotRead($"more than {MostDepth} parentheses in each other");
            var inner = Union();
            _tokens.Take(")");
            _depth--;
            return inner;
        }

        var name = _tokens.TakeName();
        if (_rootOf(name) is not { } root) return [];
        return root.First ?? [root];
    }

    private List<Place> Step(List<Place> places, string name)
    {
        if (!_tokens.Takes("(")) return Below(places, name);
        var next = name switch
        {
            "as" or "ofType" => OfType(places, _tokens.TakeName()),
            "extension" => Below(places, name).ConvertAll(With("url", _tokens.TakeText())),
            "where" => Where(places),
            "exists" => Exists(places),
            _ => throw NotRead(name + "()"),
        };
        if (name != "exists") _tokens.Take(")");
        return next;
    }

    /// <summary><c>where(resolve() is Patient)</c>, or <c>where(use='official')</c>.</summary>
    private List<Place> Where(List<Place> places)
    {
        var name = _tokens.TakeName();
        if (name == "resolve")
        {
            _tokens.Take("(");
            _tokens.Take(")");
            _tokens.Take("is");
            var target = _tokens.TakeName();
            return places.ConvertAll(place => place.Path.Type == "Reference"
                ? place with { Path = place.Path with { Target = target } }
                : throw new FormatException($"{_expression} asks for the target of {place.Path}, which is no Reference."));
        }

        _tokens.Take("=");
        var value = _tokens.TakeText();
        foreach (var place in places)
        {
            var element = place.Type?.Elements.FirstOrDefault(element => element.Name == name);
            if (element is not { IsList: false, IsChoice: false } || !Texts.Contains(element.Types[0].Name))
                throw NotRead($"where({name}='{value}') at {place.Path}, which has no single text {name}");
        }

        return places.ConvertAll(With(name, value));
    }

    /// <summary><c>exists() and Patient.deceased != false</c>: whether there is something other than false.</summary>
    private List<Place> Exists(List<Place> places)
    {
        _tokens.Take(")");
        if (!_tokens.Takes("and")) throw NotRead("exists()");
        var compared = Term();
        _tokens.Take("!=");
        _tokens.Take("false");
        if (!compared.Select(static place => place.Path.ToString()).SequenceEqual(places.Select(static place => place.Path.ToString())))
            throw NotRead("exists() of one element with the value of another");
        return places.ConvertAll(static place => place with { Path = place.Path with { IsPresence = true } });
    }

    /// <summary>Some casts of R4 are written with a capital that the type does not have.</summary>
    private List<Place> OfType(List<Place> places, string type)
    {
        var cast = places.FindAll(place => place.Path.Type.Equals(type, StringComparison.OrdinalIgnoreCase));
        return cast.Count > 0 || places.Count == 0
            ? cast
            : throw new FormatException($"{_expression} asks for {type}, which {places[0].Path} never is.");
    }

    /// <summary>What has a member with a text. Contact points keep their systems in another way, which stored keys are made of.</summary>
    private static Converter<Place, Place> With(string member, string value) => place => place with
    {
        Path = member == "system" && place.Path.Type == "ContactPoint"
            ? place.Path with { System = value }
            : place.Path with { Members = [.. place.Path.Members, ElementPath.Condition(member, value)] },
    };

    private List<Place> Below(List<Place> places, string name)
    {
        List<Place> below = [.. places.SelectMany(place => Below(place, name))];
        if (below.Count > MostPlaces) throw NotRead($"{name}, which may be {below.Count} elements: say of which type they are");
        return below.Count > 0 || places.Count == 0
            ? below
            : throw new FormatException($"{_expression} goes on with {name} where there is no such element.");
    }

    /// <summary>
    /// An element below a place: of a choice of types, one for each type. Of a primitive only its extensions, which stand beside it.
    /// </summary>
    private static IEnumerable<Place> Below(Place place, string name)
    {
        if (place.Path is { Target: not null } or { IsPresence: true }) yield break;
        if (place.Type is { IsPrimitive: true } && name != "extension") yield break;
        var element = place.Type?.Elements.FirstOrDefault(element => element.Name == name);
        if (element is null) yield break;
        foreach (var type in element.Types)
        {
            var member = element.IsChoice ? name + char.ToUpperInvariant(type.Name[0]) + type.Name[1..] : name;
            var path = new ElementPath([.. MembersTo(place), member], type.Name) { Element = element };
            yield return new Place(path, FhirDefinitions.TypeOf(element, type));
            if (!element.IsChoice) yield break;
        }
    }

    private static IEnumerable<string> MembersTo(Place place)
    {
        var members = place.Path.Members;
        if (place.Path.System is { } system) return [.. members, ElementPath.Condition("system", system)];
        return place.Type is { IsPrimitive: true } ? [.. members.SkipLast(1), "_" + members[^1]] : members;
    }

    private FormatException NotRead(string part) => new($"{_expression} has a part that is not read: {part}.");

    /// <param name="Path">The element.</param>
    /// <param name="Type">The elements in it.</param>
    private sealed record Place(ElementPath Path, FhirType? Type)
    {
        /// <summary>The elements that the first name of a path leads to, where that is no type; null where it is.</summary>
        public List<Place>? First { get; init; }
    }
}
