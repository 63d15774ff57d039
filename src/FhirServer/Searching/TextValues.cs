using CloudPacs.Fhir.Search;
using CloudPacs.Fhir.Search.Indexing;
using CloudPacs.Fhir.Search.Values;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>Texts and addresses as searches write them (FHIR R4 search.html 3.1.1.4.8 and 3.1.1.4.14).</summary>
internal sealed class TextValues(IndexKeys keys)
{
    private const int LongestUri = 4096;

    public SearchCondition Read(SearchParameter parameter, string? modifier, List<string> values, string name)
    {
        var places = keys.PlacesOf(parameter);
        var texts = values.ConvertAll(value => EscapedText.Plain(value, name));
        return modifier switch
        {
            "exact" => new KeyCondition([.. texts.SelectMany(text => places.Select(place => place ^ keys.Exact(text)))]),
            "contains" => Folded(places, texts, anywhere: true),
            null => Folded(places, texts, anywhere: false),
            _ => throw ValueReader.NoModifier(name, modifier),
        };
    }

    /// <summary>Texts without case and accents; of text that is nothing but signs, nothing is left to compare.</summary>
    public static EitherCondition Folded(IReadOnlyList<long> places, IEnumerable<string> texts, bool anywhere) => new(
        [.. texts.Select(FoldedText.Of).Where(static text => text.Length > 0).Select(text => new TextCondition(places, text, anywhere))]);

    public SearchCondition ReadUri(SearchParameter parameter, string? modifier, string value, string name)
    {
        var places = keys.PlacesOf(parameter);
        var uri = EscapedText.Plain(value, name);
        if (uri.Length > LongestUri) throw new SearchException("too-long", name, $"An address has no more than {LongestUri} characters.");
        return modifier switch
        {
            null => KeysOf([uri]),
            "below" => new EitherCondition(KeysOf([uri]), new TextCondition(places, uri.TrimEnd('/') + "/")),
            "above" => KeysOf(Above(uri)),
            _ => throw ValueReader.NoModifier(name, modifier),
        };

        KeyCondition KeysOf(IEnumerable<string> uris) => new([.. uris.SelectMany(one => places.Select(place => place ^ keys.Uri(one)))]);
    }

    /// <summary>The address and all that it is below.</summary>
    private static IEnumerable<string> Above(string uri)
    {
        yield return uri;
        for (var at = uri.LastIndexOf('/'); at > 0 && uri[at - 1] is not ('/' or ':'); at = uri.LastIndexOf('/', at - 1))
        {
            yield return uri[..(at + 1)];
            yield return uri[..at];
        }
    }
}
