using System.Globalization;
using System.Text;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Targets;

/// <summary>
/// The <c>value:</c> of a FHIR rule: objects and lists whose leaves are literals or, after <c>= </c>, expressions; checked against R4.
/// </summary>
internal static class FhirTemplate
{
    /// <summary>Writes a value for one message; false when it holds nothing, and then nothing was written.</summary>
    private delegate bool Maker(EvalContext context, JsonText json);

    /// <summary>Makes the value for one message; absent when the template has nothing in it. Null after a finding.</summary>
    public static Evaluator? Compile(YamlValue template, FhirElement element, bool takesList, CompileScope scope)
    {
        if (template is YamlList list)
        {
            if (!takesList)
            {
                ReportList(list.At, element, scope);
                return null;
            }

            var items = list.Items.Select(item => CompileValue(item, element, false, scope)).ToList();
            return items.Contains(null) ? null : context => MapValue.List(MapKind.Json, items.Select(item => Make(context, item!)));
        }

        if (template is YamlMap map && element.Repeats && map.Entries.FirstOrDefault(static entry => entry.Key.Text == "id") is { } id)
        {
            scope.Report(MapCodes.OwnedElement, id.Key.At, $"{element.Path}: the ids of list items are given by the engine.",
                "Take the line out.");
            return null;
        }

        if (CompileValue(template, element, takesList, scope) is not { } maker) return null;
        return context =>
        {
            // Nothing else stands there between rules, and the target takes it before the next one.
            context.Json.Truncate(0);
            maker(context, context.Json);
            return MapValue.Written(context.Json);
        };
    }

    private static MapValue Make(EvalContext context, Maker make)
    {
        var start = context.Json.Length;
        make(context, context.Json);
        return MapValue.Json(context.Json, start);
    }

    private static Maker? CompileValue(YamlValue template, FhirElement element, bool takesList, CompileScope scope)
    {
        switch (template)
        {
            case YamlText text: return CompileLeaf(text, element, takesList, scope);
            case YamlMap map: return CompileObject(map, element, scope);
        }

        var list = (YamlList)template;
        if (!takesList)
        {
            ReportList(list.At, element, scope);
            return null;
        }

        var items = list.Items.Select(item => CompileValue(item, element, false, scope)).ToList();
        return items.Contains(null) ? null : (context, json) =>
        {
            var start = json.Length;
            json.BeginArray();
            foreach (var item in items)
            {
                var mark = json.Length;
                json.Item();
                if (!item!(context, json)) json.Truncate(mark);
            }

            return EndArray(json, start);
        };
    }

    private static Maker? CompileObject(YamlMap map, FhirElement element, CompileScope scope)
    {
        var parent = FhirElements.ContentOf(element);
        var parts = new List<(byte[] Name, FhirElement Child, bool IsFound, Maker Make)>();
        var isFine = true;
        foreach (var entry in map.Entries)
        {
            if (FhirElements.IsPrimitive(parent) || FhirElements.Find(parent, entry.Key.Text) is not { } child)
            {
                scope.Report(MapCodes.UnknownElement, entry.Key.At, $"{parent} has no element {entry.Key.Text} in R4.",
                    FhirElements.IsPrimitive(parent)
                        ? $"{element.Path} is a {parent}: write a text."
                        : Hints.DidYouMean(entry.Key.Text, FhirElements.Names(parent)));
                isFine = false;
            }
            else if (CompileValue(entry.Value, child, child.Repeats, scope) is { } make)
            {
                parts.Add((Encoding.UTF8.GetBytes(entry.Key.Text), child, HasExpression(entry.Value), make));
            }
            else
            {
                isFine = false;
            }
        }

        var members = parts.ToArray();
        return !isFine ? null : (context, json) =>
        {
            var start = json.Length;
            FhirElement? lacking = null;
            var isFound = false;
            json.BeginObject();
            foreach (var (name, child, canBeFound, make) in members)
            {
                var mark = json.Length;
                json.Name(name);
                var value = json.Length;
                if (!make(context, json))
                {
                    json.Truncate(mark);
                    if (child.IsRequired) lacking ??= child;
                    continue;
                }

                isFound |= canBeFound;
                if (child.Repeats) json.Wrap(value);
            }

            return lacking is null ? json.EndObject(start) : LeaveOut(context, json, start, isFound ? lacking : null);
        };
    }

    /// <summary>What lacks an element that R4 asks for is nothing; when that leaves out something that was sent, it is told.</summary>
    private static bool LeaveOut(EvalContext context, JsonText json, int start, FhirElement? told)
    {
        json.Truncate(start);
        if (told is not null) context.Warn("incomplete", told.Path);
        return false;
    }

    /// <summary>Whether it depends on what a message says.</summary>
    private static bool HasExpression(YamlValue template) => template switch
    {
        YamlText text => text.Text.StartsWith("= ", StringComparison.Ordinal),
        YamlList list => list.Items.Any(HasExpression),
        YamlMap map => map.Entries.Any(static entry => HasExpression(entry.Value)),
        _ => false,
    };

    private static Maker? CompileLeaf(YamlText text, FhirElement element, bool takesList, CompileScope scope)
    {
        if (text.IsNull) return static (_, _) => false;
        if (text.Text.StartsWith("= ", StringComparison.Ordinal)) return CompileExpression(text, element, takesList, scope);
        if (Literal(text, element, scope) is not { } literal) return null;
        return (_, json) =>
        {
            json.Raw(literal);
            return true;
        };
    }

    private static Maker? CompileExpression(YamlText text, FhirElement element, bool takesList, CompileScope scope)
    {
        var wish = FhirConversion.WishFor(element.Type);
        var compiled = new ExpressionCompiler(scope, text, 2).CompileWish(wish ?? (takesList ? MapType.Any.List : MapType.Any));
        if (ReferenceEquals(compiled, Compiled.Faulty)) return null;
        if (compiled.Type.IsList && !takesList)
        {
            scope.Report(MapCodes.ListToSingle, text.At, $"{element.Path} takes one value, not a list.",
                "Take one with | first, or join them with | join(', ').");
            return null;
        }

        if (!FhirConversion.Fits(compiled.Type.Kind, element.Type, out var hint))
        {
            scope.Report(MapCodes.WrongType, text.At, $"{element.Path} is a {element.Type} and does not take a {compiled.Type}.", hint);
            return null;
        }

        var evaluate = compiled.Type.Kind == MapKind.Node
            ? compiled.To(MapType.Text with { IsList = compiled.Type.IsList }, scope, text.At).Evaluate
            : compiled.Evaluate;
        return (context, json) =>
        {
            var value = evaluate(context);
            if (!value.HasValue) return false;
            return value.IsList ? WriteList(json, context, element, value) : FhirConversion.Write(json, context, element, value);
        };
    }

    private static bool WriteList(JsonText json, EvalContext context, FhirElement element, in MapValue list)
    {
        var start = json.Length;
        json.BeginArray();
        foreach (var item in list.Items)
        {
            var mark = json.Length;
            json.Item();
            if (!FhirConversion.Write(json, context, element, item)) json.Truncate(mark);
        }

        return EndArray(json, start);
    }

    private static bool EndArray(JsonText json, int start)
    {
        if (json.Length == start + 1)
        {
            json.Truncate(start);
            return false;
        }

        json.EndArray();
        return true;
    }

    private static void ReportList(Position at, FhirElement element, CompileScope scope) =>
        scope.Report(MapCodes.ListToSingle, at, $"{element.Path} takes one value, not a list.", "Write the one value without '-' or [ ].");

    /// <summary>A literal by the type of its element; coded ones are written <c>scheme#code</c>, with <c>#display</c> if wanted.</summary>
    private static byte[]? Literal(YamlText text, FhirElement element, CompileScope scope)
    {
        switch (element.Type)
        {
            case "CodeableConcept" or "Coding":
                if (CodingOf(text, scope) is not { } coding) return null;
                return Finished(json => _ = element.Type == "Coding"
                    ? FhirConversion.WriteCoding(json, coding, coding.System)
                    : FhirConversion.WriteConcept(json, coding, coding.System));
            case "boolean":
                if (text.AsBool() is { } flag) return Finished(json => json.Bool(flag));
                break;
            case "integer" or "positiveInt" or "unsignedInt":
                if (int.TryParse(text.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
                    return Finished(json => json.Number(whole));
                break;
            case "decimal":
                if (decimal.TryParse(text.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                    return Finished(json => json.Number(number));
                break;
            case var type when !FhirElements.IsPrimitive(type):
                scope.Report(MapCodes.WrongType, text.At, $"{element.Path} is a {type}, not a text.",
                    FhirElements.Names(FhirElements.ContentOf(element)).Any()
                    ? $"Write value: {{ … }} with the parts of {type}."
                    : "Use an expression that makes one.");
                return null;
            default:
                if (element.Codes.Count == 0 || element.Codes.Contains(text.Text)) return Finished(json => json.Text(text.Text));
                scope.Report(MapCodes.UnknownCode, text.At, $"'{text.Text}' is no code of {element.Path}.",
                    Hints.DidYouMean(text.Text, element.Codes, $"It must be one of {string.Join(", ", element.Codes)}."));
                return null;
        }

        scope.Report(MapCodes.WrongType, text.At, $"'{text.Text}' is no {element.Type}.", $"{element.Path} is a {element.Type}.");
        return null;
    }

    private static MapCode? CodingOf(YamlText text, CompileScope scope)
    {
        // The last # but one of a URI belongs to the URI.
        var parts = text.Text.Split('#');
        if (parts.Length is 2 or 3 && parts[1].Length > 0)
        {
            if (CodeSchemes.FindUri(parts[0], scope.Settings) is { } system)
                return new MapCode(parts[1], system, parts.Length == 3 ? parts[2] : null);
            scope.Report(MapCodes.UnknownScheme, text.At, $"{parts[0]} is no code system that is known here.",
                CodeSchemes.HintFor(parts[0], scope.Settings));
            return null;
        }

        scope.Report(MapCodes.WrongType, text.At, $"'{text.Text}' is no code.", "Write scheme#code, such as v2-0203#ACSN.");
        return null;
    }

    private static byte[] Finished(Action<JsonText> write)
    {
        var json = new JsonText();
        write(json);
        return json.Take(0);
    }
}
