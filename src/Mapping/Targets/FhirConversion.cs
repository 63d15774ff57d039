using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>The conversions to FHIR that need no function (mapping.md e.4 "FHIR target"): code, time, number, truth value and text.</summary>
internal static class FhirConversion
{
    /// <summary>Whether values of a kind become the FHIR type without a function; a hint when they do not.</summary>
    public static bool Fits(MapKind kind, string type, out string hint)
    {
        hint = "";
        if (kind is MapKind.Nothing or MapKind.Json) return true;
        switch (type)
        {
            case "CodeableConcept" or "Coding":
                hint = "Make a code of it with | map(table) or | code(scheme), or of a CE/CWE field with | cc.";
                return kind == MapKind.Code;
            case "date" or "dateTime" or "instant":
                hint = "Read it with | time or | date.";
                return kind == MapKind.Time;
            case "boolean":
                hint = "Compare it, or ask with | exists.";
                return kind == MapKind.Bool;
            case "decimal" or "integer" or "positiveInt" or "unsignedInt":
                hint = "Read it with | number.";
                return kind == MapKind.Number;
            case "code":
                hint = "Map it with a table.";
                return kind is MapKind.Code or MapKind.Text or MapKind.Node;
            default:
                hint = FhirElements.IsPrimitive(type) ? "Make a text of it with | text." : $"Write value: {{ … }} with the parts of {type}, or use a function that makes a {type}.";
                return FhirElements.IsPrimitive(type) && kind is MapKind.Text or MapKind.Node or MapKind.Identifier or MapKind.Number;
        }
    }

    /// <summary>What an expression for the type is asked for, so that the operands of ?? are read alike.</summary>
    public static MapType? WishFor(string type) => type switch
    {
        "CodeableConcept" or "Coding" or "code" or "date" or "dateTime" or "instant" or "boolean" or "decimal" or "integer" or "positiveInt" or "unsignedInt" => null,
        _ => FhirElements.IsPrimitive(type) ? MapType.Text : null,
    };

    /// <summary>The value as JSON; null with a warning when it does not fit.</summary>
    public static JsonNode? Convert(EvalContext context, FhirElement element, in MapValue value)
    {
        if (value.AsJson() is { } json) return json;
        switch (element.Type)
        {
            case "CodeableConcept": return value.AsCode() is { } code ? new JsonObject { ["coding"] = new JsonArray(Coding(code)) } : null;
            case "Coding": return value.AsCode() is { } coding ? Coding(coding) : null;
            case "date": return Time(context, element, value.AsTime(), time => time.Precision > TimePrecision.Day ? time.Value.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : time.FhirDate());
            case "dateTime": return Time(context, element, value.AsTime(), time => time.FhirDateTime());
            case "instant": return Time(context, element, value.AsTime(), time => time.FhirInstant());
            case "boolean": return value.HasValue ? JsonValue.Create(value.IsTrue) : null;
            case "decimal": return value.AsNumber() is { } number ? JsonValue.Create(number) : null;
            case "integer" or "positiveInt" or "unsignedInt": return Whole(context, element, value.AsNumber());
            default: return Text(context, element, value.AsText());
        }
    }

    public static JsonObject Coding(MapCode code)
    {
        var coding = new JsonObject();
        if (code.System is { } system) coding["system"] = system;
        if (code.Version is { } version) coding["version"] = version;
        coding["code"] = code.Code;
        if (code.Display is { } display) coding["display"] = display;
        return coding;
    }

    private static JsonValue? Time(EvalContext context, FhirElement element, MapTime? time, Func<MapTime, string?> write)
    {
        if (time is null) return null;
        if (write(time) is { } text) return JsonValue.Create(text);
        context.Warn("imprecise-time", element.Path);
        return null;
    }

    private static JsonValue? Whole(EvalContext context, FhirElement element, decimal? number)
    {
        var least = element.Type == "positiveInt" ? 1 : element.Type == "unsignedInt" ? 0 : int.MinValue;
        if (number is { } whole && whole == decimal.Truncate(whole) && whole >= least && whole <= int.MaxValue) return JsonValue.Create((int)whole);
        if (number is not null) context.Warn("bad-number", element.Path);
        return null;
    }

    private static JsonValue? Text(EvalContext context, FhirElement element, string? text)
    {
        if (text is null) return null;
        text = Clean(text, keepsLines: element.Type is "string" or "markdown");
        if (text.Length == 0) return null;
        if (element.Codes.Count == 0 || element.Codes.Contains(text)) return JsonValue.Create(text);
        context.Warn("invalid-code", element.Path);
        return null;
    }

    /// <summary>Trims, and takes out control characters, which FHIR strings may not hold.</summary>
    private static string Clean(string text, bool keepsLines)
    {
        var span = text.AsSpan().Trim();
        if (span.IndexOfAnyInRange('\0', '\u001F') < 0) return span.Length == text.Length ? text : span.ToString();
        var clean = new StringBuilder(span.Length);
        foreach (var c in span)
        {
            if (c >= ' ' || (keepsLines && c is '\t' or '\n' or '\r')) clean.Append(c);
            else if (c is '\t' or '\n' or '\r') clean.Append(' ');
        }

        return clean.ToString();
    }
}
