using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CloudPacs.Dicom;

/// <summary>Writes the attributes of one data set as members of a JSON object.</summary>
internal static class DicomJsonWriter
{
    private const long LargestExactInteger = 1L << 53;
    private static readonly JsonEncodedText Vr = JsonEncodedText.Encode("vr");
    private static readonly JsonEncodedText Value = JsonEncodedText.Encode("Value");
    private static readonly string[] GroupNames = ["Alphabetic", "Ideographic", "Phonetic"];

    public static bool HasNonAscii(DataSet dataSet)
    {
        foreach (var element in dataSet)
        {
            foreach (var item in element.Items)
                if (HasNonAscii(item)) return true;
            if (VrRules.For(element.VR).Kind != VrKind.Text) continue;
            foreach (var value in element.Values)
                if (!Ascii.IsValid(value)) return true;
        }

        return false;
    }

    public static void WriteObject(
        DataSet dataSet, Utf8JsonWriter writer, Func<DataElement, string?>? bulkDataUri, bool declaresCharacterSet)
    {
        writer.WriteStartObject();
        foreach (var element in dataSet)
        {
            if (!WebModel.Has(element.Tag)) continue;
            var uri = VrRules.For(element.VR).Kind == VrKind.Binary ? bulkDataUri?.Invoke(element) : null;
            if (!WebModel.Has(element, uri)) continue;
            if (declaresCharacterSet && element.Tag > Tags.SpecificCharacterSet) Declare();
            writer.WriteStartObject(element.Tag.ToString());
            writer.WriteString(Vr, element.VR.ToString());
            WriteValue(element, writer, bulkDataUri, uri);
            writer.WriteEndObject();
        }

        if (declaresCharacterSet) Declare();
        writer.WriteEndObject();

        void Declare()
        {
            declaresCharacterSet = false;
            writer.WriteStartObject(Tags.SpecificCharacterSet.ToString());
            writer.WriteString(Vr, "CS");
            writer.WriteStartArray(Value);
            writer.WriteStringValue("ISO_IR 192");
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    private static void WriteValue(DataElement element, Utf8JsonWriter writer, Func<DataElement, string?>? bulkDataUri, string? uri)
    {
        if (element.IsEmpty) return;
        if (VrRules.For(element.VR).Kind == VrKind.Binary)
        {
            if (uri is not null) writer.WriteString("BulkDataURI", uri);
            else writer.WriteBase64String("InlineBinary", element.Bytes.Span);
            return;
        }

        writer.WriteStartArray(Value);
        foreach (var item in element.Items) WriteObject(item, writer, bulkDataUri, declaresCharacterSet: false);
        foreach (var value in element.Values)
        {
            if (value.Length == 0) writer.WriteNullValue();
            else if (element.VR == VR.PN) WriteName(value, writer);
            else if (IsNumber(element.VR)) WriteNumber(value, writer);
            else writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    private static void WriteName(string name, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        var groups = name.Split('=', GroupNames.Length);
        for (var i = 0; i < groups.Length; i++)
            if (groups[i].Length > 0) writer.WriteString(GroupNames[i], groups[i]);
        writer.WriteEndObject();
    }

    private static bool IsNumber(VR vr) =>
        vr is VR.DS or VR.IS or VR.FL or VR.FD or VR.SL or VR.SS or VR.SV or VR.UL or VR.US or VR.UV;

    /// <summary>As a number where that is exact; what is not a number (NaN, a malformed DS) as a string (PS3.18 F.2.3.1).</summary>
    private static void WriteNumber(string value, Utf8JsonWriter writer)
    {
        var culture = CultureInfo.InvariantCulture;
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, culture, out var whole)
            && whole is <= LargestExactInteger and >= -LargestExactInteger)
            writer.WriteNumberValue(whole);
        else if (value.AsSpan().ContainsAny(".eE") && double.TryParse(value, NumberStyles.Float, culture, out var number)
            && double.IsFinite(number))
            writer.WriteNumberValue(number);
        else writer.WriteStringValue(value);
    }
}
