using System.Globalization;

namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// Makes the next version of a resource: absent keeps what is stored, null removes, a value replaces the whole element or the item of its
/// id. Items that the patch does not name are kept where they stand, whoever wrote them. Elements that stay are copied as they are.
/// </summary>
public static class FhirMerge
{
    private static readonly byte[][] ServerOwned = ["resourceType"u8.ToArray(), "id"u8.ToArray(), "meta"u8.ToArray()];

    /// <summary>Writes the resource with the patch in it, ready to send.</summary>
    /// <returns>False when nothing is new; what was written is of no use then.</returns>
    public static bool Write(StoredResource? stored, FhirPatch patch, in ResourceHead head, JsonText json)
    {
        json.BeginObject();
        json.Text("resourceType"u8, patch.ResourceType);
        json.Text("id"u8, head.Id);
        json.Name("meta"u8);
        json.BeginObject();
        json.Text("versionId"u8, head.Version.ToString(CultureInfo.InvariantCulture));
        json.Name("lastUpdated"u8);
        json.Instant(head.LastUpdated);
        var isChanged = FhirMeta.Write(stored, patch, json);
        json.EndObject();
        isChanged |= stored is null
            ? WriteNewElements(patch, null, json)
            : WriteStored(stored, patch, json) | WriteNewElements(patch, stored, json);
        json.EndObject();
        return isChanged || stored is null;
    }

    /// <summary>The content of the patch alone.</summary>
    internal static void WriteNew(FhirPatch patch, JsonText json)
    {
        json.BeginObject();
        json.Text("resourceType"u8, patch.ResourceType);
        WriteNewElements(patch, null, json, withMeta: true);
        json.EndObject();
    }

    private static bool WriteStored(StoredResource stored, FhirPatch patch, JsonText json)
    {
        var isChanged = false;
        for (var i = 0; i < stored.Count; i++)
        {
            var name = stored.NameAt(i);
            if (IsServerOwned(name)) continue;
            var mark = json.Length;
            json.Name(name);
            var before = stored.ValueAt(i);
            if (Find(patch, name) is not { } element)
            {
                if (!stored.IsFormer || before[0] != '[') json.Raw(before);
                else ItemMerge.WriteWithIds(stored.ItemsAt(i), json);
            }
            else if (!Replace(stored, i, element, json, ref isChanged))
            {
                json.Truncate(mark);
                isChanged = true;
            }
        }

        return isChanged;
    }

    /// <returns>False when the element goes.</returns>
    private static bool Replace(StoredResource stored, int place, FhirElementPatch element, JsonText json, ref bool isChanged)
    {
        var before = stored.ValueAt(place);
        if (element.HasItems || (element is { IsRemoved: true, IsDropped: false } && JsonItems.AreObjects(before)))
            return ItemMerge.Write(stored.ItemsAt(place), element, json, ref isChanged);
        var start = json.Length;
        if (element.Value.Made is JsonBranch { IsPart: true } part)
        {
            if (!JsonBranch.WriteOver(part, before, json)) return false;
            isChanged |= !json.Written[start..].SequenceEqual(before);
            return true;
        }

        if (!element.Value.IsNone && WriteWhole(element, before, json))
        {
            isChanged |= !json.Written[start..].SequenceEqual(before);
            return true;
        }

        if (element.IsRemoved) return false;
        json.Raw(before);
        return true;
    }

    /// <summary>A new value of an element; extensions in it belong to whoever wrote them, and stay.</summary>
    private static bool WriteWhole(FhirElementPatch element, ReadOnlySpan<byte> before, JsonText json)
    {
        if (before[0] != '{' || before.IndexOf("\"extension\""u8) < 0
            || JsonBranch.Of(before)[JsonBranch.Extensions] is not byte[] extensions)
            return element.Write(element.Value, json);
        return (element.Value.Made as JsonBranch ?? element.BranchOf(element.Value)).WriteWith(extensions, json);
    }

    private static bool WriteNewElements(FhirPatch patch, StoredResource? stored, JsonText json, bool withMeta = false)
    {
        var isChanged = false;
        foreach (var element in patch.Elements)
        {
            if ((element.Name == "meta" && !withMeta) || (stored is not null && !stored[element.Utf8Name].IsEmpty)) continue;
            var mark = json.Length;
            json.Name(element.Utf8Name);
            if (element.HasItems ? ItemMerge.Write([], element, json, ref isChanged)
                : element.Write(element.Value, json)) isChanged = true;
            else json.Truncate(mark);
        }

        return isChanged;
    }

    private static FhirElementPatch? Find(FhirPatch patch, ReadOnlySpan<byte> name)
    {
        foreach (var element in patch.Elements)
        {
            if (name.SequenceEqual(element.Utf8Name)) return element;
        }

        return null;
    }

    private static bool IsServerOwned(ReadOnlySpan<byte> name)
    {
        foreach (var owned in ServerOwned)
        {
            if (name.SequenceEqual(owned)) return true;
        }

        return false;
    }
}

/// <summary>What the server says of a version (FHIR R4 resource.html 2.27.4).</summary>
public readonly record struct ResourceHead(string Id, int Version, DateTimeOffset LastUpdated);
