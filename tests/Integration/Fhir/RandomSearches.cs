using CloudPacs.Fhir.Search;
using CloudPacs.FhirServer.Searching;
using Hl7.Fhir.ElementModel;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Makes searches whose values are those of resources, whole or in part, or others.</summary>
internal sealed class RandomSearches(Random random, RandomResources pick, SearchOracle resources, ParameterSet parameters)
{
    private static readonly string[] Prefixes = ["", "", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"];

    public (string Type, IReadOnlyList<GivenParameter> Given) Next()
    {
        var type = pick.Pick([.. resources.Types]);
        var given = new List<GivenParameter> { One(type) };
        if (pick.Chance(0.25)) given.Add(One(type));
        return (type, given);
    }

    private GivenParameter One(string type)
    {
        if (pick.Chance(0.1) && Chained(type) is { } chained) return chained;
        if (pick.Chance(0.05) && Reverse(type) is { } reverse) return reverse;
        return Plain(type);
    }

    private GivenParameter? Chained(string type)
    {
        List<SearchParameter> references = [.. parameters.Of(type).Where(static one => one is { Kind: SearchKind.Reference, Paths.Count: > 0 })];
        if (references.Count == 0) return null;
        var reference = pick.Pick(references);
        List<string> targets = [.. (reference.Paths[0].Target is { } only ? [only] : reference.Targets).Where(target => resources.Of(target).Count > 0)];
        if (targets.Count == 0) return null;
        var target = pick.Pick(targets);
        var next = Plain(target);
        return new GivenParameter($"{reference.Code}:{target}.{next.Name}", next.Value);
    }

    private GivenParameter? Reverse(string type)
    {
        List<SearchParameter> references =
        [
            .. resources.Types.SelectMany(parameters.Of).Where(one => one is { Kind: SearchKind.Reference, Paths.Count: > 0 }
                && (one.Paths[0].Target is { } only ? only == type : one.Targets.Contains(type)))
        ];
        if (references.Count == 0) return null;
        var reference = pick.Pick(references);
        var next = Plain(reference.ResourceType);
        return new GivenParameter($"_has:{reference.ResourceType}:{reference.Code}:{next.Name}", next.Value);
    }

    private GivenParameter Plain(string type)
    {
        for (; ; )
        {
            var parameter = pick.Pick([.. parameters.Of(type).Where(static one => one.Paths.Count > 0 && one.Code is not ("_lastUpdated" or "instance" or "dicom-class"))]);
            if (pick.Chance(0.05) && parameter.Kind != SearchKind.Composite && parameter.Code != "_id") return new GivenParameter(parameter.Code + ":missing", pick.Pick("true", "false"));
            var resource = pick.Pick(resources.Of(type));
            if (parameter.Code == "_id") return new GivenParameter("_id", $"{resource.Id},nobody");
            var elements = resources.Elements(type, parameter.Code, resource.Resource);
            if (elements.Count == 0) continue;
            if (parameter.Kind == SearchKind.Composite)
            {
                if (Composite(parameter, pick.Pick(elements)) is { } composite) return new GivenParameter(parameter.Code, composite);
                continue;
            }

            if (Of(parameter, pick.Pick(elements)) is not var (modifier, value) || value.Length == 0) continue;
            if (pick.Chance(0.15) && parameter.Kind is SearchKind.Token or SearchKind.String or SearchKind.Reference && modifier.Length == 0) value += ",zzz";
            return new GivenParameter(parameter.Code + modifier, value);
        }
    }

    private string? Composite(SearchParameter parameter, ITypedElement shared)
    {
        var code = shared.Children("code").FirstOrDefault();
        var value = shared.Children(parameter.Code == "relationship" ? "target" : "value").FirstOrDefault();
        if (code is null || value is null) return null;
        var second = parameter.Components[1];
        var first = Token(code);
        var fits = second.Kind switch
        {
            SearchKind.Quantity => value.InstanceType is "Quantity" or "Range",
            SearchKind.Date => value.InstanceType is "dateTime" or "Period",
            SearchKind.Token => value.InstanceType is "CodeableConcept" or "boolean",
            SearchKind.String => value.InstanceType == "string",
            _ => value.InstanceType == "Reference",
        };
        if (!fits || first.Length == 0) return null;
        var text = second.Kind switch
        {
            SearchKind.Quantity => Quantity(value),
            SearchKind.Date => Time(value),
            SearchKind.Token => Token(value),
            SearchKind.String => Escaped((string)value.Value!),
            _ => value.Children("reference").FirstOrDefault()?.Value as string ?? "",
        };
        return text.Length == 0 ? null : $"{first}${text}";
    }

    private (string Modifier, string Value)? Of(SearchParameter parameter, ITypedElement element)
    {
        switch (parameter.Kind)
        {
            case SearchKind.Token:
                if (pick.Chance(0.15) && Texts(element) is { Length: > 0 } text) return (":text", Escaped(text[..random.Next(1, text.Length + 1)].TrimEnd('\\')));
                if (pick.Chance(0.2) && OfType(element) is { } typed) return (":of-type", typed);
                return (pick.Chance(0.1) ? ":not" : "", Token(element));
            case SearchKind.String:
                var whole = element.Value as string ?? element.Children().Select(static child => child.Value).OfType<string>().FirstOrDefault() ?? "";
                if (whole.Length == 0) return null;
                return pick.Pick(("", whole[..random.Next(1, whole.Length + 1)]), (":exact", whole), (":contains", whole[random.Next(whole.Length)..])) is var (modifier, part)
                    && part.Any(char.IsLetterOrDigit) ? (modifier, Escaped(part)) : null;
            case SearchKind.Reference:
                if (element.Children("identifier").FirstOrDefault() is { } identifier) return (":identifier", Token(identifier));
                var reference = element.Value as string ?? element.Children("reference").FirstOrDefault()?.Value as string;
                return reference is null ? null : ("", pick.Chance(0.2) && !reference.Contains(':', StringComparison.Ordinal) ? reference.Split("/_history/")[0].Split('/')[^1] : reference);
            case SearchKind.Uri:
                var uri = (string)element.Value!;
                return pick.Pick(("", uri), (":below", uri[..(uri.LastIndexOf('/') is > 8 and var at ? at : uri.Length)]), (":above", uri + "/more"));
            case SearchKind.Date:
                return Time(element) is { Length: > 0 } time ? ("", time) : null;
            default:
                return Quantity(element) is { Length: > 0 } quantity ? ("", quantity) : null;
        }
    }

    private string Token(ITypedElement element)
    {
        if (element.InstanceType == "CodeableConcept") return element.Children("coding").FirstOrDefault() is { } coding ? Token(coding) : "";
        if (element.InstanceType is "Quantity" or "Range" or "Reference") return "";
        var system = element.InstanceType == "ContactPoint" ? null : element.Children("system").FirstOrDefault()?.Value as string;
        var code = element.Value switch
        {
            bool flag => flag ? "true" : "false",
            string text => text,
            _ => element.Children(element.InstanceType == "Coding" ? "code" : "value").FirstOrDefault()?.Value as string,
        };
        if (code is null) return system is null ? "" : Escaped(system) + "|";
        if (element.InstanceType is not ("Coding" or "Identifier")) return Escaped(code);
        return pick.Pick(Escaped(code), $"{Escaped(system ?? "")}|{Escaped(code)}", $"|{Escaped(code)}", system is null ? Escaped(code) : Escaped(system) + "|");
    }

    private static string? OfType(ITypedElement element) => element.InstanceType == "Identifier"
        && element.Children("type").Children("coding").FirstOrDefault(static one => one.Children("system").Any() && one.Children("code").Any()) is { } coding
        && element.Children("value").FirstOrDefault()?.Value is string value
            ? $"{coding.Children("system").First().Value}|{Escaped((string)coding.Children("code").First().Value!)}|{Escaped(value)}"
            : null;

    private static string? Texts(ITypedElement element) => element.InstanceType switch
    {
        "CodeableConcept" => element.Children("text").FirstOrDefault()?.Value as string,
        "Coding" => element.Children("display").FirstOrDefault()?.Value as string,
        _ => null,
    };

    private string Time(ITypedElement element)
    {
        var text = element.InstanceType switch
        {
            "Period" => element.Children(pick.Pick("start", "end")).FirstOrDefault()?.Value?.ToString(),
            "Timing" => element.Children("event").FirstOrDefault()?.Value?.ToString(),
            "date" or "dateTime" or "instant" => element.Value!.ToString(),
            _ => null,
        };
        if (text is null) return "";
        return pick.Pick(Prefixes) + (pick.Chance(0.4) ? text[..Math.Min(text.Length, pick.Pick(4, 7, 10))] : text);
    }

    private string Quantity(ITypedElement element)
    {
        var quantity = element.InstanceType == "Range" ? element.Children("low").FirstOrDefault() ?? element.Children("high").FirstOrDefault() : element;
        if (quantity is null || !quantity.Children("value").Any()) return "";
        var number = pick.Pick(Prefixes) + pick.Pick("5.4", "5.40", "5", "100", "1e2", "99.6", "-3", "0");
        return pick.Pick(number, $"{number}|http://unitsofmeasure.org|mg", $"{number}||mg", $"{number}||mm[Hg]");
    }

    private static string Escaped(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"[\\,|$]", @"\$0");
}
