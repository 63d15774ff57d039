namespace CloudPacs.Mapping.Fhir;

/// <summary>Puts items into a list by their ids.</summary>
internal static class ItemMerge
{
    /// <returns>False when no item is left.</returns>
    public static bool Write((string? Id, ReadOnlyMemory<byte> Item)[] before, FhirElementPatch element, JsonText json, ref bool isChanged)
    {
        var start = json.Length;
        json.BeginArray();
        foreach (var (id, item) in before)
        {
            var index = id is null ? -1 : element.Find(id);
            if (index < 0)
            {
                if (id is null || !element.Drops(id)) WriteItem(json, item.Span);
                else isChanged = true;
                continue;
            }

            isChanged |= !Write(element, element.Items[index], json, item.Span);
        }

        foreach (var item in element.Items)
        {
            if (!Contains(before, item.Id)) isChanged |= !Write(element, item, json, default);
        }

        if (json.Length == start + 1)
        {
            json.Truncate(start);
            return false;
        }

        json.EndArray();
        return true;
    }

    /// <summary>A list that stays, of a resource whose items had no ids yet.</summary>
    public static void WriteWithIds((string? Id, ReadOnlyMemory<byte> Item)[] items, JsonText json)
    {
        json.BeginArray();
        foreach (var (_, item) in items) WriteItem(json, item.Span);
        json.EndArray();
    }

    /// <summary>Writes the item, unless it is removed or holds nothing.</summary>
    /// <returns>Whether it is what was there before.</returns>
    private static bool Write(FhirElementPatch element, (string Id, PatchValue Item) item, JsonText json, ReadOnlySpan<byte> before)
    {
        var mark = json.Length;
        json.Item();
        var start = json.Length;
        if (!WriteWithId(element, item, json)) json.Truncate(mark);
        return json.Written[Math.Min(start, json.Length)..].SequenceEqual(before);
    }

    private static bool WriteWithId(FhirElementPatch element, (string Id, PatchValue Item) item, JsonText json)
    {
        if (item.Item.IsNone) return false;
        if (item.Item.Made is not { } made)
        {
            JsonItems.WriteWithId(json, element.TextOf(item.Item), item.Id);
            return true;
        }

        var start = json.Length;
        json.BeginObject();
        json.Text("id"u8, item.Id);
        if (((JsonBranch)made).WriteMembers(json))
        {
            json.EndObject();
            return true;
        }

        json.Truncate(start);
        return false;
    }

    private static void WriteItem(JsonText json, ReadOnlySpan<byte> item)
    {
        json.Item();
        json.Raw(item);
    }

    private static bool Contains((string? Id, ReadOnlyMemory<byte> Item)[] items, string id)
    {
        foreach (var (known, _) in items)
        {
            if (known == id) return true;
        }

        return false;
    }
}
