using CloudPacs.Dicom;
using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Reading of single parts: trimmed text, or null when the part is absent, HL7 null or blank.</summary>
internal static class ElementText
{
    public static string? Value(Element element)
    {
        var text = element.Text;
        if (text is null) return null;
        if (text.Length > 0 && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1])) return text;
        text = text.Trim();
        return text.Length == 0 ? null : text;
    }

    /// <summary>The same of a part of an id or its authority, in the one form in which ids are compared.</summary>
    public static string? Id(Element element) => Value(element) is { } text ? IdCharacters.Normalize(text) : null;

    public static string? Component(Element element, int component) => Value(element.Component(component));

    public static string? SubComponent(Element element, int component, int subComponent) =>
        Value(element.Component(component).SubComponent(subComponent));
}
