using System.Globalization;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>
/// The value of an OBX as value[x] of a FHIR Observation, by the data type that OBX-2 names (HL7 v2.5.1 7.4.2.2). What its type does not
/// hold, and several values, become a text: nothing that was observed is lost.
/// </summary>
internal static class ObservedValues
{
    public static IReadOnlyList<string> Types { get; } = ["Quantity", "CodeableConcept", "Range", "Ratio", "dateTime", "time", "string"];

    private static readonly string[] Comparators = ["<=", ">=", "<", ">"];

    /// <summary>Writes the value if it becomes the type that is wanted.</summary>
    /// <returns>The type that it becomes; null without a value.</returns>
    public static string? Write(JsonText json, Segment obx, string wanted, EvalContext context)
    {
        var value = obx.Field(5);
        if (!value.HasValue) return null;
        var kind = ElementText.Value(obx.Field(2))?.ToUpperInvariant();
        var type = value.RepetitionCount > 1 ? "string" : TypeOf(kind, value, context);
        if (type != wanted) return type;
        switch (type)
        {
            case "Quantity": WriteQuantity(json, kind, value, obx.Field(6)); break;
            case "CodeableConcept": CodedElement.WriteConcept(json, value, context); break;
            case "Range": WriteTwo(json, "low"u8, "high"u8, value, obx.Field(6), obx.Field(6)); break;
            // The unit is that of the whole: of one number divided by a plain one.
            case "Ratio": WriteTwo(json, "numerator"u8, "denominator"u8, value, obx.Field(6), default); break;
            case "dateTime": json.Text(context.ReadTime(value.Text)!.FhirDateTime()); break;
            case "time": json.Text(TimeOfDay(value.Text)!); break;
            default: WriteText(json, kind, value, obx.Field(6), context); break;
        }

        return type;
    }

    private static string TypeOf(string? kind, in Element value, EvalContext context) => kind switch
    {
        "NM" => Number(value.Text).Number is null ? "string" : "Quantity",
        "SN" => TypeOfStructured(value),
        "CE" or "CWE" or "CNE" or "CF" => "CodeableConcept",
        "DT" or "TS" or "DTM" => context.ReadTime(value.Text) is null ? "string" : "dateTime",
        "TM" => TimeOfDay(value.Text) is null ? "string" : "time",
        _ => "string",
    };

    /// <summary>Structured numeric (HL7 v2.5.1 2.A.70): comparator, number, separator, number.</summary>
    private static string TypeOfStructured(in Element value)
    {
        var (first, second) = (Component(value, 2), Component(value, 4));
        var comparator = ComparatorOf(value);
        // That it is not the number, FHIR cannot say.
        if (comparator is not null && !Comparators.Contains(comparator)) return "string";
        return (ElementText.Component(value, 3), first, second) switch
        {
            (null, not null, null) => "Quantity",
            ("-", not null, not null) when comparator is null => "Range",
            ("/" or ":", not null, not null) => "Ratio",
            _ => "string",
        };
    }

    /// <summary>That of a structured numeric; null for equal, which FHIR says by none.</summary>
    private static string? ComparatorOf(in Element value) =>
        ElementText.Component(value, 1) is { } comparator and not "=" ? comparator : null;

    private static void WriteQuantity(JsonText json, string? kind, in Element value, in Element units)
    {
        var (comparator, number) = kind == "SN" ? (ComparatorOf(value), Component(value, 2)) : Number(value.Text);
        WriteNumber(json, comparator, number!.Value, units);
    }

    /// <summary>What the whole is compared with stands at its first number: only a ratio has it here.</summary>
    private static void WriteTwo(
        JsonText json, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, in Element value, in Element units, in Element otherUnits)
    {
        json.BeginObject();
        json.Name(one);
        WriteNumber(json, ComparatorOf(value), Component(value, 2)!.Value, units);
        json.Name(other);
        WriteNumber(json, comparator: null, Component(value, 4)!.Value, otherUnits);
        json.EndObject();
    }

    private static void WriteNumber(JsonText json, string? comparator, decimal number, in Element units)
    {
        json.BeginObject();
        json.Name("value"u8);
        json.Number(number);
        json.Text("comparator"u8, comparator);
        WriteUnit(json, units);
        json.EndObject();
    }

    /// <summary>The unit in words; with its code where it is one of UCUM.</summary>
    private static void WriteUnit(JsonText json, in Element units)
    {
        var ucum = ElementText.Component(units, 3) == "UCUM" ? ElementText.Component(units, 1)
            : ElementText.Component(units, 6) == "UCUM" ? ElementText.Component(units, 4) : null;
        json.Text("unit"u8, UnitOf(units));
        if (ucum is null) return;
        json.Text("system"u8, "http://unitsofmeasure.org");
        json.Text("code"u8, ucum);
    }

    private static string? UnitOf(in Element units) =>
        ElementText.Component(units, 2) ?? ElementText.Component(units, 1) ?? ElementText.Component(units, 5);

    private static void WriteText(JsonText json, string? kind, in Element value, in Element units, EvalContext context)
    {
        if (kind is "NM" or "DT" or "TS" or "DTM" or "TM" or "SN" && value.RepetitionCount <= 1)
            context.Warn("kept-as-text", kind, MapValue.Node(value));
        var text = kind is "CE" or "CWE" or "CNE" or "CF"
            ? string.Join('\n', Enumerable.Range(1, value.RepetitionCount).Select(TextOf(value)))
            : kind == "SN" && value.RepetitionCount <= 1
                ? $"{string.Concat(Enumerable.Range(1, value.ComponentCount).Select(PartOf(value)))} {UnitOf(units)}"
                : value.LongText;
        json.Text(text!.Trim());
    }

    private static Func<int, string?> TextOf(Element value) => n =>
        ElementText.Component(value.Repetition(n), 2) ?? ElementText.Component(value.Repetition(n), 1);

    private static Func<int, string?> PartOf(Element value) => n => value.Component(n).LongText;

    /// <summary>Some write a comparator into a number.</summary>
    private static (string? Comparator, decimal? Number) Number(string? text)
    {
        text = text?.Trim() ?? "";
        var comparator = Array.Find(Comparators, mark => text.StartsWith(mark, StringComparison.Ordinal));
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite;
        return decimal.TryParse(text.AsSpan(comparator?.Length ?? 0), Style, CultureInfo.InvariantCulture, out var number)
            ? (comparator, number)
            : (null, null);
    }

    private static decimal? Component(in Element value, int component) =>
        ElementText.Component(value, component) is { } text ? Number(text) is (null, { } number) ? number : null : null;

    /// <summary>HHMM[SS[.S…]] as FHIR time; null when it is none. A zone belongs to an instant, which this is not.</summary>
    private static string? TimeOfDay(string? text)
    {
        var digits = text.AsSpan().Trim();
        if (digits.IndexOfAny('+', '-') is > 0 and var zone) digits = digits[..zone];
        var whole = digits.IndexOf('.') is >= 0 and var point ? digits[..point] : digits;
        if (whole.Length is not (4 or 6) || whole.ContainsAnyExceptInRange('0', '9')) return null;
        var seconds = whole.Length == 6 ? whole[4..] : "00";
        return TimeOnly.TryParseExact($"{whole[..4]}{seconds}", "HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.ToString("HH:mm:ss", CultureInfo.InvariantCulture)
            : null;
    }
}
