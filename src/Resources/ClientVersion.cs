using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Resources;

/// <summary>
/// What a client writes of a resource that shows a row, laid over what is stored: what follows from rows stays, list items get back the ids
/// by which their owners know them, and everything else is as the client says it.
/// </summary>
internal sealed class ClientVersion
{
    private static readonly JsonWriterOptions Writing = new()
    {
        SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] OfServer = ["resourceType", "id", "meta"];

    private ClientVersion(byte[] content, IReadOnlyList<ChangedElement> changed) => (Content, Changed) = (content, changed);

    /// <summary>The resource as JSON, in which the elements of rows are still those that are stored.</summary>
    public byte[] Content { get; }

    /// <summary>Elements that follow from rows and that the client says otherwise.</summary>
    public IReadOnlyList<ChangedElement> Changed { get; }

    /// <param name="type">The descriptor of the type.</param>
    /// <param name="now">What the client writes.</param>
    /// <param name="before">What is stored; undefined for a new resource.</param>
    /// <param name="roleOf">The id of what a new item of a list is among those of the rows; null for none.</param>
    /// <param name="keepsUnsaid">
    /// What the client does not say stays, as after a message; else it goes, but for what follows from rows.
    /// </param>
    public static ClientVersion Of(
        ResourceType type, JsonElement now, JsonElement before, Func<string, JsonElement, int, string?> roleOf, bool keepsUnsaid = false)
    {
        var changed = new List<ChangedElement>();
        var buffer = new ArrayBufferWriter<byte>(4096);
        var lists = new Lists(roleOf, keepsUnsaid, before.ValueKind == JsonValueKind.Object);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", type.Name);
            WriteMeta(now, before, json);
            foreach (var member in now.EnumerateObject())
            {
                if (OfServer.Contains(member.Name)) continue;
                var stored = Member(before, member.Name);
                json.WritePropertyName(member.Name);
                if (type.Owned.Owns(member.Name)) WriteOwned(member, stored, before, json, changed, type);
                else if (IsListOfObjects(member.Value)) WriteList(type, member, stored, lists, json, changed);
                else json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
            }

            if (before.ValueKind == JsonValueKind.Object) WriteUnsaid(type, now, before, keepsUnsaid, json);
            json.WriteEndObject();
        }

        return new ClientVersion(buffer.WrittenSpan.ToArray(), changed);
    }

    /// <summary>Whether two resources say the same, whatever the order of their members.</summary>
    public static bool IsSame(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        JsonElement.DeepEquals(Parse(one), Parse(other));

    private static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return JsonElement.ParseValue(ref reader);
    }

    private static void WriteOwned(
        JsonProperty member, JsonElement stored, JsonElement before, Utf8JsonWriter json, List<ChangedElement> changed, ResourceType type)
    {
        if (before.ValueKind == JsonValueKind.Object && !type.SaysSame(member.Name, member.Value, stored))
            changed.Add(new ChangedElement(member.Name, stored.ValueKind == JsonValueKind.Undefined));
        // Of a new resource it stands here until its row says it.
        var kept = stored.ValueKind == JsonValueKind.Undefined ? member.Value : stored;
        json.WriteRawValue(kept.GetRawText(), skipInputValidation: true);
    }

    private static void WriteList(
        ResourceType type, JsonProperty member, JsonElement stored, Lists lists, Utf8JsonWriter json, List<ChangedElement> changed)
    {
        var known = stored.ValueKind == JsonValueKind.Array
            ? stored.EnumerateArray().Select(static item => (Id: Text(item, "id"), Item: item)).ToList()
            : [];
        var taken = member.Value.EnumerateArray().Select(static item => Text(item, "id")).OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        json.WriteStartArray();
        var place = 0;
        foreach (var item in member.Value.EnumerateArray())
        {
            var id = Text(item, "id");
            if (id is null)
            {
                var same = known.Find(one => one.Id is not null && !taken.Contains(one.Id) && IsSameWithoutId(one.Item, item));
                id = same.Id ?? lists.RoleOf(member.Name, item, place);
                if (id is not null && !taken.Add(id)) id = null;
            }

            place++;
            var former = id is null ? default : known.Find(one => one.Id == id).Item;
            if (id is not null && type.Owned.OwnsItem(member.Name, id))
            {
                var isNew = former.ValueKind == JsonValueKind.Undefined;
                if (lists.IsStored && (isNew || !IsSameWithoutId(former, item)))
                    changed.Add(new ChangedElement($"{member.Name}[{id}]", isNew));
                WriteItem(former.ValueKind == JsonValueKind.Undefined ? item : former, id, json);
            }
            else WriteItem(item, id, json);
        }

        // What follows from rows is there, whoever leaves it out.
        foreach (var (id, item) in known)
        {
            var isOwned = id is not null && type.Owned.OwnsItem(member.Name, id);
            var isKept = isOwned || (lists.KeepsUnsaid && (id is null || !ElementIds.IsOfMap(id)));
            if (!isKept || (id is not null && taken.Contains(id))) continue;
            if (isOwned || !member.Value.EnumerateArray().Any(said => IsSameWithoutId(said, item))) WriteItem(item, id, json);
        }

        json.WriteEndArray();
    }

    private static void WriteUnsaid(ResourceType type, JsonElement now, JsonElement before, bool keepsUnsaid, Utf8JsonWriter json)
    {
        foreach (var member in before.EnumerateObject())
        {
            if (OfServer.Contains(member.Name) || now.TryGetProperty(member.Name, out _)) continue;
            if (keepsUnsaid || type.Owned.Owns(member.Name))
            {
                json.WritePropertyName(member.Name);
                json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
            }
            else if (member.Value.ValueKind == JsonValueKind.Array && type.Owned.OwnsItemsOf(member.Name))
                WriteOwnedItems(type, member, json);
        }
    }

    private static void WriteOwnedItems(ResourceType type, JsonProperty member, Utf8JsonWriter json)
    {
        var items = member.Value.EnumerateArray()
            .Where(item => Text(item, "id") is { } id && type.Owned.OwnsItem(member.Name, id)).ToList();
        if (items.Count == 0) return;
        json.WriteStartArray(member.Name);
        foreach (var item in items) json.WriteRawValue(item.GetRawText(), skipInputValidation: true);
        json.WriteEndArray();
    }

    /// <summary>Profiles, labels and tags; a label that a message gave stays until a message takes it away.</summary>
    private static void WriteMeta(JsonElement now, JsonElement before, Utf8JsonWriter json)
    {
        var meta = Member(now, "meta") is { ValueKind: JsonValueKind.Object } given
            ? JsonNode.Parse(given.GetRawText())!.AsObject()
            : [];
        meta.Remove("versionId");
        meta.Remove("lastUpdated");
        var labels = meta["security"] as JsonArray ?? [];
        if (Member(Member(before, "meta"), "security") is { ValueKind: JsonValueKind.Array } stored)
        {
            foreach (var label in stored.EnumerateArray())
            {
                if (Text(label, "id") is not { } id || !ElementIds.IsOfMap(id)) continue;
                if (!labels.Any(one => (string?)one?["id"] == id)) labels.Add(JsonNode.Parse(label.GetRawText()));
            }
        }

        if (labels.Count > 0 && labels.Parent is null) meta["security"] = labels;
        json.WritePropertyName("meta");
        json.WriteRawValue(meta.ToJsonString(), skipInputValidation: true);
    }

    private static void WriteItem(JsonElement item, string? id, Utf8JsonWriter json)
    {
        if (id is null || Text(item, "id") == id)
        {
            json.WriteRawValue(item.GetRawText(), skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        json.WriteString("id", id);
        foreach (var member in item.EnumerateObject())
        {
            json.WritePropertyName(member.Name);
            json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static bool IsSameWithoutId(JsonElement one, JsonElement other) =>
        WithoutId(one).SequenceEqual(WithoutId(other), MemberEquality.Instance);

    private static IEnumerable<JsonProperty> WithoutId(JsonElement item) =>
        item.EnumerateObject().Where(static member => member.Name != "id").OrderBy(static member => member.Name, StringComparer.Ordinal);

    private static bool IsListOfObjects(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.Object;

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <param name="RoleOf">The id of what a new item is among those of the rows; null for none.</param>
    /// <param name="KeepsUnsaid">Items that the client does not say stay.</param>
    /// <param name="IsStored">There is a resource already.</param>
    private readonly record struct Lists(Func<string, JsonElement, int, string?> RoleOf, bool KeepsUnsaid, bool IsStored);

    private sealed class MemberEquality : IEqualityComparer<JsonProperty>
    {
        public static readonly MemberEquality Instance = new();

        public bool Equals(JsonProperty x, JsonProperty y) => x.Name == y.Name && JsonElement.DeepEquals(x.Value, y.Value);

        public int GetHashCode(JsonProperty property) => property.Name.GetHashCode(StringComparison.Ordinal);
    }
}

/// <summary>An element that follows from rows and that a client says otherwise.</summary>
/// <param name="Path">Below the resource: <c>status</c>, <c>identifier[placer]</c>.</param>
/// <param name="IsNew">There was none.</param>
internal readonly record struct ChangedElement(string Path, bool IsNew);
