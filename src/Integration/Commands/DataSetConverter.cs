using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPacs.Dicom;

namespace CloudPacs.Integration.Commands;

/// <summary>
/// Data sets in the DICOM JSON model (PS3.18 F), read strictly: a member that is misspelt would make an attribute empty, and an empty
/// attribute deletes what is stored.
/// </summary>
internal sealed class DataSetConverter : JsonConverter<DataSet>
{
    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };

    public override DataSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var given = JsonDocument.ParseValue(ref reader);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(given.RootElement);
        try
        {
            using var json = JsonDocument.Parse(bytes, Once);
            CheckLevel(json.RootElement);
        }
        catch (JsonException e) when (e is not UnfitValueException)
        {
            throw new UnfitValueException("A member stands twice.");
        }

        return DicomJson.TryRead(bytes, null, out var read, out var error) && read is [var only]
            ? only
            : throw new UnfitValueException(error ?? "One data set in the DICOM JSON model is expected.");
    }

    public override void Write(Utf8JsonWriter writer, DataSet value, JsonSerializerOptions options) => DicomJson.Write(value, writer);

    private static void CheckLevel(JsonElement level)
    {
        if (level.ValueKind != JsonValueKind.Object) return;
        foreach (var attribute in level.EnumerateObject())
        {
            if (attribute.Value.ValueKind != JsonValueKind.Object) continue;
            foreach (var member in attribute.Value.EnumerateObject())
            {
                if (member.Name == "Value") CheckValues(attribute.Name, member.Value);
                else if (member.Name != "vr") throw new UnfitValueException($"{attribute.Name} has vr and Value only, not {member.Name}.");
            }
        }
    }

    private static void CheckValues(string tag, JsonElement values)
    {
        if (values.ValueKind != JsonValueKind.Array) return;
        foreach (var item in values.EnumerateArray().Where(static value => value.ValueKind == JsonValueKind.Object))
        {
            var names = item.EnumerateObject().Select(static member => member.Name).ToList();
            var isName = names.Exists(IsNameGroup);
            if (isName && names.Find(static name => !IsNameGroup(name)) is { } other)
                throw new UnfitValueException($"A name in {tag} has Alphabetic, Ideographic and Phonetic only, not {other}.");
            if (!isName && names.Exists(static name => name.Length != 8))
                throw new UnfitValueException($"A value of {tag} is neither a name with Alphabetic, Ideographic, Phonetic nor an item.");
            CheckLevel(item);
        }
    }

    private static bool IsNameGroup(string name) => name is "Alphabetic" or "Ideographic" or "Phonetic";
}

/// <summary>A value that cannot be read; unlike other reasons it is told in its own words.</summary>
internal sealed class UnfitValueException(string message) : JsonException(message);
