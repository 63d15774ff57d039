using CloudPacs.Fhir.Search;
using CloudPacs.Fhir.Search.Indexing;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>Reads the value of a parameter, with its modifier and its alternatives, as a condition on the index.</summary>
internal sealed class ValueReader
{
    private const string StudyInstance = "ImagingStudy.instance", StudyClass = "ImagingStudy.dicom-class";
    private readonly IndexKeys _keys;
    private readonly TokenValues _tokens;
    private readonly TextValues _texts;
    private readonly ReferenceValues _references;
    private readonly ComparedValues _compared;
    private readonly CompositeValues _composites;

    /// <param name="keys">Names values and places as the indexer does.</param>
    /// <param name="ownBase">Address of the server, with a slash at its end; null when it has none.</param>
    /// <param name="zone">Where a time without an offset, or a date, is meant.</param>
    /// <param name="clock">What is approximately now.</param>
    public ValueReader(IndexKeys keys, string? ownBase, TimeZoneInfo zone, TimeProvider clock)
    {
        _keys = keys;
        _tokens = new TokenValues(keys);
        _texts = new TextValues(keys);
        _references = new ReferenceValues(keys, _tokens, ownBase);
        _compared = new ComparedValues(keys, zone, clock);
        _composites = new CompositeValues(keys, _tokens, _references, _compared);
    }

    /// <summary>Keys of the places that a parameter looks at.</summary>
    public IReadOnlyList<long> PlacesOf(SearchParameter parameter) => _keys.PlacesOf(parameter);

    /// <param name="parameter">The parameter.</param>
    /// <param name="modifier">What follows its name after a colon; null for nothing.</param>
    /// <param name="value">Its value as it was given.</param>
    /// <param name="name">The parameter as it was given.</param>
    /// <exception cref="SearchException">The parameter has no such modifier, or the value is none for it.</exception>
    public SearchCondition Read(SearchParameter parameter, string? modifier, string value, string name)
    {
        if (modifier == "missing") return Missing(parameter, value, name);
        var values = EscapedText.Split(value, ',').FindAll(static one => one.Length > 0);
        if (values.Count == 0) throw new SearchException("value", name, "The parameter has no value.");
        if (parameter.Code == "_id") return Ids(parameter.ResourceType, modifier, values, name);
        if (parameter.ToString() is StudyInstance or StudyClass) return OfInstances(parameter, modifier, values, name);
        return parameter.Kind switch
        {
            SearchKind.Token => _tokens.Read(parameter, modifier, values, name),
            SearchKind.Reference => _references.Read(parameter, modifier, values, name),
            SearchKind.String => _texts.Read(parameter, modifier, values, name),
            SearchKind.Uri => Either(values, one => _texts.ReadUri(parameter, modifier, one, name)),
            _ when modifier is not null => throw NoModifier(name, modifier),
            SearchKind.Date when parameter.Code == "_lastUpdated" => Either(values, one => _compared.Changed(one, name)),
            SearchKind.Date => Either(values, one => _compared.Date(PlacesOf(parameter), one, name)),
            SearchKind.Number => Either(values, one => ComparedValues.Number(PlacesOf(parameter), one, name)),
            SearchKind.Quantity => Either(values, one => _compared.Quantity(PlacesOf(parameter), one, name)),
            SearchKind.Composite => Either(values, one => _composites.Read(parameter, one, name)),
            _ => throw new SearchException("not-supported", name, $"{parameter.Code} is not searched here."),
        };
    }

    /// <summary>The parameter is known, and has no such modifier: that is an error, whatever the client says of unknown ones.</summary>
    public static SearchException NoModifier(string name, string? modifier) =>
        new("not-supported", name, $"The parameter has no modifier :{modifier}.");

    private static SearchCondition Either(List<string> values, Func<string, SearchCondition> read) =>
        values is [var one] ? read(one) : new EitherCondition(values.ConvertAll(value => read(value)));

    private SearchCondition Missing(SearchParameter parameter, string value, string name)
    {
        if (parameter.Kind is SearchKind.Composite or SearchKind.Special) throw NoModifier(name, "missing");
        if (value is not ("true" or "false")) throw new SearchException("value", name, "The value of :missing is true or false.");
        var present = Present(parameter);
        return value == "true" ? new NotCondition(present) : present;
    }

    private SearchCondition Present(SearchParameter parameter)
    {
        // Every resource has both.
        if (parameter.Code is "_id" or "_lastUpdated") return new NotCondition(new EitherCondition());
        if (parameter.ToString() is StudyInstance or StudyClass) return new InstanceCondition([], []);
        var paths = parameter.Paths.Where(path => SearchIndexing.IsIndexed(parameter.Kind, path));
        return new PresenceCondition([.. paths.Select(path => _keys.Presence(_keys.Place(parameter.ResourceType, path), path.Target))]);
    }

    private SearchCondition Ids(string type, string? modifier, List<string> values, string name)
    {
        if (modifier is not (null or "not")) throw NoModifier(name, modifier);
        var ids = values.Select(value => EscapedText.Plain(value, name).Split('|')[^1]);
        var condition = new SelfCondition([.. ids.Select(id => _keys.Reference($"{type}/{id}"))]);
        return modifier == "not" ? new NotCondition(condition) : condition;
    }

    private static SearchCondition OfInstances(SearchParameter parameter, string? modifier, List<string> values, string name)
    {
        if (modifier is not (null or "not")) throw NoModifier(name, modifier);
        var uids = values.ConvertAll(value => TokenValues.WithoutPrefix(EscapedText.Plain(value, name).Split('|')[^1]));
        var condition = parameter.Code == "instance" ? new InstanceCondition(uids, []) : new InstanceCondition([], uids);
        return modifier == "not" ? new NotCondition(condition) : condition;
    }
}
