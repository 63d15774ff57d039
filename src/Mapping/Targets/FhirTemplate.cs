using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Targets;

/// <summary>The <c>value:</c> of a FHIR rule: objects and lists whose leaves are literals or, after <c>= </c>, expressions; checked against R4.</summary>
internal static class FhirTemplate
{
    /// <summary>Makes the JSON for one message; null when the template has nothing in it. Null after a finding.</summary>
    public static Func<EvalContext, JsonNode?>? Compile(YamlValue template, FhirElement element, bool takesList, CompileScope scope)
    {
        switch (template)
        {
            case YamlText text: return CompileLeaf(text, element, takesList, scope);
            case YamlMap map: return CompileObject(map, element, scope);
        }

        var list = (YamlList)template;
        if (!takesList)
        {
            scope.Report(MapCodes.ListToSingle, list.At, $"{element.Path} takes one value, not a list.", "Write the one value without '-' or [ ].");
            return null;
        }

        var items = list.Items.Select(item => Compile(item, element, false, scope)).ToList();
        if (items.Contains(null)) return null;
        return context =>
        {
            var array = new JsonArray();
            foreach (var item in items)
            {
                if (item!(context) is { } node) array.Add(Free(node));
            }

            return array.Count == 0 ? null : array;
        };
    }

    private static Func<EvalContext, JsonNode?>? CompileObject(YamlMap map, FhirElement element, CompileScope scope)
    {
        var parent = FhirElements.ContentOf(element);
        var parts = new List<(string Name, bool Repeats, Func<EvalContext, JsonNode?> Make)>();
        var isFine = true;
        foreach (var entry in map.Entries)
        {
            if (FhirElements.IsPrimitive(parent) || FhirElements.Find(parent, entry.Key.Text) is not { } child)
            {
                scope.Report(MapCodes.UnknownElement, entry.Key.At, $"{parent} has no element {entry.Key.Text} in R4.",
                    FhirElements.IsPrimitive(parent) ? $"{element.Path} is a {parent}: write a text." : Hints.DidYouMean(entry.Key.Text, FhirElements.Names(parent)));
                isFine = false;
            }
            else if (Compile(entry.Value, child, child.Repeats, scope) is { } make)
            {
                parts.Add((entry.Key.Text, child.Repeats, make));
            }
            else
            {
                isFine = false;
            }
        }

        return !isFine ? null : context =>
        {
            var made = new JsonObject();
            foreach (var (name, repeats, make) in parts)
            {
                if (make(context) is { } node) made[name] = repeats && node is not JsonArray ? new JsonArray(Free(node)) : Free(node);
            }

            return made.Count == 0 ? null : made;
        };
    }

    private static Func<EvalContext, JsonNode?>? CompileLeaf(YamlText text, FhirElement element, bool takesList, CompileScope scope)
    {
        if (text.IsNull) return static _ => null;
        if (text.Text.StartsWith("= ", StringComparison.Ordinal)) return CompileExpression(text, element, takesList, scope);
        return Literal(text, element, scope) is { } literal ? _ => literal.DeepClone() : null;
    }

    private static Func<EvalContext, JsonNode?>? CompileExpression(YamlText text, FhirElement element, bool takesList, CompileScope scope)
    {
        var wish = FhirConversion.WishFor(element.Type);
        var compiled = new ExpressionCompiler(scope, text, 2).CompileWish(wish ?? (takesList ? MapType.Any.List : MapType.Any));
        if (ReferenceEquals(compiled, Compiled.Faulty)) return null;
        if (compiled.Type.IsList && !takesList)
        {
            scope.Report(MapCodes.ListToSingle, text.At, $"{element.Path} takes one value, not a list.", "Take one with | first, or join them with | join(', ').");
            return null;
        }

        if (!FhirConversion.Fits(compiled.Type.Kind, element.Type, out var hint))
        {
            scope.Report(MapCodes.WrongType, text.At, $"{element.Path} is a {element.Type} and does not take a {compiled.Type}.", hint);
            return null;
        }

        var evaluate = compiled.Type.Kind == MapKind.Node ? compiled.To(MapType.Text with { IsList = compiled.Type.IsList }, scope, text.At).Evaluate : compiled.Evaluate;
        return context =>
        {
            var value = evaluate(context);
            if (!value.HasValue) return null;
            if (!value.IsList) return FhirConversion.Convert(context, element, value);
            var list = new JsonArray();
            foreach (var item in value.Items)
            {
                if (FhirConversion.Convert(context, element, item) is { } node) list.Add(Free(node));
            }

            return list.Count == 0 ? null : list;
        };
    }

    /// <summary>A literal by the type of its element; coded ones are written <c>scheme#code</c>, with <c>#display</c> if wanted.</summary>
    private static JsonNode? Literal(YamlText text, FhirElement element, CompileScope scope)
    {
        switch (element.Type)
        {
            case "CodeableConcept" or "Coding":
                if (CodingOf(text, scope) is not { } coding) return null;
                return element.Type == "Coding" ? coding : new JsonObject { ["coding"] = new JsonArray(coding) };
            case "boolean":
                if (text.AsBool() is { } flag) return JsonValue.Create(flag);
                break;
            case "integer" or "positiveInt" or "unsignedInt":
                if (int.TryParse(text.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
                break;
            case "decimal":
                if (decimal.TryParse(text.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return JsonValue.Create(number);
                break;
            case var type when !FhirElements.IsPrimitive(type):
                scope.Report(MapCodes.WrongType, text.At, $"{element.Path} is a {type}, not a text.", FhirElements.Names(FhirElements.ContentOf(element)).Any() ? $"Write value: {{ … }} with the parts of {type}." : "Use an expression that makes one.");
                return null;
            default:
                if (element.Codes.Count == 0 || element.Codes.Contains(text.Text)) return JsonValue.Create(text.Text);
                scope.Report(MapCodes.UnknownCode, text.At, $"'{text.Text}' is no code of {element.Path}.", Hints.DidYouMean(text.Text, element.Codes, $"It must be one of {string.Join(", ", element.Codes)}."));
                return null;
        }

        scope.Report(MapCodes.WrongType, text.At, $"'{text.Text}' is no {element.Type}.", $"{element.Path} is a {element.Type}.");
        return null;
    }

    private static JsonObject? CodingOf(YamlText text, CompileScope scope)
    {
        // The last # but one of a URI belongs to the URI.
        var parts = text.Text.Split('#');
        if (parts.Length is 2 or 3 && parts[1].Length > 0)
        {
            if (CodeSchemes.FindUri(parts[0], scope.Settings) is { } system) return FhirConversion.Coding(new MapCode(parts[1], system, parts.Length == 3 ? parts[2] : null));
            scope.Report(MapCodes.UnknownScheme, text.At, $"{parts[0]} is no code system that is known here.", CodeSchemes.HintFor(parts[0], scope.Settings));
            return null;
        }

        scope.Report(MapCodes.WrongType, text.At, $"'{text.Text}' is no code.", "Write scheme#code, such as v2-0203#ACSN.");
        return null;
    }

    private static JsonNode Free(JsonNode node) => node.Parent is null ? node : node.DeepClone();
}
