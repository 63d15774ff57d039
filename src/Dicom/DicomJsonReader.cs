using System.Text.Json;

namespace CloudPacs.Dicom;

/// <summary>Reads JSON objects as data sets; stops at the first error.</summary>
internal sealed class DicomJsonReader(Func<string, ReadOnlyMemory<byte>?>? bulkData)
{
    public string? Error { get; private set; }

    public DataSet ReadObject(JsonElement source)
    {
        var dataSet = new DataSet();
        if (source.ValueKind != JsonValueKind.Object)
        {
            Error ??= "A data set must be a JSON object.";
            return dataSet;
        }

        foreach (var member in source.EnumerateObject())
        {
            if (Error != null) break;
            if (member.Name.Length != 8 || !Tag.TryParse(member.Name, out var tag))
                Error = "A member name is not a tag of eight hexadecimal digits.";
            else if (tag != Tags.SpecificCharacterSet && !tag.IsGroupLength) ReadAttribute(tag, member.Value, dataSet);
        }

        return dataSet;
    }

    private void ReadAttribute(Tag tag, JsonElement source, DataSet dataSet)
    {
        if (source.ValueKind != JsonValueKind.Object)
        {
            Error = $"{tag} must be a JSON object.";
            return;
        }

        var vr = DicomDictionary.VrOf(tag);
        if (source.TryGetProperty("vr", out var named)
            && (named.ValueKind != JsonValueKind.String || !VrRules.TryParse(named.GetString(), out vr)))
        {
            Error = $"{tag} has an unknown vr.";
            return;
        }

        if (source.TryGetProperty("Value", out var values))
        {
            if (values.ValueKind == JsonValueKind.Array) ReadValues(tag, vr, values, dataSet);
            else Error = $"Value of {tag} must be an array.";
        }
        else if (source.TryGetProperty("InlineBinary", out var inline)) ReadInline(tag, vr, inline, dataSet);
        else if (source.TryGetProperty("BulkDataURI", out var uri) && uri.ValueKind == JsonValueKind.String
            && bulkData?.Invoke(uri.GetString()!) is { } bytes
            && VrRules.For(vr).Kind is VrKind.Binary or VrKind.Number) dataSet.SetBytes(tag, vr, bytes);
        else dataSet.Add(DataElement.CreateEmpty(tag, vr));
    }

    private void ReadInline(Tag tag, VR vr, JsonElement inline, DataSet dataSet)
    {
        if (VrRules.For(vr).Kind is not (VrKind.Binary or VrKind.Number) || inline.ValueKind != JsonValueKind.String
            || !inline.TryGetBytesFromBase64(out var bytes))
            Error = $"InlineBinary of {tag} is not base64, or {vr} is not binary.";
        else dataSet.SetBytes(tag, vr, bytes);
    }

    private void ReadValues(Tag tag, VR vr, JsonElement values, DataSet dataSet)
    {
        var kind = VrRules.For(vr).Kind;
        if (kind == VrKind.Sequence)
        {
            // null for an item without attributes is met; the standard writes {}.
            dataSet.SetSequence(
                tag, [.. values.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Null ? [] : ReadObject(item))]);
            return;
        }

        var texts = new List<string>();
        foreach (var value in values.EnumerateArray())
        {
            var text = value.ValueKind switch
            {
                JsonValueKind.Null => "",
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                JsonValueKind.Object when vr == VR.PN => ReadName(value),
                _ => null,
            };
            if (text == null)
            {
                Error = $"A value of {tag} is of the wrong JSON type.";
                return;
            }

            texts.Add(text);
        }

        if (kind == VrKind.Binary || (texts.Count > 1 && !VrRules.For(vr).MultiValued && kind != VrKind.Number))
            Error = $"{tag} of representation {vr} cannot have these values.";
        else if (kind == VrKind.Number && !NumberCodec.TryEncode(vr, texts, out _))
            Error = $"A value of {tag} is not a number of kind {vr}.";
        else dataSet.Set(tag, vr, [.. texts]);
    }

    private static string ReadName(JsonElement name)
    {
        string Group(string key) =>
            name.TryGetProperty(key, out var group) && group.ValueKind == JsonValueKind.String ? group.GetString()! : "";
        return $"{Group("Alphabetic")}={Group("Ideographic")}={Group("Phonetic")}".TrimEnd('=');
    }
}
