using System.Text;
using CloudPacs.Fhir.Search;
using CloudPacs.Fhir.Search.Indexing;
using CloudPacs.Fhir.Search.Values;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>
/// Codes and identifiers as searches write them: <c>code</c>, <c>system|code</c>, <c>|code</c>, <c>system|</c> (FHIR R4 search.html
/// 3.1.1.4.10).
/// </summary>
internal sealed class TokenValues(IndexKeys keys)
{
    public SearchCondition Read(SearchParameter parameter, string? modifier, List<string> values, string name) => modifier switch
    {
        null => Any(parameter, values, name),
        "not" => new NotCondition(Any(parameter, values, name)),
        "text" => Texts(parameter, values, name),
        "of-type" or "ofType" => OfType(parameter, values, name),
        _ => throw ValueReader.NoModifier(name, modifier),
    };

    /// <summary>Keys of what a value stands for, in whatever place.</summary>
    public IReadOnlyList<long> KeysOf(string value, string name)
    {
        var parts = Parts(value, name);
        return parts switch
        {
            [var code] => [keys.Code(code)],
            [var system, ""] => [keys.System(system)],
            [var system, var code] => [keys.CodeOf(system, code)],
            _ => throw new SearchException("value", name, "A code is written [code], [system]|[code], |[code] or [system]|."),
        };
    }

    /// <summary>Any of the values, in any of some places of coded elements.</summary>
    public SearchCondition Any(IReadOnlyCollection<long> places, IReadOnlyCollection<string> values, string name)
    {
        // Whether a place has a code of a system at all is remembered beside whether it has a value at all.
        var given = values.ToLookup(value => Parts(value, name) is [{ Length: > 0 }, ""]);
        var systems = given[true].Select(value => keys.System(Parts(value, name)[0])).ToList();
        var codes = given[false].SelectMany(value => KeysOf(value, name)).ToList();
        var found = new KeyCondition([.. places.SelectMany(place => codes.Select(key => place ^ key)).Distinct()]);
        if (systems.Count == 0) return found;
        var present = new PresenceCondition(
            [.. places.SelectMany(place => systems.Select(system => keys.Presence(place ^ system, null)))]);
        return codes.Count == 0 ? present : new EitherCondition(found, present);
    }

    private SearchCondition Any(SearchParameter parameter, List<string> values, string name)
    {
        var paths = parameter.Paths.Where(path => SearchIndexing.IsIndexed(parameter.Kind, path)).ToLookup(SearchIndexing.IsPlain);
        var coded = paths[false].Select(PlaceOf).ToList();
        List<long> plain =
        [
            .. paths[true].SelectMany(path => values.SelectMany(value => KeysAt(path, value, name)).Select(key => PlaceOf(path) ^ key))
                .Distinct()
        ];
        if (coded.Count == 0) return new KeyCondition(plain);
        return plain.Count == 0 ? Any(coded, values, name) : new EitherCondition(Any(coded, values, name), new KeyCondition(plain));

        long PlaceOf(ElementPath path) => keys.Place(parameter.ResourceType, path);
    }

    /// <summary>An element that is no coded one has no system, or that of the value set that its codes are from.</summary>
    private IReadOnlyList<long> KeysAt(ElementPath path, string value, string name)
    {
        var parts = Parts(value, name);
        var (system, code) = parts.Count == 1 ? (null, parts[0]) : (parts[0], parts[1]);
        if (system is { Length: > 0 } && system != SearchIndexing.SystemOf(path)) return [];
        if (path.Type == "id") code = WithoutPrefix(code);
        return [SearchIndexing.IsFolded(path) ? keys.Code(FoldedCode.Of(Encoding.UTF8.GetBytes(code))) : keys.Code(code)];
    }

    private EitherCondition Texts(SearchParameter parameter, List<string> values, string name)
    {
        List<long> places =
        [
            .. parameter.Paths.Where(path => SearchIndexing.IsIndexed(parameter.Kind, path))
                .Select(path => keys.TextsOf(keys.Place(parameter.ResourceType, path)))
        ];
        return TextValues.Folded(places, values.Select(value => EscapedText.Plain(value, name)), anywhere: false);
    }

    private KeyCondition OfType(SearchParameter parameter, List<string> values, string name)
    {
        var identifiers = parameter.Paths.Where(static path => path.Type == "Identifier");
        List<long> places = [.. identifiers.Select(path => keys.Place(parameter.ResourceType, path))];
        if (places.Count == 0) throw new SearchException("not-supported", name, ":of-type is for identifiers.");
        var found = new List<long>();
        foreach (var value in values)
        {
            if (Parts(value, name) is not [{ Length: > 0 } system, { Length: > 0 } type, { Length: > 0 } number])
                throw new SearchException(
                    "value", name, "The value of :of-type is written [system of the type]|[code of the type]|[value].");
            var key = keys.OfType(keys.CodeOf(system, type), Encoding.UTF8.GetBytes(number));
            found.AddRange(places.Select(place => place ^ key));
        }

        return new KeyCondition(found);
    }

    /// <summary>A UID as DICOM has it, of one as FHIR may have it.</summary>
    public static string WithoutPrefix(string uid) =>
        uid.StartsWith("urn:oid:", StringComparison.Ordinal) ? uid["urn:oid:".Length..] : uid;

    private static List<string> Parts(string value, string name) =>
        EscapedText.Split(value, '|').ConvertAll(part => EscapedText.Plain(part, name));
}
