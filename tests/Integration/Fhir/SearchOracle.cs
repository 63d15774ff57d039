using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CloudPacs.Fhir.Search;
using Hl7.Fhir.ElementModel;
using Hl7.Fhir.FhirPath;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.FhirPath;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>
/// What a search should find, by a plain evaluation of each resource: the expressions of the search parameters as the standard gives them, by
/// the FHIRPath of the SDK, and the comparisons as the standard tells them (FHIR R4 search.html 3.1.1.4).
/// </summary>
/// <param name="parameters">Those of the standard, and of a site.</param>
internal sealed class SearchOracle(ParameterSet parameters)
{
    private static readonly Dictionary<(string Type, string Code), string[]> Definitions = ReadDefinitions();
    private static readonly PocoBuilderSettings Lenient = new() { AllowUnrecognizedEnums = true, IgnoreUnknownMembers = true };
    private readonly Dictionary<string, List<(string Id, ITypedElement Resource)>> _resources = [];

    private readonly Dictionary<(string Type, string Id), string> _texts = [];

    /// <summary>What was worked out before: expressions are slow, and resources stay as they are.</summary>
    private readonly Dictionary<(ITypedElement Resource, string Code), List<ITypedElement>> _elements = [];

    private static readonly ConcurrentDictionary<Type, PocoNode> Empty = new();

    static SearchOracle() => FhirPathCompiler.DefaultSymbolTable.AddFhirExtensions();

    public void Add(string type, string id, byte[] json)
    {
        if (!_resources.TryGetValue(type, out var same)) _resources.Add(type, same = []);
        _texts[(type, id)] = Encoding.UTF8.GetString(json);
        same.Add((id, FhirJsonNode.Parse(Encoding.UTF8.GetString(json)).ToTypedElement(ModelInfo.ModelInspector).ToPoco<Resource>(Lenient).ToPocoNode()));
    }

    public string TextOf(string type, string id) => _texts[(type, id)];

    public IEnumerable<string> Types => _resources.Keys;

    public IReadOnlyList<(string Id, ITypedElement Resource)> Of(string type) => _resources.GetValueOrDefault(type) ?? [];

    public IEnumerable<string> Search(string type, string name, string value) =>
        Of(type).Where(one => Matches(type, one.Id, one.Resource, name, value)).Select(static one => one.Id);

    /// <summary>The elements that a parameter looks at.</summary>
    public IReadOnlyList<ITypedElement> Elements(string type, string code, ITypedElement resource)
    {
        if (_elements.TryGetValue((resource, code), out var known)) return known;
        var expression = parameters.Find(type, code)!.Expression.Replace("Resource.", type + ".", StringComparison.Ordinal);
        return _elements[(resource, code)] = Select(resource, expression);
    }

    /// <summary>The SDK cannot compare quantities that have a comparator, which a union does.</summary>
    private static List<ITypedElement> Select(ITypedElement element, string expression) =>
        [.. expression.Split(" | ").SelectMany(part => element.Select(part, new FhirEvaluationContext { ElementResolver = Resolve }))];

    private bool Matches(string type, string id, ITypedElement resource, string name, string value)
    {
        if (name.StartsWith("_has:", StringComparison.Ordinal))
        {
            var parts = name.Split(':', 4);
            return Of(parts[1]).Any(source => Matches(parts[1], source.Id, source.Resource, parts[3], value)
                && Elements(parts[1], parts[2], source.Resource).Any(element => ReferenceOf(element) is { } to && Literal(to) == $"{type}/{id}"));
        }

        if (name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot)
        {
            var (head, rest) = (name[..dot], name[(dot + 1)..]);
            var code = head.Split(':')[0];
            return Elements(type, code, resource).Any(element => ReferenceOf(element) is { } to && Literal(to).Split('/') is [var next, var target]
                && (!head.Contains(':', StringComparison.Ordinal) || next == head.Split(':')[1])
                && parameters.Find(next, rest.Split(':')[0]) is not null
                && Of(next).Any(one => one.Id == target && Matches(next, target, one.Resource, rest, value)));
        }

        return MatchesOwn(type, id, resource, name, value);
    }

    private bool MatchesOwn(string type, string id, ITypedElement resource, string name, string value)
    {
        var (code, modifier) = name.Split(':') is [var first, var second] ? (first, second) : (name, null);
        var alternatives = SplitOn(value, ',');
        if (code == "_id") return alternatives.Contains(id);
        var kind = parameters.Find(type, code)!.Kind;
        if (kind == SearchKind.Composite) return alternatives.Any(one => MatchesComposite(type, code, resource, one));
        var elements = Elements(type, code, resource).Where(element => element.InstanceType is not null && Counts(element, kind)).ToList();
        if (modifier == "missing") return (value == "true") == (elements.Count == 0);
        var found = alternatives.Any(one => elements.Any(element => Matches(element, kind, modifier == "not" ? null : modifier, one)));
        return modifier == "not" ? !found : found;
    }

    /// <summary>An element of a type that the parameter does not look at is as none.</summary>
    private static bool Counts(ITypedElement element, SearchKind kind) => kind switch
    {
        SearchKind.Date => element.InstanceType is "date" or "dateTime" or "instant" or "Period" or "Timing",
        SearchKind.Reference => element.InstanceType is "Reference" or "canonical" or "uri",
        SearchKind.Token => element.InstanceType is "CodeableConcept" or "Coding" or "Identifier" or "ContactPoint" or "string" or "markdown" or "code" or "id" or "boolean" or "uri"
            or "url" or "canonical" or "oid" or "uuid" || element.Value is true,
        _ => true,
    };

    private bool MatchesComposite(string type, string code, ITypedElement resource, string value)
    {
        var values = SplitOn(value, '$');
        var components = Definitions[(type, code)][5].Split(',').Select(static one => one.Split('=')).ToList();
        return Elements(type, code, resource).Any(shared => values.Zip(components).All(pair =>
            Select(shared, pair.Second[1].Replace("DateTime", "dateTime", StringComparison.Ordinal))
                .Any(element => Matches(element, ParameterSet.Standard.Find(type, pair.Second[0])!.Kind, null, pair.First))));
    }

    private static bool Matches(ITypedElement element, SearchKind kind, string? modifier, string value) => kind switch
    {
        SearchKind.Token => modifier == "text" ? TextsOf(element).Any(text => Fold(text).StartsWith(Fold(Plain(value)), StringComparison.Ordinal))
            : modifier == "of-type" ? MatchesOfType(element, value) : MatchesToken(element, value),
        SearchKind.String => StringsOf(element).Any(text => modifier switch
        {
            "exact" => text == Plain(value),
            "contains" => Fold(text).Contains(Fold(Plain(value)), StringComparison.Ordinal),
            _ => Fold(text).StartsWith(Fold(Plain(value)), StringComparison.Ordinal),
        }),
        SearchKind.Reference => modifier == "identifier"
            ? element.Children("identifier").Any(identifier => MatchesToken(identifier, value))
            : ReferenceOf(element) is { } reference && (Literal(reference) == value || reference == value || Literal(reference).Split('/')[^1] == value && !reference.Contains(':', StringComparison.Ordinal)),
        SearchKind.Uri => UriMatches((string)element.Value!, modifier, value),
        SearchKind.Date => OracleTimes.Of(element) is { } time && OracleTimes.Matches(time, value),
        SearchKind.Number or SearchKind.Quantity => OracleNumbers.Matches(element, value),
        _ => throw new NotSupportedException(kind.ToString()),
    };

    private static bool UriMatches(string uri, string? modifier, string value) => modifier switch
    {
        "below" => uri == value || uri.StartsWith(value.TrimEnd('/') + "/", StringComparison.Ordinal),
        "above" => value == uri || value.StartsWith(uri.TrimEnd('/') + "/", StringComparison.Ordinal),
        _ => uri == value,
    };

    private static bool MatchesOfType(ITypedElement element, string value)
    {
        var parts = SplitOn(value, '|');
        return element.InstanceType == "Identifier" && Text(element, "value") == Plain(parts[2])
            && element.Children("type").Children("coding").Any(coding => Text(coding, "system") == Plain(parts[0]) && Text(coding, "code") == Plain(parts[1]));
    }

    private static bool MatchesToken(ITypedElement element, string value)
    {
        var parts = SplitOn(value, '|').ConvertAll(Plain);
        return TokensOf(element).Any(token => parts switch
        {
            [var code] => token.Code == Folded(code, token.IsFolded),
            ["", var code] => token.Code == Folded(code, token.IsFolded) && token.System is null,
            [var system, ""] => token.System == system,
            [var system, var code] => token.System == system && token.Code == Folded(code, token.IsFolded),
            _ => false,
        });
    }

    private static string Folded(string text, bool isFolded) => isFolded ? text.ToLowerInvariant() : text;

    private static IEnumerable<(string? System, string? Code, bool IsFolded)> TokensOf(ITypedElement element)
    {
        switch (element.InstanceType)
        {
            case "CodeableConcept":
                return element.Children("coding").SelectMany(TokensOf);
            case "Coding":
                return [(Text(element, "system"), Text(element, "code"), false)];
            case "Identifier":
                var (system, value) = (Text(element, "system"), Text(element, "value"));
                return system == "urn:dicom:uid" && value?.StartsWith("urn:oid:", StringComparison.Ordinal) == true
                    ? [(system, value, false), (system, value["urn:oid:".Length..], false)]
                    : [(system, value, false)];
            case "ContactPoint":
                return [(null, Text(element, "value")?.ToLowerInvariant(), true)];
            case "boolean":
                return [(null, (bool)element.Value! ? "true" : "false", false)];
            case "System.Boolean" or "Boolean":
                return (bool)element.Value! ? [(null, "true", false)] : [];
            case "string" or "markdown":
                return [(null, ((string)element.Value!).ToLowerInvariant(), true)];
            default:
                return element.Value is string code ? [(null, code, false)] : [];
        }
    }

    private static IEnumerable<string> TextsOf(ITypedElement element) => element.InstanceType switch
    {
        "CodeableConcept" => [.. Texts(element, "text"), .. element.Children("coding").SelectMany(static coding => Texts(coding, "display"))],
        "Coding" => Texts(element, "display"),
        "Identifier" => element.Children("type").SelectMany(static type => Texts(type, "text")),
        "string" or "markdown" => [(string)element.Value!],
        _ => [],
    };

    private static IEnumerable<string> StringsOf(ITypedElement element) => element.InstanceType switch
    {
        "HumanName" => new[] { "family", "given", "prefix", "suffix", "text" }.SelectMany(name => Texts(element, name)),
        "Address" => new[] { "line", "city", "district", "state", "postalCode", "country", "text" }.SelectMany(name => Texts(element, name)),
        _ => element.Value is string text ? [text] : [],
    };

    private static string? ReferenceOf(ITypedElement element) =>
        element.Value as string ?? (element.InstanceType == "Reference" ? Text(element, "reference") : null);

    private static string Literal(string reference) => reference.Split("/_history/")[0];

    /// <summary>Something of the type that a reference names: no parameter looks further.</summary>
    private static PocoNode Resolve(string reference) => Literal(reference).Split('/') is [.., var type, _] && ModelInfo.GetTypeForFhirType(type) is { } model
        ? Empty.GetOrAdd(model, static model => ((Resource)Activator.CreateInstance(model)!).ToPocoNode())
        : null!;

    private static IEnumerable<string> Texts(ITypedElement element, string name) => element.Children(name).Select(static child => child.Value).OfType<string>();

    private static string? Text(ITypedElement element, string name) => Texts(element, name).FirstOrDefault();

    private static string Fold(string text)
    {
        var plain = text.Normalize(NormalizationForm.FormKD).Where(static c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            .Select(static c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ');
        return string.Join(' ', string.Concat(plain).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    public static List<string> SplitOn(string text, char separator)
    {
        var parts = new List<string> { "" };
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') parts[^1] += text[i] + (++i < text.Length ? text[i].ToString() : "");
            else if (text[i] == separator) parts.Add("");
            else parts[^1] += text[i];
        }

        return parts;
    }

    private static string Plain(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"\\(.)", "$1");

    private static Dictionary<(string Type, string Code), string[]> ReadDefinitions()
    {
        using var stream = typeof(ParameterSet).Assembly.GetManifestResourceStream("parameters.tsv")!;
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('\t')).ToList();
        var all = lines.Where(static line => line[0] == "Resource").ToList();
        return lines.Concat(ParameterSet.Standard.Types.SelectMany(type => all.Select(line => (string[])[type, .. line[1..]])))
            .DistinctBy(static line => (line[0], line[1])).ToDictionary(static line => (line[0], line[1]));
    }
}
