using System.Text.Json;
using CloudPacs.Fhir.Definitions;
using CloudPacs.Fhir.Search.Indexing;

namespace CloudPacs.Fhir.Search.Defining;

/// <summary>Why a SearchParameter cannot be one of this server.</summary>
/// <param name="Expression">FHIRPath of the element that says so.</param>
/// <param name="Code">Code of value set issue-type.</param>
/// <param name="Text">A sentence.</param>
public sealed record ParameterProblem(string Expression, string Code, string Text);

/// <summary>
/// Reads SearchParameters that a site defines (FHIR R4 searchparameter.html): the one place that tells what can be indexed of them. One
/// that is not active defines nothing, and is looked at when it becomes so.
/// </summary>
public static class SiteParameter
{
    private const string Root = "SearchParameter.";

    private const int LongestExpression = 4000, LongestCode = 64;

    private static readonly HashSet<string> OfAllTypes = ["Resource", "DomainResource"];

    private static readonly Lazy<HashSet<string>> StandardUrls = new(static () =>
    [
        .. ParameterSet.Standard.Types.SelectMany(ParameterSet.Standard.Of).Select(static parameter => parameter.Url),
    ]);

    /// <summary>Whether it is a parameter which comes with the program.</summary>
    /// <param name="json">A SearchParameter.</param>
    public static bool IsStandard(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
        return StandardUrls.Value.Contains(Text(document.RootElement, "url"));
    }

    /// <param name="json">A valid SearchParameter.</param>
    /// <param name="isReady">Whether all resources are indexed by it.</param>
    /// <returns>One parameter for each type that it is for, none when it is not active; or why it cannot be.</returns>
    public static (IReadOnlyList<SearchParameter> Parameters, ParameterProblem? Problem) Read(ReadOnlyMemory<byte> json, bool isReady)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
        var definition = document.RootElement;
        if (StandardUrls.Value.Contains(Text(definition, "url")))
            return Refused("url", "business-rule", "This is the address of a parameter of FHIR R4, which comes with the program.");
        if (Text(definition, "status") != "active") return ([], null);
        try
        {
            return (ReadActive(definition, isReady), null);
        }
        catch (RefusedException e)
        {
            return Refused(e.Element, e.Code, e.Message);
        }
    }

    private static List<SearchParameter> ReadActive(JsonElement definition, bool isReady)
    {
        if (!Enum.TryParse<SearchKind>(Text(definition, "type"), ignoreCase: true, out var kind)
            || kind is SearchKind.Composite or SearchKind.Special)
            throw new RefusedException(
                "type", "not-supported", $"Parameters of type {Text(definition, "type")} are not indexed: string, token, reference, date, "
                    + "number, quantity and uri are.");
        var code = CodeOf(definition);
        var types = TypesOf(definition);
        if (types.Find(type => ParameterSet.Standard.Find(type, code) is not null) is { } owner)
            throw new RefusedException("code", "duplicate", $"{owner} has a parameter {code} in FHIR R4.");
        var expression = Text(definition, "expression");
        if (expression.Length == 0)
            throw new RefusedException("expression", "required", "Without an expression nothing can be indexed.");
        if (expression.Length > LongestExpression)
            throw new RefusedException("expression", "too-long", $"An expression has no more than {LongestExpression} characters.");
        var roots = new HashSet<string>();
        var parameters = types.ConvertAll(type => new SearchParameter
        {
            ResourceType = type,
            Code = code,
            Kind = kind,
            Url = Text(definition, "url"),
            Expression = expression,
            Targets = kind == SearchKind.Reference ? TextsOf(definition, "target") : [],
            Paths = PathsOf(expression, kind, type, roots),
            IsReady = isReady,
            Uses = UsesOf(definition),
            DefinedBy = Text(definition, "id") is { Length: > 0 } id ? id : null,
        });
        return roots.FirstOrDefault(root => !types.Contains(root) && !OfAllTypes.Contains(root)) is { } other
            ? throw new RefusedException("expression", "value", $"A part of the expression begins with {other}, which is no base.")
            : parameters;
    }

    /// <summary>What a definition says of none of them is not enforced.</summary>
    private static ParameterUses? UsesOf(JsonElement definition)
    {
        var takesSeveral = !definition.TryGetProperty("multipleOr", out var several) || several.ValueKind != JsonValueKind.False;
        var uses = new ParameterUses(Given("comparator"), Given("modifier"), Given("chain"), takesSeveral);
        return uses is { Comparators: null, Modifiers: null, Chains: null, TakesSeveral: true } ? null : uses;

        List<string>? Given(string member) => definition.TryGetProperty(member, out _) ? TextsOf(definition, member) : null;
    }

    private static string CodeOf(JsonElement definition)
    {
        var code = Text(definition, "code");
        return code.Length <= LongestCode && char.IsAsciiLetter(code[0])
            && code.All(static sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_')
            ? code
            : throw new RefusedException(
                "code", "value", $"A code has a letter first, then letters, digits, - and _, and no more than {LongestCode} of them.");
    }

    private static List<string> TypesOf(JsonElement definition)
    {
        var bases = TextsOf(definition, "base");
        for (var i = 0; i < bases.Count; i++)
        {
            if (!OfAllTypes.Contains(bases[i]) && !ParameterSet.Standard.Types.Contains(bases[i]))
                throw new RefusedException($"base[{i}]", "not-supported", $"This server finds no resources of type {bases[i]}.");
        }

        return bases.Exists(OfAllTypes.Contains) ? [.. ParameterSet.Standard.Types] : [.. bases.Distinct()];
    }

    private static List<ElementPath> PathsOf(string expression, SearchKind kind, string type, HashSet<string> roots)
    {
        try
        {
            var paths = PathExpression.Paths(expression, FhirDefinitions.Get(type), name =>
            {
                roots.Add(name);
                return name == type || OfAllTypes.Contains(name);
            });
            return Indexed(paths, kind, type);
        }
        catch (FormatException e)
        {
            throw new RefusedException("expression", "not-supported", e.Message);
        }
    }

    private static List<ElementPath> Indexed(IReadOnlyList<ElementPath> paths, SearchKind kind, string type)
    {
        if (paths.Count == 0) throw new FormatException($"No part of the expression begins with {type}.");
        var isIndexed = paths.ToLookup(path => SearchIndexing.IsIndexed(kind, path));
        // Of a choice of types those that are not looked for have no such values.
        if (isIndexed[false].FirstOrDefault(path => !isIndexed[true].Any() || path.Element is not { IsChoice: true }) is { } other)
            throw new FormatException($"{type}.{other} is of type {other.Type}, in which no parameter of type {kind} looks.");
        return [.. isIndexed[true].SelectMany(path => kind == SearchKind.String ? StandardParameters.WithParts(path) : [path])];
    }

    private static string Text(JsonElement definition, string member) =>
        definition.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static List<string> TextsOf(JsonElement definition, string member) =>
        definition.TryGetProperty(member, out var values)
            ? [.. values.EnumerateArray().Select(static value => value.GetString()).OfType<string>()]
            : [];

    private static (IReadOnlyList<SearchParameter> Parameters, ParameterProblem? Problem) Refused(
        string element, string code, string text) => ([], new ParameterProblem(Root + element, code, text));

    private sealed class RefusedException(string element, string code, string message) : Exception(message)
    {
        public string Element => element;

        public string Code => code;
    }
}
