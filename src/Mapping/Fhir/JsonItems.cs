using System.Text;
using System.Text.Json;

namespace CloudPacs.Mapping.Fhir;

/// <summary>Where the items of a JSON array stand.</summary>
internal static class JsonItems
{
    /// <summary>How an item begins whose first member is its id.</summary>
    private static ReadOnlySpan<byte> IdFirst => "{\"id\":\""u8;

    public static List<Range> Of(ReadOnlySpan<byte> array)
    {
        List<Range> items = [];
        if (array[0] != '[') return items;
        for (var at = JsonScan.SkipBlanks(array, 1); array[at] != ']'; at = JsonScan.SkipBlanks(array, at))
        {
            var start = items.Count > 0 ? JsonScan.Pass(array, at, ',') : at;
            at = JsonScan.EndOf(array, start);
            items.Add(start..at);
        }

        return items;
    }

    /// <summary>Whether the value is a list of objects, which can have ids.</summary>
    public static bool AreObjects(ReadOnlySpan<byte> value) => value[0] == '[' && Of(value) is [var first, ..] && value[first][0] == '{';

    /// <summary>
    /// The id of an element (FHIR R4 element.html 2.28.1), which stands in one of its own members; null when it has none.
    /// </summary>
    public static string? IdOf(ReadOnlySpan<byte> item)
    {
        if (item[0] != '{') return null;
        if (item.StartsWith(IdFirst))
        {
            // As we write them.
            var text = item[IdFirst.Length..];
            if (text.IndexOfAny((byte)'"', (byte)'\\') is var end and >= 0 && text[end] == '"') return Encoding.UTF8.GetString(text[..end]);
        }

        var reader = new Utf8JsonReader(item);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isId) return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }

        return null;
    }

    /// <summary>The item with an id as its first member.</summary>
    public static byte[] WithId(ReadOnlySpan<byte> item, string id)
    {
        var json = new JsonText(item.Length + id.Length + 16);
        WriteWithId(json, item, id);
        return json.Take(0);
    }

    /// <summary>Writes the item with this id as its first member, in place of one that it begins with.</summary>
    public static void WriteWithId(JsonText json, ReadOnlySpan<byte> item, string id)
    {
        if (item.StartsWith("{\"id\":"u8))
        {
            var reader = new Utf8JsonReader(item);
            for (var i = 0; i < 3; i++) reader.Read();
            var rest = item[(int)reader.BytesConsumed..];
            json.BeginObject();
            json.Text("id"u8, id);
            json.Raw(rest);
            return;
        }

        json.BeginObject();
        json.Text("id"u8, id);
        if (item.Length > 2) json.Raw(","u8);
        json.Raw(item[1..]);
    }
}
