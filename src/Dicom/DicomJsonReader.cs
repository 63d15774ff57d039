using System.Text.Json;

namespace CloudPacs.Dicom;

/// <summary>Reads JSON objects as data sets; stops at the first error.</summary>
internal sealed class DicomJsonReader(Func<string, ReadOnlyMemory<byte>?>? bulkData)
{
    private static readonly string[] Members = ["vr", "Value", "InlineBinary", "BulkDataURI"];
    private static readonly string[] Groups = ["Alphabetic", "Ideographic", "Phonetic"];

    public string? Error { get; private set; }

    public DataSet ReadObject(JsonElement source)
    {
        if (source.ValueKind != JsonValueKind.Object)
        {
            Error ??= "A data set must be a JSON object.";
            return [];
        }

        var elements = new List<DataElement>();

        foreach (var member in source.EnumerateObject())
        {
            if (Error != null) break;
            if (member.Name.Length != 8 || !Tag.TryParse(member.Name, out var tag))
                Error = "A member name is not a tag of eight hexadecimal digits.";
            else if (WebModel.Has(tag)) ReadAttribute(tag, member.Value, elements);
        }

        var dataSet = WebModel.Level(elements, out var error);
        Error ??= error;
        return dataSet;
    }

    private void ReadAttribute(Tag tag, JsonElement source, List<DataElement> level)
    {
        if (source.ValueKind != JsonValueKind.Object)
        {
            Error = $"{DicomDictionary.NameOf(tag)} must be a JSON object.";
            return;
        }

        // A member that is misspelt would make the attribute empty, and an empty one deletes what is stored.
        if (Other(source, Members) is { } other)
        {
            Error = $"{DicomDictionary.NameOf(tag)} has {string.Join(", ", Members)} only, not {other}.";
            return;
        }

        var vr = DicomDictionary.VrOf(tag);
        if (source.TryGetProperty("vr", out var named)
            && (named.ValueKind != JsonValueKind.String || !VrRules.TryParse(named.GetString(), out vr)))
        {
            Error = $"{DicomDictionary.NameOf(tag)} has an unknown vr.";
            return;
        }

        if (source.TryGetProperty("Value", out var values))
        {
            if (values.ValueKind == JsonValueKind.Array) ReadValues(tag, vr, values, level);
            else Error = $"Value of {DicomDictionary.NameOf(tag)} must be an array.";
        }
        else if (source.TryGetProperty("InlineBinary", out var inline))
        {
            byte[]? bytes = null;
            var isBytes = inline.ValueKind == JsonValueKind.String && inline.TryGetBytesFromBase64(out bytes);
            Error = WebModel.AddBytes(level, tag, vr, isBytes ? (ReadOnlyMemory<byte>?)bytes : null);
        }
        else if (source.TryGetProperty("BulkDataURI", out var uri)) ReadBulkData(tag, vr, uri, level);
        else level.Add(DataElement.CreateEmpty(tag, vr));
    }

    private void ReadBulkData(Tag tag, VR vr, JsonElement uri, List<DataElement> level)
    {
        if (bulkData is not null && uri.ValueKind == JsonValueKind.String && bulkData(uri.GetString()!) is { } bytes
            && VrRules.For(vr).Kind is VrKind.Binary or VrKind.Number) level.Add(DataElement.CreateBinary(tag, vr, bytes));
        else Error = $"The bytes at the BulkDataURI of {DicomDictionary.NameOf(tag)} cannot be had.";
    }

    private void ReadValues(Tag tag, VR vr, JsonElement values, List<DataElement> level)
    {
        if (VrRules.For(vr).Kind == VrKind.Sequence)
        {
            // null for an item without attributes is met; the standard writes {}.
            level.Add(DataElement.CreateSequence(
                tag, [.. values.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Null ? [] : ReadObject(item))]));
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
                Error = $"A value of {DicomDictionary.NameOf(tag)} is of the wrong JSON type.";
                return;
            }

            texts.Add(text);
        }

        Error = WebModel.Add(level, tag, vr, texts);
    }

    /// <summary>Null when it has a member that a name does not have, or one that is no text.</summary>
    private static string? ReadName(JsonElement name)
    {
        if (Other(name, Groups) is not null) return null;
        foreach (var group in name.EnumerateObject())
            if (group.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)) return null;
        string Group(string key) => name.TryGetProperty(key, out var group) ? group.GetString() ?? "" : "";
        return $"{Group("Alphabetic")}={Group("Ideographic")}={Group("Phonetic")}".TrimEnd('=');
    }

    private static string? Other(JsonElement source, string[] known)
    {
        foreach (var member in source.EnumerateObject())
            if (!known.Contains(member.Name)) return member.Name;
        return null;
    }
}
