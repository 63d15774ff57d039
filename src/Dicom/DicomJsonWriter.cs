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

    public static void WriteObject(DataSet dataSet, Utf8JsonWriter writer, JsonForm form, bool declaresCharacterSet)
    {
        writer.WriteStartObject();
        foreach (var element in dataSet)
        {
            if (declaresCharacterSet && element.Tag > Tags.SpecificCharacterSet)
            {
                declaresCharacterSet = false;
                DeclareUtf8(writer);
            }

            WriteMember(element, writer, form);
        }

        if (declaresCharacterSet) DeclareUtf8(writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes one attribute, unless <see cref="WebModel"/> does not have it.</summary>
    public static void WriteMember(DataElement element, Utf8JsonWriter writer, JsonForm form)
    {
        if (!WebModel.IsWritten(element.Tag)) return;
        var mayBeElsewhere = element.BulkData != null || VrRules.For(element.VR).Kind == VrKind.Binary;
        var uri = mayBeElsewhere ? form.BulkDataUri?.Invoke(element) : null;
        if (!WebModel.IsWritten(element, uri)) return;
        StartMember(element.Tag, element.VR, writer);
        WriteValue(element, writer, form, uri);
        writer.WriteEndObject();
    }

    /// <summary>Opens the object of an attribute and says its representation.</summary>
    public static void StartMember(Tag tag, VR vr, Utf8JsonWriter writer)
    {
        writer.WriteStartObject(tag.ToString());
        writer.WriteString(Vr, vr.ToString());
    }

    /// <summary>Opens the array of values.</summary>
    public static void StartValues(Utf8JsonWriter writer) => writer.WriteStartArray(Value);

    /// <summary>Says that text is not only ASCII.</summary>
    public static void DeclareUtf8(Utf8JsonWriter writer)
    {
        StartMember(Tags.SpecificCharacterSet, VR.CS, writer);
        StartValues(writer);
        writer.WriteStringValue("ISO_IR 192");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteValue(DataElement element, Utf8JsonWriter writer, JsonForm form, string? uri)
    {
        if (element.IsEmpty) return;
        if (element.BulkData != null || VrRules.For(element.VR).Kind == VrKind.Binary)
        {
            if (uri is not null) writer.WriteString("BulkDataURI", uri);
            else if (element.BulkData == null) writer.WriteBase64String("InlineBinary", element.Bytes.Span);
            return;
        }

        StartValues(writer);
        foreach (var item in element.Items) WriteObject(item, writer, form, declaresCharacterSet: false);
        foreach (var value in element.Values)
        {
            if (value.Length == 0) writer.WriteNullValue();
            else if (element.VR == VR.PN) WriteName(value, writer);
            else if (IsNumber(element.VR)) WriteNumber(value, writer, form);
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

    /// <summary>
    /// As a number where that is exact; what is not a number (a malformed DS), or has more digits than a number of JavaScript holds, as a
    /// string (PS3.18 F.2.3.1).
    /// </summary>
    private static void WriteNumber(string value, Utf8JsonWriter writer, JsonForm form)
    {
        var culture = CultureInfo.InvariantCulture;
        if (value == "-0") writer.WriteNumberValue(-0.0);
        else if (long.TryParse(value, NumberStyles.AllowLeadingSign, culture, out var whole)
            && whole is <= LargestExactInteger and >= -LargestExactInteger)
            writer.WriteNumberValue(whole);
        else if (!double.TryParse(value, NumberStyles.Float, culture, out var number)) writer.WriteStringValue(value);
        else if (!double.IsFinite(number) && form.NonFiniteIsNull) writer.WriteNullValue();
        else if (double.IsFinite(number) && value.AsSpan().ContainsAny(".eE") && IsExact(value)) writer.WriteNumberValue(number);
        else writer.WriteStringValue(value);
    }

    /// <summary>Up to 15 digits survive as a double; 17 that were made of one do as well.</summary>
    private static bool IsExact(string value)
    {
        var digits = value.AsSpan(0, value.AsSpan().IndexOfAny('e', 'E') is >= 0 and var end ? end : value.Length);
        return CountDigits(digits) <= 15 || IsShortestForm(value);
    }

    private static int CountDigits(ReadOnlySpan<char> number)
    {
        var significant = number.TrimStart("+-0.");
        return significant.Length - (significant.Contains('.') ? 1 : 0);
    }

    private static bool IsShortestForm(string value) =>
        double.Parse(value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture) == value;
}

/// <summary>Choices for writing DICOM JSON.</summary>
/// <param name="BulkDataUri">Gives the address of a byte string, or of a value that was left where it is; null for none.</param>
/// <param name="NonFiniteIsNull">Not a number and infinities, which JSON has not, become null instead of a string.</param>
internal sealed record JsonForm(Func<DataElement, string?>? BulkDataUri, bool NonFiniteIsNull = false);
