using System.Globalization;
using System.Text;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>The conversions to FHIR that need no function: code, time, number, truth value and text.</summary>
internal static class FhirConversion
{
    /// <summary>Most characters of a string (FHIR R4 datatypes.html 2.24.0.1).</summary>
    private const int LongestString = 1024 * 1024;

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
                hint = FhirElements.IsPrimitive(type) ? "Make a text of it with | text."
                    : $"Write value: {{ … }} with the parts of {type}, or use a function that makes a {type}.";
                return FhirElements.IsPrimitive(type) && kind is MapKind.Text or MapKind.Node or MapKind.Identifier or MapKind.Number;
        }
    }

    /// <summary>What an expression for the type is asked for, so that the operands of ?? are read alike.</summary>
    public static MapType? WishFor(string type) => type switch
    {
        "CodeableConcept" or "Coding" or "code" or "date" or "dateTime" or "instant" or "boolean" => null,
        "decimal" or "integer" or "positiveInt" or "unsignedInt" => null,
        _ => FhirElements.IsPrimitive(type) ? MapType.Text : null,
    };

    /// <summary>Writes the value as JSON; nothing, with a warning, when it does not fit.</summary>
    public static bool Write(JsonText json, EvalContext context, FhirElement element, in MapValue value)
    {
        if (value.AsJson() is { IsEmpty: false } finished)
        {
            json.Raw(finished);
            return true;
        }

        switch (element.Type)
        {
            case "CodeableConcept": return value.AsCode() is { } code && WriteConcept(json, code, SystemOf(code, context));
            case "Coding": return value.AsCode() is { } coding && WriteCoding(json, coding, SystemOf(coding, context));
            case "date":
                return WriteTime(json, context, element, value.AsTime(), static time => time.FhirDate());
            case "dateTime": return WriteTime(json, context, element, value.AsTime(), static time => time.FhirDateTime());
            case "instant": return WriteTime(json, context, element, value.AsTime(), static time => time.FhirInstant());
            case "boolean": return value.HasValue && WriteBool(json, value.IsTrue);
            case "decimal": return value.AsNumber() is { } number && WriteNumber(json, number);
            case "integer" or "positiveInt" or "unsignedInt": return WriteWhole(json, context, element, value.AsNumber());
            default: return WriteText(json, context, element, value.AsText());
        }
    }

    /// <summary>
    /// The system of a code as a URI: the name of a coding scheme (HL7 table 0396) is none (FHIR R4 datatypes.html 2.24.0.4).
    /// </summary>
    private static string? SystemOf(MapCode code, EvalContext context) =>
        code.System is { Length: > 0 } scheme ? CodeSchemes.SystemUri(scheme, context) : code.System;

    public static bool WriteConcept(JsonText json, MapCode code, string? system)
    {
        json.BeginObject();
        json.Name("coding"u8);
        json.BeginArray();
        FhirCodings.Write(json, system, code.Version, code.Code, code.Display);
        json.EndArray();
        json.EndObject();
        return true;
    }

    public static bool WriteCoding(JsonText json, MapCode code, string? system)
    {
        FhirCodings.Write(json, system, code.Version, code.Code, code.Display);
        return true;
    }

    private static bool WriteTime(JsonText json, EvalContext context, FhirElement element, MapTime? time, Func<MapTime, string?> write)
    {
        if (time is null) return false;
        if (write(time) is { } text)
        {
            json.Text(text);
            return true;
        }

        context.Warn("imprecise-time", element.Path);
        return false;
    }

    private static bool WriteBool(JsonText json, bool flag)
    {
        json.Bool(flag);
        return true;
    }

    private static bool WriteNumber(JsonText json, decimal number)
    {
        json.Number(number);
        return true;
    }

    private static bool WriteWhole(JsonText json, EvalContext context, FhirElement element, decimal? number)
    {
        var least = element.Type == "positiveInt" ? 1 : element.Type == "unsignedInt" ? 0 : int.MinValue;
        if (number is { } whole && whole == decimal.Truncate(whole) && whole >= least && whole <= int.MaxValue)
            return WriteNumber(json, decimal.Truncate(whole));
        if (number is not null) context.Warn("bad-number", element.Path);
        return false;
    }

    private static bool WriteText(JsonText json, EvalContext context, FhirElement element, string? text)
    {
        if (text is null) return false;
        text = Clean(text, keepsLines: element.Type is "string" or "markdown");
        if (text.Length == 0) return false;
        if (text.Length > LongestString)
        {
            context.Warn("truncated", string.Create(CultureInfo.InvariantCulture, $"{element.Path} {text.Length} -> {LongestString}"));
            text = text[..(char.IsHighSurrogate(text[LongestString - 1]) ? LongestString - 1 : LongestString)];
        }

        if (element.Codes.Count == 0 || element.Codes.Contains(text))
        {
            json.Text(text);
            return true;
        }

        context.Warn("invalid-code", element.Path);
        return false;
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
